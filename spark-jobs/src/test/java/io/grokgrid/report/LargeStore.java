package io.grokgrid.report;

import io.grokgrid.config.PlannedRun;
import io.grokgrid.experiment.Outcome;
import io.grokgrid.experiment.RunResult;
import io.grokgrid.net.AttentionMean;
import io.grokgrid.store.Store;
import io.grokgrid.tables.Example;
import io.grokgrid.tables.RunsTable;
import io.grokgrid.tables.Sparks;
import io.grokgrid.train.Measurement;
import io.grokgrid.train.Metrics;
import io.grokgrid.train.Milestones;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;

/**
 * A store as a large sweep leaves it: four weight decays by five train fractions by two encodings
 * by seeds, attention and the usual measurements at every tenth. Curves are as noisy as real ones:
 * test losses and norms from step to step by 1 and 0.02 percent, test accuracies in whole examples.
 *
 * <p>{@code main RUNS FOLDER} makes one to be measured, of 400 recorded steps a run; {@code main
 * RUNS FOLDER RECORDED A_FILE} one of runs of so many recorded steps, without attention, so many in
 * a file, a thousand in a submission.
 */
final class LargeStore {
  private static final int RECORDED = 400;
  private static final int EVERY = 50;
  private static final int LAST = (RECORDED - 1) * EVERY;
  private static final int EXAMPLES = 2437;
  private static final int AT_ONCE = 250;
  private static final int A_SUBMISSION = 1000;

  private static final String CONF =
      """
      sweep { name = large }
      run {
        task { p = 59 }
        model { layers = 1, d_model = 128, heads = 4, d_mlp = 512 }
        training { steps = 19950 }
        record { metrics_every = 50 }
      }
      grid {
        training { weight_decay = [0.3, 0.5, 1.0, 2.0] }
        task.train_fraction = [0.35, 0.4, 0.5, 0.6, 0.7]
        model.encoding = [learned, rope]
      }
      """;

  private LargeStore() {}

  public static void main(String[] args) {
    int runs = Integer.parseInt(args[0]);
    Path folder = Path.of(args[1]);
    if (args.length == 2) {
      make(runs, RECORDED, folder);
    } else {
      make(runs, folder, Integer.parseInt(args[2]), Integer.parseInt(args[3]));
    }
  }

  /** A multiple of 40 runs that agree with themselves as {@code verify} has it. */
  static Store make(int runs, Path folder, int recorded, int runsAFile) {
    Store store = new Store(folder.toUri().toString());
    List<PlannedRun> all =
        Example.read(
                CONF,
                "grid.training.seed={from=0,until=" + runs / 40 + "}",
                "training.steps=" + (recorded - 1) * EVERY,
                "record.attention_every=0",
                "record.measurements_every=" + 10 * EVERY)
            .runs();
    for (int from = 0; from < runs; from += A_SUBMISSION) {
      List<Row> rows =
          all.subList(from, Math.min(runs, from + A_SUBMISSION)).stream()
              .map(run -> Example.row(lean(run, recorded)))
              .toList();
      JavaRDD<Row> tasks =
          JavaSparkContext.fromSparkContext(Sparks.session().sparkContext())
              .parallelize(rows, (rows.size() + runsAFile - 1) / runsAFile);
      store.append(
          Sparks.session().createDataFrame(tasks, RunsTable.SCHEMA),
          Store.newSubmission(Example.START.plusSeconds(from)));
    }
    return store;
  }

  private static RunResult lean(PlannedRun run, int recorded) {
    SplittableRandom random = new SplittableRandom(run.id().hashCode());
    double share = recorded / (double) RECORDED;
    double grok = share * (0.5 + random.nextDouble()) * 8000 / run.spec().training().weightDecay();
    List<Metrics> metrics = new ArrayList<>();
    List<Measurement> measurements = new ArrayList<>();
    for (int i = 0; i < recorded; i++) {
      metrics.add(recorded(i * EVERY, grok, random));
      if (i % 10 == 0 || i == recorded - 1) {
        measure(i * EVERY, measurements, random);
      }
    }
    Outcome outcome = Outcome.of(Milestones.of(metrics), false);
    return measured(Example.recorded(run, outcome, metrics, List.of()), measurements);
  }

  /**
   * A multiple of 40 runs.
   *
   * @param recorded steps of each
   */
  static Store make(int runs, int recorded, Path folder) {
    Store store = new Store(folder.toUri().toString());
    String seeds = "grid.training.seed={from=0,until=" + runs / 40 + "}";
    List<PlannedRun> all = Example.read(CONF, seeds).runs();
    for (int from = 0; from < runs; from += AT_ONCE) {
      Example.append(
          store,
          from / AT_ONCE,
          all.subList(from, Math.min(runs, from + AT_ONCE)).stream()
              .map(run -> result(run, recorded))
              .toArray(RunResult[]::new));
    }
    return store;
  }

  private static RunResult result(PlannedRun run, int recorded) {
    SplittableRandom random = new SplittableRandom(run.id().hashCode());
    double grok = (0.5 + random.nextDouble()) * 8000 / run.spec().training().weightDecay();
    List<Metrics> metrics = new ArrayList<>();
    List<AttentionMean> attention = new ArrayList<>();
    List<Measurement> measurements = new ArrayList<>();
    for (int i = 0; i < recorded; i++) {
      int step = (int) ((long) LAST * i / (recorded - 1));
      metrics.add(recorded(step, grok, random));
      if (i % 10 == 0) {
        attend(step, attention, random);
        measure(step, measurements, random);
      }
    }
    boolean hasGrokked = metrics.stream().anyMatch(at -> at.testAccuracy() >= 0.99);
    RunResult plain =
        Example.recorded(run, hasGrokked ? Outcome.GROKKED : Outcome.MEMORISED, metrics, attention);
    return measured(plain, measurements);
  }

  static RunResult measured(RunResult plain, List<Measurement> measurements) {
    return new RunResult(
        plain.runId(),
        plain.spec(),
        plain.parameters(),
        plain.outcome(),
        plain.error(),
        plain.lastStep(),
        plain.metrics(),
        plain.attention(),
        measurements,
        plain.startedAt(),
        plain.seconds(),
        plain.stepsPerSecond(),
        1,
        null);
  }

  private static Metrics recorded(int step, double grok, SplittableRandom random) {
    double learned = 1 / (1 + Math.exp((grok - step) / (0.1 * grok)));
    double accuracy = Math.rint(EXAMPLES * learned + random.nextGaussian()) / EXAMPLES;
    return new Metrics(
        step,
        4 * Math.exp(-step / 100.0) + 1e-5 * Math.exp(0.03 * random.nextGaussian()),
        step < 100 ? 0.3 : 1,
        (20 * (1 - learned) + 1e-4) * (1 + 0.01 * random.nextGaussian()),
        Math.max(0, Math.min(1, accuracy)),
        null,
        null,
        (60 - 25 * learned) * (1 + 2e-4 * random.nextGaussian()),
        step == 0 ? null : (Double) random.nextDouble());
  }

  private static void attend(int step, List<AttentionMean> to, SplittableRandom random) {
    for (int i = 0; i < 4 * 9; i++) {
      to.add(
          new AttentionMean(
              step, 0, i / 9, i / 3 % 3, i % 3, random.nextGaussian(), random.nextDouble()));
    }
  }

  private static void measure(int step, List<Measurement> to, SplittableRandom random) {
    for (String name : List.of("all_loss", "all_accuracy", "train_loss", "test_loss")) {
      to.add(new Measurement(step, "loss", name, random.nextDouble()));
    }
    to.add(new Measurement(step, "weights", "norm", 40 + random.nextDouble()));
    to.add(new Measurement(step, "circularity", "mean", random.nextDouble()));
    for (int k = 1; k <= 29; k++) {
      to.add(new Measurement(step, "fourier_embedding", "norm." + k, random.nextDouble()));
    }
  }
}
