package io.grokgrid.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.grokgrid.config.PlannedRun;
import io.grokgrid.tables.Example;
import io.grokgrid.tables.ExampleAnalyses;
import io.grokgrid.tables.Sparks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs of {@link Example} measured a norm of 3 at step 0 themselves. */
class StoredAnalysesTest {
  private final SparkSession session = Sparks.session();
  private final Path folder;
  private final List<PlannedRun> runs = Example.study().runs();

  StoredAnalysesTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private List<String> measurements(Store store, String columns) throws IOException {
    StoredAnalyses analyses = StoredAnalyses.of(session, store);
    Views views =
        Views.register(session, StoredRuns.of(session, store), analyses, Views.Restriction.NONE);
    assertThat(views.damages()).hasSameSizeAs(analyses.damages());
    String sql = "SELECT " + columns + " FROM measurements WHERE seed = 0 AND weight_decay = 0.5";
    return session.sql(sql + " ORDER BY ALL").collectAsList().stream()
        .map((Row row) -> row.mkString(","))
        .toList();
  }

  private List<String> measurements(Store store) throws IOException {
    return measurements(store, "step, analysis, name, value");
  }

  @Test
  void standBesideTheRunsOwnMeasurementsAndAllColumnsOfTheRun() throws IOException {
    Store store = Example.store(folder);
    PlannedRun run = runs.get(0);
    ExampleAnalyses.append(
        store,
        1,
        ExampleAnalyses.row(run, 100, "loss", "all_loss", 0.5, 0),
        ExampleAnalyses.row(run, 0, "attention", "other", 7, 0));
    assertThat(measurements(store, "p, outcome, step, analysis, name, value"))
        .containsExactly(
            "13,grokked,0,attention,other,7.0",
            "13,grokked,0,weights,norm,3.0",
            "13,grokked,100,loss,all_loss,0.5");
    assertThat(session.sql("SELECT count(*) FROM measurements").head().getLong(0)).isEqualTo(6 + 2);
  }

  @Test
  void takeThePlaceOfTheSameThatTheRunMeasured() throws IOException {
    Store store = Example.store(folder);
    ExampleAnalyses.append(
        store, 1, ExampleAnalyses.row(runs.get(0), 0, "weights", "norm", 3.5, 0));
    assertThat(measurements(store)).containsExactly("0,weights,norm,3.5");
  }

  @Test
  void leaveWhatTheRunMeasuredWhereTheyHadNothingToSay() throws IOException {
    Store store = Example.store(folder);
    ExampleAnalyses.append(
        store,
        1,
        ExampleAnalyses.row(runs.get(0), 0, "loss", "all_loss", 0.5, 0),
        "analyses",
        "array('loss', 'weights')");
    assertThat(measurements(store)).containsExactly("0,loss,all_loss,0.5", "0,weights,norm,3.0");
  }

  @Test
  void countOnlyWhereTheySayWhatWasAsked() throws IOException {
    Store store = Example.store(folder);
    ExampleAnalyses.append(
        store,
        1,
        ExampleAnalyses.row(runs.get(0), 0, "weights", "norm", 3.5, 0),
        "analyses",
        "CAST(NULL AS ARRAY<STRING>)");
    assertThat(measurements(store)).containsExactly("0,weights,norm,3.0");
    assertThat(StoredAnalyses.of(session, store).done()).isEmpty();
  }

  /** Of submissions the last, whatever the clock said; of one, the last by the clock. */
  @Test
  void countOnceWhereTheyAreThereTwice() throws IOException {
    Store store = Example.store(folder);
    PlannedRun run = runs.get(0);
    ExampleAnalyses.append(store, 1, ExampleAnalyses.row(run, 100, "loss", "all_loss", 0.5, 9));
    ExampleAnalyses.append(
        store,
        2,
        ExampleAnalyses.row(run, 100, "loss", "all_loss", 0.25, 0),
        ExampleAnalyses.row(run, 200, "loss", "all_loss", 0.125, 1),
        ExampleAnalyses.row(run, 200, "loss", "all_loss", 0.0625, 0));
    assertThat(measurements(store))
        .containsExactly("0,weights,norm,3.0", "100,loss,all_loss,0.25", "200,loss,all_loss,0.125");
    assertThat(StoredAnalyses.of(session, store).older())
        .allSatisfy(older -> assertThat(older.analysis()).isEqualTo("loss"))
        .extracting(StoredAnalyses.Older::step)
        .containsExactly(100, 200);
  }

  @Test
  void sayWhatWasDone() throws IOException {
    Store store = Example.store(folder);
    assertThat(StoredAnalyses.of(session, store).done()).isEmpty();
    PlannedRun run = runs.get(0);
    ExampleAnalyses.append(store, 1, ExampleAnalyses.row(run, 100, "loss", "all_loss", 0.5, 9));
    ExampleAnalyses.append(store, 2, ExampleAnalyses.row(run, 100, "weights", "norm", 0.5, 9));
    assertThat(StoredAnalyses.of(session, store).done())
        .containsOnlyKeys(new StoredAnalyses.Step(run.id(), 100))
        .containsValue(java.util.Set.of("loss", "weights"));
  }

  /** An empty folder, one that a killed job left, a damaged file beside a whole one. */
  @Test
  void areReadWhateverAKilledJobLeft() throws IOException {
    Store store = Example.store(folder);
    Path analyses = Files.createDirectories(folder.resolve("analyses"));
    assertThat(measurements(store)).containsExactly("0,weights,norm,3.0");
    Files.createDirectories(analyses.resolve("submission=20261122T231500Z-1a2b/_temporary/0"));
    assertThat(measurements(store)).containsExactly("0,weights,norm,3.0");
    ExampleAnalyses.append(
        store, 1, ExampleAnalyses.row(runs.get(0), 100, "loss", "all_loss", 0.5, 9));
    Path left = analyses.resolve("submission=20261122T231501Z-1a2b/_temporary/0/task");
    Files.writeString(Files.createDirectories(left).resolve("part-1.parquet"), "half");
    assertThat(measurements(store)).hasSize(2);
    Path damaged = analyses.resolve("submission=20261122T231501Z-1a2b/part-9.parquet");
    Files.writeString(damaged, "no rows here");
    assertThat(StoredAnalyses.of(session, store).damages())
        .singleElement()
        .satisfies(damage -> assertThat(damage.path()).endsWith("part-9.parquet"));
    assertThat(measurements(store)).hasSize(2);
  }
}
