package io.grokgrid.compact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grokgrid.config.PlannedRun;
import io.grokgrid.console.Console;
import io.grokgrid.jobs.StoreRows;
import io.grokgrid.store.BrokenStore;
import io.grokgrid.store.ReplacedFiles;
import io.grokgrid.store.Replacements;
import io.grokgrid.store.Store;
import io.grokgrid.store.StoreFiles;
import io.grokgrid.store.StoredRuns;
import io.grokgrid.tables.Example;
import io.grokgrid.tables.ExampleAnalyses;
import io.grokgrid.tables.RunsTable;
import io.grokgrid.tables.Sparks;
import io.grokgrid.transfer.DyingFileSystem;
import io.grokgrid.transfer.Stores;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompactJobTest {
  private final Path folder;
  private final Console console =
      new Console(
          System.out,
          new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
          false,
          null);

  CompactJobTest(@TempDir Path folder) {
    this.folder = folder;
    DyingFileSystem.register(Stores.hadoop());
  }

  private CompactJob.Done compact(Store store) throws IOException {
    return new CompactJob(Sparks.session(), store, console, () -> false).run();
  }

  private static List<Path> files(Path out, String rows) throws IOException {
    try (Stream<Path> all = Files.walk(out.resolve(rows))) {
      return all.filter(file -> file.toString().endsWith(".parquet")).sorted().toList();
    }
  }

  /** Two submissions of runs, in files of a row each, and one of analyses. */
  private Store example(Path out) {
    Store store = Stores.example(out);
    List<PlannedRun> runs = Example.study().runs();
    for (int seed = 0; seed < 3; seed++) {
      Example.append(store, 2, Example.result(runs.get(seed), 300));
    }
    return store;
  }

  @Test
  void makesOneFileOfEachSubmissionWithTheSameRows() throws Exception {
    Path out = folder.resolve("out");
    Path untouched = folder.resolve("untouched");
    Store store = example(out);
    Stores.copy(out, untouched);
    SortedMap<String, String> shown = Stores.shown(store);
    int before = files(out, "runs").size();

    CompactJob.Done done = compact(store);

    CompactJob.Compacted runs = done.rows().get(0);
    assertThat(runs.filesBefore()).isEqualTo(before).isGreaterThan(3);
    assertThat(runs.filesAfter()).isEqualTo(3);
    assertThat(runs.bytesAfter()).isLessThan(runs.bytesBefore());
    assertThat(runs.doubled()).isZero();
    assertThat(done.rows().get(1).filesAfter()).isEqualTo(1);
    assertThat(done.damages()).isEmpty();
    assertThat(files(out, "runs")).hasSize(3);
    new StoreRows(out).assertSameRowsAs(new StoreRows(untouched));
    assertThat(Stores.shown(store)).isEqualTo(shown);
    assertThat(Stores.wrong(store)).isEmpty();
    assertThat(out.resolve(".compacting")).doesNotExist();
    assertThat(out.resolve("removed")).doesNotExist();

    CompactJob.Done again = compact(store);
    assertThat(again.rows()).noneMatch(CompactJob.Compacted::isChanged);
    assertThat(again.rows().get(0).filesBefore()).isEqualTo(3);
  }

  /** Rows of other versions: without a column that is younger, with one that this does not know. */
  @Test
  void keepsColumnsThatThisVersionDoesNotKnow() throws Exception {
    Path out = folder.resolve("out");
    Store store = new Store(out.toUri().toString());
    List<PlannedRun> runs = Example.study().runs();
    for (int i = 0; i < 6; i++) {
      Dataset<Row> rows =
          Sparks.session()
              .createDataFrame(
                  List.of(Example.row(Example.result(runs.get(i), 300))), RunsTable.SCHEMA);
      store.append(
          i < 2
              ? rows
              : i < 4
                  ? rows.drop("analyses")
                  : rows.withColumn("from_tomorrow", functions.expr("array(-0.0D, 'NaN', 0.1D)")),
          "20261121T231501Z-1a2b");
    }
    Path untouched = folder.resolve("untouched");
    Stores.copy(out, untouched);

    assertThat(compact(store).rows().get(0).filesAfter()).isEqualTo(3);

    new StoreRows(out).assertSameRowsAs(new StoreRows(untouched));
    assertThat(compact(store).rows().get(0).isChanged()).isFalse();
  }

  @Test
  void takesDoubledRowsOutAndKeepsTheNewest() throws Exception {
    Path out = folder.resolve("out");
    Store store = Example.store(out);
    PlannedRun run = Example.study().runs().get(0);
    Instant later = Example.START.plusSeconds(60);
    Example.append(store, 3, Example.startedAt(Example.result(run, 300), later));
    String newest = submission(store, run);
    SortedMap<String, Long> rows = Stores.rows(store);
    assertThat(Stores.wrong(store)).hasSize(1);

    CompactJob.Done done = compact(store);

    assertThat(done.rows().get(0).doubled()).isEqualTo(1);
    assertThat(newest).isEqualTo("20261121T231503Z-1a2b").isEqualTo(submission(store, run));
    assertThat(Stores.wrong(store)).isEmpty();
    SortedMap<String, Long> left = Stores.rows(store);
    assertThat(rows).containsAllEntriesOf(left).hasSize(left.size() + 1);
    assertThat(files(out, "removed")).isNotEmpty();
  }

  private static String submission(Store store, PlannedRun run) throws IOException {
    return StoredRuns.of(Sparks.session(), store)
        .rows()
        .where("run_id = '" + run.id() + "'")
        .select("submission")
        .head()
        .getString(0);
  }

  /** As rewriting leaves them that was killed: of a failed run, too. */
  @Test
  void takesRowsOutThatAreThereTwice() throws Exception {
    Path out = folder.resolve("out");
    Store store = example(out);
    Path untouched = folder.resolve("untouched");
    Stores.copy(out, untouched);
    for (String rows : List.of("runs", "analyses")) {
      for (Path file : files(out, rows)) {
        Files.copy(file, file.resolveSibling("part-again-" + file.getFileName()));
      }
    }
    int doubled = Stores.rows(store).size();

    CompactJob.Done done = compact(store);

    assertThat(done.rows().stream().mapToInt(CompactJob.Compacted::doubled).sum())
        .isEqualTo(doubled);
    new StoreRows(out).assertSameRowsAs(new StoreRows(untouched));
  }

  @Test
  void namesDamagedFilesAndLeavesThem() throws Exception {
    Path out = folder.resolve("out");
    Store store = example(out);
    Path damaged = files(out, "runs").get(1);
    byte[] content = Files.readAllBytes(damaged);
    content[content.length / 2] ^= 1;
    Files.delete(damaged.resolveSibling("." + damaged.getFileName() + ".crc"));
    Files.write(damaged, content);
    Path empty = Files.createFile(damaged.resolveSibling("empty.parquet"));

    CompactJob.Done done = compact(store);

    assertThat(done.damages())
        .extracting(damage -> damage.path())
        .containsExactlyInAnyOrder(damaged.toString(), empty.toString());
    assertThat(damaged).hasBinaryContent(content);
    assertThat(empty).exists();
    assertThat(files(out, "runs/submission=20261121T231502Z-1a2b")).hasSize(1);
  }

  @Test
  void putsNothingInPlaceOnceAnotherHasTheStore() throws Exception {
    Path out = folder.resolve("out");
    Store store = example(out);
    List<Path> before = files(out, "runs");

    CompactJob job = new CompactJob(Sparks.session(), store, console, () -> true);

    assertThatThrownBy(job::run)
        .isInstanceOf(BrokenStore.class)
        .hasMessageContaining("another took the store");
    assertThat(files(out, "runs")).isEqualTo(before);
  }

  /** Who has listed files that are gone reads nothing else for them, and is told why. */
  @Test
  void aReaderThatWasOvertakenIsToldToReadAgain() throws Exception {
    Path out = folder.resolve("out");
    Store store = example(out);
    StoreFiles listed = StoreFiles.of(store, Stores.hadoop());
    Dataset<Row> rows = StoredRuns.of(Sparks.session(), store).rows();
    long count = rows.count();

    compact(store);

    assertThatThrownBy(() -> rows.agg(functions.sum("seconds")).collectAsList())
        .matches(ReplacedFiles::isBehind);
    assertThatThrownBy(() -> io.grokgrid.store.FileCheck.broken(Sparks.session(), listed))
        .matches(ReplacedFiles::isBehind);
    assertThat(StoredRuns.of(Sparks.session(), store).rows().count()).isEqualTo(count);
  }

  @Test
  void aKillAtAnyMomentLosesNothingAndTheNextCommandEndsIt() throws Exception {
    Path template = folder.resolve("template");
    Store whole = example(template);
    Example.append(
        whole, 3, Example.startedAt(Example.result(Stores.RUNS.get(2), 0), Example.START));
    ExampleAnalyses.append(
        whole, 2, ExampleAnalyses.row(Stores.RUNS.get(0), 1, "loss", "all_loss", 0.125, 9));
    SortedMap<String, Long> rows = Stores.rows(whole);
    SortedMap<String, String> shown = Stores.shown(whole);
    Path undisturbed = folder.resolve("undisturbed");
    Store compacted = Stores.copy(template, undisturbed);
    compact(compacted);
    SortedMap<String, Long> left = Stores.rows(compacted);
    int killed = 0;
    boolean dies = true;
    for (int changes = 1; dies; changes += 5) {
      Path copy = folder.resolve("killed-behind-" + changes);
      Stores.copy(template, copy);
      Store store = new Store("dying://" + copy);
      DyingFileSystem.dieBehind(changes);
      try {
        compact(store);
      } catch (Exception e) {
        // Spark throws what none of its methods declares.
        killed++;
      } finally {
        dies = DyingFileSystem.isDead();
        DyingFileSystem.dieBehind(Integer.MAX_VALUE);
      }
      assertThat(Stores.shown(store)).as("behind %d", changes).isEqualTo(shown);
      assertThat(new TreeMap<>(Stores.rows(store)).keySet()).containsAll(left.keySet());

      if (changes % 2 == 1) {
        boolean unused = new Replacements(store, Stores.hadoop()).finish(); // as a sweep does
        assertThat(Stores.rows(store)).as("behind %d", changes).isIn(rows, left);
        assertThat(copy.resolve(".compacting")).doesNotExist();
      }
      compact(store);
      assertThat(Stores.rows(store)).as("behind %d", changes).isEqualTo(left);
      assertThat(files(copy, "runs")).hasSameSizeAs(files(undisturbed, "runs"));
      new StoreRows(copy).assertSameRowsAs(new StoreRows(undisturbed));
    }
    assertThat(killed).isGreaterThan(2);
  }
}
