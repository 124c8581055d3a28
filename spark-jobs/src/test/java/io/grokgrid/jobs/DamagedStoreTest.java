package io.grokgrid.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grokgrid.config.PlannedRun;
import io.grokgrid.config.Study;
import io.grokgrid.experiment.Outcome;
import io.grokgrid.experiment.RunResult;
import io.grokgrid.jobs.VerifyJob.Finding;
import io.grokgrid.store.BrokenStore;
import io.grokgrid.store.Damage;
import io.grokgrid.store.Store;
import io.grokgrid.store.StoredRuns;
import io.grokgrid.store.SweepLists;
import io.grokgrid.tables.Example;
import io.grokgrid.tables.Sparks;
import io.grokgrid.weights.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stores that people, other programs and broken disks were at. */
class DamagedStoreTest {
  private final Path folder;
  private final Study study = Example.study();

  DamagedStoreTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void aStoreThatIsNotThereIsNotWhole() throws IOException {
    Store none = new Store(folder.resolve("none").toString());

    assertThat(wrong(none, null)).containsExactly(new Finding("no store", List.of(none.root())));
  }

  @Test
  void namesEverythingThatIsNoFileOfRows() throws IOException {
    Store store = Example.store(folder);
    litter();

    assertThat(wrong(store, null))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.check()).isEqualTo("unreadable files");
              assertThat(finding.wrong()).hasSize(9);
              assertThat(String.join(", ", finding.wrong()))
                  .contains("runs/backup is no folder of a submission")
                  .contains("runs/date=3 is no folder of a submission")
                  .contains("runs/stray.parquet is a file beside")
                  .contains("notes.txt is no Parquet file by its name")
                  .contains("empty.parquet is empty (0 bytes)")
                  .contains("_hidden.parquet is hidden from Spark by its name")
                  .contains("runs/submission= is no folder of a submission")
                  .contains("link.parquet is a link to nothing")
                  .contains("foreign.parquet cannot be read");
            });
  }

  /** What people and broken disks leave in a store. */
  private void litter() throws IOException {
    Path runs = folder.resolve("runs");
    Path submission = runs.resolve("submission=20261121T231501Z-1a2b");
    Path rows = fileOfRows();
    for (String strange : List.of("backup", "date=3")) {
      Files.copy(rows, Files.createDirectories(runs.resolve(strange)).resolve(rows.getFileName()));
    }
    Files.writeString(runs.resolve("stray.parquet"), "stray");
    Files.writeString(submission.resolve("notes.txt"), "which runs these are");
    Files.createFile(submission.resolve("empty.parquet"));
    Files.createFile(submission.resolve("_hidden.parquet"));
    Files.createDirectories(runs.resolve("submission="));
    Files.createSymbolicLink(submission.resolve("link.parquet"), folder.resolve("nowhere"));
    Files.writeString(submission.resolve("foreign.parquet"), "no Parquet, but long enough");
  }

  @Test
  void readingGoesOnWithTheRest() throws IOException {
    Store store = Example.store(folder);
    litter();
    StoredRuns stored = StoredRuns.of(Sparks.session(), store);

    assertThat(stored.rows().count()).isEqualTo(6);
    assertThat(stored.damages()).hasSize(9);
    StatusJob.Status status = new StatusJob(Sparks.session(), store).run();
    assertThat(status.ended()).hasSize(4);
    assertThat(status.damages())
        .hasSize(9)
        .extracting(Damage::toString)
        .allMatch(line -> line.startsWith(folder.toString()))
        .allMatch(line -> line.matches(".*; (verify --repair takes|delete) it .*"));
  }

  @Test
  void readingGoesOnWithoutAFileOfOtherColumns() throws IOException {
    Store store = Example.store(folder);
    Path submission = folder.resolve("runs/submission=20261121T231501Z-1a2b");
    Sparks.session()
        .sql("SELECT 'text' AS p, array(1) AS run_id")
        .coalesce(1)
        .write()
        .parquet(folder.resolve("other").toString());
    try (Stream<Path> files = Files.list(folder.resolve("other"))) {
      Path other = files.filter(p -> p.toString().endsWith(".parquet")).findFirst().orElseThrow();
      Files.copy(other, submission.resolve("other.parquet"));
    }
    StoredRuns stored = StoredRuns.of(Sparks.session(), store);

    assertThat(stored.rows().count()).isEqualTo(6);
    assertThat(stored.damages())
        .singleElement()
        .satisfies(damage -> assertThat(damage.path()).endsWith("other.parquet"));
  }

  @Test
  void anOutcomeOfANewerVersionIsLeftOutAndSaid() throws IOException {
    Store store = Example.store(folder);
    Dataset<Row> newer =
        Sparks.session()
            .createDataFrame(
                List.of(Example.row(Example.result(study.runs().get(0), 300))),
                io.grokgrid.tables.RunsTable.SCHEMA)
            .withColumn("outcome", functions.lit("understood"));
    store.append(newer, "20261121T231503Z-1a2b");

    Store.Known known = store.finished(Sparks.session());
    assertThat(known.runs()).hasSize(6);
    assertThat(known.damages())
        .singleElement()
        .satisfies(
            damage ->
                assertThat(damage.what())
                    .isEqualTo(
                        "has 1 row(s) with the outcome understood, which this version does not"
                            + " know"));
    assertThatThrownBy(known::requireAllRuns)
        .isInstanceOf(BrokenStore.class)
        .hasMessageContaining("verify --repair");
  }

  @Test
  void trainingDoesNotMindWhatHoldsNoRuns() {
    Damage notes = new Damage("notes.txt", "is no Parquet file", false);
    new Store.Known(Map.of(), List.of(notes)).requireAllRuns();
  }

  @Test
  void aFileWhereAFolderShouldBeIsSaid() throws IOException {
    Configuration hadoop = new Configuration(false);
    Path file = Files.writeString(folder.resolve("file"), "x");
    assertThatThrownBy(() -> new Store(file.toString()).hasRuns(hadoop))
        .hasMessage("--out must be a folder, was " + file + " (a file)");
    Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("nowhere"));
    assertThatThrownBy(() -> new Store(link.toString()).hasRuns(hadoop))
        .hasMessage("--out must be a folder, was " + link + " (a link to nothing)");
    Files.writeString(folder.resolve("state"), "x");
    assertThatThrownBy(() -> new Store(folder.toString()).requireFolders(hadoop))
        .isInstanceOf(BrokenStore.class)
        .hasMessageContaining("state must be a folder, was a file");
    Files.writeString(folder.resolve("runs"), "x");
    assertThatThrownBy(() -> new Store(folder.toString()).hasRuns(hadoop))
        .isInstanceOf(BrokenStore.class)
        .hasMessageContaining("runs must be a folder, was a file");
  }

  @Test
  void aPathIsNoPattern() throws IOException {
    for (String name :
        List.of("a[b]c", "{x,y}", "what?", "st*r", "back\\slash", "per%20cent", "a b#c")) {
      Store store = new Store(folder.resolve(name).toString());
      Example.append(store, 1, Example.result(study.runs().get(0), 300));
      Example.append(store, 2, Example.result(study.runs().get(0), 300));

      assertThat(store.finished(Sparks.session()).runs()).as(name).hasSize(1);
      assertThat(wrong(store, null))
          .as(name)
          .extracting(finding -> finding.wrong().size())
          .containsExactly(1);
      repair(store);
      assertThat(wrong(store, null)).as(name).isEmpty();
    }
  }

  @Test
  void findsCheckpointsThatARunSaysItHas() throws IOException {
    Study kept = Example.study("run.record.checkpoints=3");
    PlannedRun run = kept.runs().get(0);
    Store store = new Store(folder.toString());
    Example.append(store, 1, Example.result(run, 300));
    assertThat(checkpointsOf(store))
        .hasSize(3)
        .allMatch(each -> each.matches(".*step-00000(000|032|400)\\.safetensors is missing"));

    Path weights = Files.createDirectories(folder.resolve("checkpoints").resolve(run.id()));
    for (int step : List.of(0, 32, 400)) {
      Files.write(weights.resolve("step-%08d.safetensors".formatted(step)), weights(run, step));
    }
    assertThat(checkpointsOf(store)).isEmpty();

    Files.write(weights.resolve("step-00000000.safetensors"), weights(kept.runs().get(1), 0));
    Files.write(weights.resolve("step-00000032.safetensors"), weights(run, 2));
    byte[] whole = weights(run, 400);
    Files.write(
        weights.resolve("step-00000400.safetensors"), Arrays.copyOf(whole, whole.length - 100));
    assertThat(checkpointsOf(store))
        .anyMatch(each -> each.contains("is of the run " + kept.runs().get(1).id()))
        .anyMatch(each -> each.contains("is of step 2"))
        .anyMatch(each -> each.contains("step-00000400.safetensors cannot be read"));

    repair(store); // the run is to be trained again
    assertThat(checkpointsOf(store)).isEmpty();
    assertThat(Sparks.rows(store).count()).isZero();
    assertThat(removed()).filteredOn(path -> path.endsWith(".safetensors")).hasSize(3);
    assertThat(removed()).filteredOn(path -> path.endsWith(".parquet")).hasSize(1);
  }

  private List<String> checkpointsOf(Store store) throws IOException {
    List<Finding> findings = wrong(store, null);
    assertThat(findings).extracting(Finding::check).isSubsetOf("missing or damaged checkpoints");
    return findings.isEmpty() ? List.of() : findings.get(0).wrong();
  }

  private static byte[] weights(PlannedRun run, int step) {
    return Safetensors.write(
        run.spec().layout(),
        new float[run.spec().layout().size()],
        Map.of("run_id", run.id(), "step", Integer.toString(step)));
  }

  @Test
  void repairTakesOutWhatIsWrongAndNothingElse() throws IOException {
    Store store = Example.store(folder);
    List<PlannedRun> runs = study.runs();
    RunResult contradicts = Example.result(runs.get(1), 500);
    Example.append(
        store,
        3,
        Example.startedAt(Example.result(runs.get(0), 300), Example.START.plusSeconds(60)),
        Example.startedAt(
            Example.ended(contradicts, Outcome.CONFUSED, contradicts.lastStep()),
            Example.START.plusSeconds(60)));
    litter();
    assertThat(wrong(store, study)).isNotEmpty();

    List<String> done = repair(store);
    Files.delete(folder.resolve("runs/submission=20261121T231501Z-1a2b/link.parquet"));

    assertThat(wrong(store, study)).isEmpty();
    assertThat(done).anyMatch(each -> each.startsWith("1 row(s) of "));
    assertThat(
            StoredRuns.of(Sparks.session(), store)
                .rows()
                .where("run_id = '" + runs.get(0).id() + "'")
                .select("submission")
                .head()
                .getString(0))
        .isEqualTo("20261121T231503Z-1a2b");
    assertThat(Sparks.rows(store).count()).isEqualTo(6);
    assertThat(removed())
        .anyMatch(path -> path.endsWith("runs/stray.parquet"))
        .anyMatch(path -> path.contains("runs/backup/"))
        .anyMatch(path -> path.endsWith("notes.txt"));
    assertThat(repair(store)).isEmpty();
  }

  /** What a disk did to the list of a sweep's runs is mended by the next sweep. */
  @Test
  void namesAndTakesOutListsOfRunsThatAreDamaged() throws IOException {
    Store store = Example.store(folder);
    Configuration hadoop = new Configuration();
    SweepLists.write(store, study, hadoop);
    assertThat(wrong(store, study)).isEmpty();
    String[] names = folder.resolve("sweeps").toFile().list((where, name) -> name.endsWith(".csv"));
    String list = String.join("", names == null ? new String[0] : names);
    Path file = folder.resolve("sweeps").resolve(list);
    byte[] content = Files.readAllBytes(file);
    content[20] ^= 1;
    Files.write(file, content);

    assertThat(wrong(store, null))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.check()).isEqualTo("unreadable files");
              assertThat(finding.wrong()).singleElement().asString().contains("sweeps/" + list);
            });
    assertThat(new StatusJob(Sparks.session(), store).run().damages()).hasSize(1);
    assertThat(repair(store)).singleElement().asString().contains("sweeps/" + list + " is now");
    assertThat(wrong(store, null)).isEmpty();
    SweepLists.write(store, study, hadoop);
    assertThat(SweepLists.of(store, hadoop).of("example")).hasSize(6);
  }

  private static List<String> repair(Store store) throws IOException {
    List<String> done = new ArrayList<>();
    new VerifyJob(Sparks.session(), store, null).repair(done::add);
    return done;
  }

  private List<String> removed() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("removed"))) {
      return files.filter(Files::isRegularFile).map(Path::toString).toList();
    }
  }

  private Path fileOfRows() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(path -> path.getFileName().toString().matches("part-.*\\.parquet"))
          .sorted()
          .findFirst()
          .orElseThrow();
    }
  }

  private static List<Finding> wrong(Store store, @Nullable Study study) throws IOException {
    VerifyJob.Verdict verdict = new VerifyJob(Sparks.session(), store, study).run();
    return verdict.findings().stream().filter(finding -> !finding.wrong().isEmpty()).toList();
  }
}
