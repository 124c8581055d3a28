package io.grokgrid.tables;

import ai.djl.Device;
import io.grokgrid.config.PlannedRun;
import io.grokgrid.config.Study;
import io.grokgrid.experiment.Experiment;
import io.grokgrid.experiment.RunResult;
import io.grokgrid.store.Checkpoints;
import io.grokgrid.store.Store;
import io.grokgrid.train.Measurement;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/** Runs that were really trained, with checkpoints, and what was found of some. */
public final class ExampleAnalyses {
  /** Three runs of 20 steps: two keep weights at the steps 0, 1 and 20, one keeps none. */
  private static final String CONF =
      """
      sweep { name = kept }
      run {
        task { p = 7, train_fraction = 0.6 }
        model { d_model = 8, heads = 2, d_mlp = 16 }
        training { steps = 20 }
        record { metrics_every = 10, attention_every = 0, measurements_every = 20
          checkpoint_steps = [0, 1, 20] }
      }
      grid.training.seed = [0, 1]
      """;

  private ExampleAnalyses() {}

  public static List<PlannedRun> runs() {
    List<PlannedRun> runs = new ArrayList<>(Example.read(CONF).runs());
    Study none = Example.read(CONF, "run.record.checkpoint_steps=[]", "grid.training.seed=[2]");
    runs.addAll(none.runs());
    return runs;
  }

  /** The study of the first two runs, with more that its configuration says. */
  public static Study study(String more, String... settings) {
    return Example.read(CONF + more, settings);
  }

  /** Trains {@link #runs} into a store. */
  public static Store store(Path folder) {
    Store store = new Store(folder.toUri().toString());
    RunResult[] results = runs().stream().map(run -> trained(run, store)).toArray(RunResult[]::new);
    Example.append(store, 1, results);
    return store;
  }

  private static RunResult trained(PlannedRun run, Store store) {
    Checkpoints checkpoints = new Checkpoints(store, run.id(), new Configuration(), false);
    return new Experiment(run, Device.cpu(), 1, null).run(state -> true, checkpoints).orElseThrow();
  }

  /** One measurement of one analysis, {@code value}, found so many seconds later. */
  public static Row row(
      PlannedRun run, int step, String analysis, String name, double value, int later) {
    Measurement found = new Measurement(step, analysis, name, value);
    Instant at = Example.START.plusSeconds(later);
    Analysed analysed = new Analysed(run.id(), step, List.of(analysis), List.of(found), at, 0.5);
    return AnalysesTable.toRow(
        analysed, "host", new Versions("v1", "4.1.1", "0.35.1", "2.7.1", "17", 2));
  }

  /** Adds rows as one submission; {@code number} tells its directory from others. */
  public static void append(Store store, int number, Row... rows) {
    append(store, number, Sparks.session().createDataFrame(List.of(rows), AnalysesTable.SCHEMA));
  }

  private static void append(Store store, int number, Dataset<Row> rows) {
    store.appendAnalyses(rows, "20261122T23150%dZ-1a2b".formatted(number));
  }

  /** Adds one row, in which a column is what this SQL over it says. */
  public static void append(Store store, int number, Row row, String column, String sql) {
    Dataset<Row> rows = Sparks.session().createDataFrame(List.of(row), AnalysesTable.SCHEMA);
    append(store, number, rows.withColumn(column, functions.expr(sql)));
  }
}
