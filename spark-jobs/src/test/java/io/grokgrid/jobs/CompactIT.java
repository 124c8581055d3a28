package io.grokgrid.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.grokgrid.config.PlannedRun;
import io.grokgrid.store.Store;
import io.grokgrid.tables.Example;
import io.grokgrid.tables.RunsTable;
import io.grokgrid.tables.Sparks;
import io.grokgrid.transfer.Stores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compacts whose processes are killed, and readers beside one. */
class CompactIT {
  private static final long POLL_NANOS = 500_000;
  private static final int SUBMISSIONS = 3;
  private static final int FILES = 30;

  @TempDir static Path folder;

  private static Path untouched;

  @BeforeAll
  static void makeAStore() {
    untouched = folder.resolve("untouched");
    Store store = new Store(untouched.toUri().toString());
    List<PlannedRun> runs =
        Example.study("grid.training.seed={from=0,until=%d}".formatted(FILES * SUBMISSIONS / 2))
            .runs();
    for (int i = 0; i < SUBMISSIONS; i++) {
      List<Row> rows =
          runs.subList(i * FILES, (i + 1) * FILES).stream()
              .map(run -> Example.row(Example.result(run, 300)))
              .toList();
      store.append(
          Sparks.session().createDataFrame(rows, RunsTable.SCHEMA).repartition(FILES),
          "20261121T23150%dZ-1a2b".formatted(i));
    }
  }

  private static List<Path> files(Path out) throws IOException {
    try (Stream<Path> all = Files.walk(out.resolve("runs"))) {
      return all.filter(file -> file.toString().endsWith(".parquet")).sorted().toList();
    }
  }

  private static Path copy(String name) throws IOException {
    Path out = folder.resolve(name);
    Stores.copy(untouched, out);
    return out;
  }

  private static void kill(Path out, Predicate<Path> moment) throws Exception {
    try (Grokgrid.Started killed =
        Grokgrid.start(List.of("compact", "--out", out.toString()), Map.of(), folder)) {
      while (killed.isAlive() && !moment.test(out)) {
        LockSupport.parkNanos(POLL_NANOS);
      }
      killed.kill();
    }
  }

  /** Nothing is lost after the kill, and the next command that writes leaves no row twice. */
  private static void assertMended(Path out, String... next) throws Exception {
    StoreRows store = new StoreRows(out);
    String runs = "SELECT count(DISTINCT run_id), sum(DISTINCT hash(run_id)) FROM ROWS";
    assertThat(store.query(runs)).isEqualTo(new StoreRows(untouched).query(runs));
    String[] command =
        Stream.concat(Stream.of(next), Stream.of("--out", "" + out)).toArray(String[]::new);

    Grokgrid.Result result = Grokgrid.run(folder, command);

    assertThat(result.exitCode()).as(result.stdout() + result.stderr()).isZero();
    store.assertSameRowsAs(new StoreRows(untouched));
    assertThat(out.resolve(".compacting")).doesNotExist();
  }

  @Tag("kills")
  @Test
  void killedWhileItWritesItHasDoneNothing() throws Exception {
    Path out = copy("writing");
    kill(out, there -> Files.exists(there.resolve(".compacting/runs")));
    assertMended(out, "compact");
    assertThat(files(out)).hasSize(SUBMISSIONS);
  }

  @Tag("kills")
  @Test
  void killedOnceItIsWrittenDownItIsEndedByTheNextCommandThatWrites() throws Exception {
    Path out = copy("journal");
    kill(out, there -> Files.exists(there.resolve(".compacting/journal")));
    assertMended(out, "verify", "--repair");
    assertThat(files(out).size()).isIn(SUBMISSIONS, SUBMISSIONS * FILES);
  }

  @Test
  void killedWhileFilesGoItIsEndedByTheSameAgain() throws Exception {
    Path out = copy("deleting");
    Path first = files(out).get(0);
    kill(out, there -> !Files.exists(first));
    assertMended(out, "compact");
    assertThat(files(out)).hasSize(SUBMISSIONS);
  }

  /** A query of many statements goes on while the files that it has listed give way to others. */
  @Test
  void aQueryBesideItFindsEveryRunOnce() throws Exception {
    Path out = copy("beside");
    String statement =
        "SELECT count(*) AS n, count(DISTINCT run_id) AS ids, sum(last_step) AS steps FROM runs;\n";
    Path sql = Files.writeString(folder.resolve("beside.sql"), statement.repeat(40));
    List<String> query = List.of("query", "@" + sql, "--format", "csv", "--out", out.toString());
    try (Grokgrid.Started reader = Grokgrid.start(query, Map.of(), folder)) {
      Grokgrid.Result compacted = Grokgrid.run(folder, "compact", "--out", out.toString());
      assertThat(compacted.exitCode()).as(compacted.stderr()).isZero();
      Grokgrid.Result answered = reader.await();
      assertThat(answered.exitCode()).as(answered.stderr()).isZero();
      assertThat(answered.stdout().split("\n\n"))
          .hasSize(40)
          .allSatisfy(answer -> assertThat(answer.strip()).isEqualTo("n,ids,steps\n90,90,36000"));
    }
    assertThat(files(out)).hasSize(SUBMISSIONS);
    new StoreRows(out).assertSameRowsAs(new StoreRows(untouched));
  }
}
