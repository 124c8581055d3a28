package io.grokgrid.tables;

import io.grokgrid.config.PlannedRun;
import io.grokgrid.experiment.Outcome;
import io.grokgrid.experiment.RunResult;
import io.grokgrid.store.Store;
import io.grokgrid.store.StoredRuns;
import io.grokgrid.store.Views;
import io.grokgrid.train.Measurement;
import io.grokgrid.train.Metrics;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** A run that is made up by hand, with what was recorded of it step by step. */
final class MadeUp {
  private final PlannedRun run;
  private final List<Metrics> metrics = new ArrayList<>();
  private final List<Measurement> measurements = new ArrayList<>();
  private Outcome outcome = Outcome.GROKKED;

  MadeUp(PlannedRun run) {
    this.run = run;
  }

  /** Memorised at step 100, and generalised at {@code grokStep}; never if that is 0. */
  static MadeUp grokking(PlannedRun run, int grokStep) {
    MadeUp made = new MadeUp(run).at(0, 0, 0, 4, 10).at(100, 1, 0, 8, 10);
    return grokStep == 0
        ? made.at(1000, 1, 0, 8, 10).ending(Outcome.MEMORISED)
        : made.at(grokStep, 1, 1, 0.5, 10);
  }

  MadeUp at(int step, double trainAccuracy, double testAccuracy, double testLoss, double norm) {
    metrics.add(
        new Metrics(step, 1, trainAccuracy, testLoss, testAccuracy, null, null, norm, null));
    return this;
  }

  /** A value at step 0, 100, 200, .. */
  MadeUp measured(String analysis, String name, double... values) {
    for (int i = 0; i < values.length; i++) {
      measured(100 * i, analysis, name, values[i]);
    }
    return this;
  }

  MadeUp measured(int step, String analysis, String name, double value) {
    measurements.add(new Measurement(step, analysis, name, value));
    return this;
  }

  MadeUp ending(Outcome as) {
    outcome = as;
    return this;
  }

  RunResult result() {
    int last = metrics.isEmpty() ? 0 : metrics.get(metrics.size() - 1).step();
    return new RunResult(
        run.id(),
        run.spec(),
        run.spec().layout().size(),
        outcome,
        outcome == Outcome.FAILED ? "out of memory" : null,
        last,
        metrics,
        List.of(),
        measurements,
        Example.START,
        10,
        last / 10.0,
        1,
        null);
  }

  static void append(Store store, List<MadeUp> runs) {
    Example.append(store, 1, runs.stream().map(MadeUp::result).toArray(RunResult[]::new));
  }

  static Dataset<Row> ask(Store store, NamedQuery query) throws IOException {
    return ask(store, query.key());
  }

  /** Any named query, with what it takes. */
  static Dataset<Row> ask(Store store, String asked) throws IOException {
    Views views =
        Views.register(
            Sparks.session(), StoredRuns.of(Sparks.session(), store), Views.Restriction.NONE);
    return Sparks.session().sql(Asked.of(asked).orElseThrow().sql(views.varying()));
  }

  static List<String> lines(Dataset<Row> rows) {
    return rows.collectAsList().stream().map(row -> row.mkString(",")).toList();
  }
}
