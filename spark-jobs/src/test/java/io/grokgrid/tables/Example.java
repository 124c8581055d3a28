package io.grokgrid.tables;

import io.grokgrid.config.PlannedRun;
import io.grokgrid.config.SpecReader;
import io.grokgrid.config.Study;
import io.grokgrid.experiment.Outcome;
import io.grokgrid.experiment.RunResult;
import io.grokgrid.net.AttentionMean;
import io.grokgrid.net.TransformerSpec;
import io.grokgrid.store.Store;
import io.grokgrid.train.Measurement;
import io.grokgrid.train.Metrics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** Runs made up by hand: six of them, two weight decays by three seeds. */
public final class Example {
  public static final String CONF =
      """
      sweep { name = example }
      run {
        task { operation = add, p = 13, train_fraction = 0.5 }
        model { layers = 1, d_model = 8, heads = 2, d_head = 4, d_mlp = 16, encoding = learned }
        training { steps = 1000, stop_after_grok = 100 }
        record { metrics_every = 100 }
      }
      grid { training { weight_decay = [0.5, 1.0], seed = [0, 1, 2] } }
      """;

  /** {@link #CONF} of sequences, with two encodings by three seeds. */
  public static final String SEQUENCES =
      """
      sweep { name = sequences }
      run {
        task { kind = sequence, rule = k_back }
        model { layers = 1, d_model = 8, heads = 2, d_head = 4, d_mlp = 16 }
        training { steps = 1000, batch_size = 8, weight_decay = 0.5 }
      }
      grid { model.encoding = [alibi, rope], training.seed = [0, 1, 2] }
      """;

  public static final Instant START = Instant.parse("2026-11-21T23:15:00.125Z");

  private static final Provenance PROVENANCE =
      new Provenance(
          "host",
          "a processor",
          "cpu",
          null,
          new Versions("v1", "4.1.1", "0.35.1", "2.7.1", "17", 2));

  private Example() {}

  /** {@link #CONF} with settings such as {@code run.task.p=17}. */
  public static Study study(String... settings) {
    return read(CONF, settings);
  }

  /** A study of this configuration, with settings such as {@code run.task.p=17}. */
  public static Study read(String conf, String... settings) {
    try {
      Path file = Files.createTempFile("example", ".conf");
      try {
        return SpecReader.read(Files.writeString(file, conf), List.of(settings));
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Memorised at step 100, and grokked at {@code grokStep} and 100 steps more to go if that is
   * positive, else never in 1,000 steps.
   */
  public static RunResult result(PlannedRun run, int grokStep) {
    List<Metrics> metrics = new ArrayList<>();
    int last = grokStep > 0 ? grokStep + 100 : 1000;
    for (int step = 0; step <= last; step += 100) {
      double test = grokStep > 0 && step >= grokStep ? 1 : 0.1;
      metrics.add(
          new Metrics(
              step,
              1.0 / (step + 1),
              step >= 100 ? 1 : 0,
              0.5,
              test,
              null,
              null,
              3,
              step == 0 ? null : 0.25));
    }
    Outcome outcome =
        grokStep <= 0 ? Outcome.MEMORISED : grokStep > 200 ? Outcome.GROKKED : Outcome.COMPREHENDED;
    return result(run, outcome, null, metrics, START);
  }

  /** With what was recorded of it; scores on the training examples are larger by 10. */
  public static RunResult recorded(
      PlannedRun run, Outcome outcome, List<Metrics> metrics, List<AttentionMean> attention) {
    List<Measurement> measurements =
        attention.stream()
            .map(
                mean ->
                    new Measurement(
                        mean.step(),
                        "attention",
                        "train_score.%d.%d.%d.%d"
                            .formatted(mean.layer(), mean.head(), mean.query(), mean.key()),
                        mean.meanScore() + 10))
            .toList();
    return result(run, outcome, null, metrics, attention, measurements, START);
  }

  /** Failed at once. */
  public static RunResult failed(PlannedRun run, String error, Instant startedAt) {
    return result(run, Outcome.FAILED, error, List.of(), startedAt);
  }

  /** With a loss that is not a number at step 100. */
  public static RunResult diverged(PlannedRun run) {
    double nan = Double.NaN;
    return result(
        run,
        Outcome.DIVERGED,
        null,
        List.of(
            new Metrics(0, 2, 0.1, 2, 0.1, null, null, 1, null),
            new Metrics(100, nan, nan, nan, nan, null, null, nan, nan)),
        START);
  }

  /** The same run, started at another time. */
  public static RunResult startedAt(RunResult run, Instant startedAt) {
    return changed(run, run.outcome(), run.lastStep(), startedAt);
  }

  /** The same run, with an end that need not fit what was recorded. */
  public static RunResult ended(RunResult run, Outcome outcome, int lastStep) {
    return changed(run, outcome, lastStep, run.startedAt());
  }

  private static RunResult changed(
      RunResult run, Outcome outcome, int lastStep, Instant startedAt) {
    return new RunResult(
        run.runId(),
        run.spec(),
        run.parameters(),
        outcome,
        run.error(),
        lastStep,
        run.metrics(),
        run.attention(),
        run.measurements(),
        startedAt,
        run.seconds(),
        lastStep / run.seconds(),
        run.attempt(),
        run.resumedFromStep());
  }

  public static Row row(RunResult result) {
    return RunsTable.toRow(result, "example", PROVENANCE);
  }

  /** Adds rows as one submission; {@code number} tells its directory from others. */
  public static void append(Store store, int number, RunResult... results) {
    List<Row> rows = new ArrayList<>();
    for (RunResult result : results) {
      rows.add(row(result));
    }
    store.append(
        Sparks.session().createDataFrame(rows, RunsTable.SCHEMA),
        "20261121T23150%dZ-1a2b".formatted(number));
  }

  /**
   * Six runs in two submissions. Weight decay 0.5: grok steps 300, 500 and never (censored at
   * 1,000); weight decay 1: 400, one diverged, one failed.
   */
  public static Store store(Path folder) {
    Store store = new Store(folder.toUri().toString());
    List<PlannedRun> runs = study().runs();
    List<PlannedRun> half = withWeightDecay(runs, 0.5);
    List<PlannedRun> one = withWeightDecay(runs, 1);
    append(store, 1, result(half.get(0), 300), result(half.get(1), 500), result(half.get(2), 0));
    append(
        store,
        2,
        result(one.get(0), 400),
        diverged(one.get(1)),
        failed(one.get(2), "out of memory", START));
    return store;
  }

  private static List<PlannedRun> withWeightDecay(List<PlannedRun> runs, double weightDecay) {
    return runs.stream().filter(run -> run.spec().training().weightDecay() == weightDecay).toList();
  }

  /** Every score 0.5 and every weight 0.25, at the first and the last step; of (a, b, =) only. */
  private static List<AttentionMean> attention(PlannedRun run, List<Metrics> metrics) {
    List<AttentionMean> attention = new ArrayList<>();
    if (!(run.spec().model() instanceof TransformerSpec model)) {
      return attention;
    }
    for (Metrics at : metrics) {
      boolean due = at.step() == 0 || at.step() == metrics.get(metrics.size() - 1).step();
      for (int i = 0; due && i < 9 * model.heads(); i++) {
        int query = i / 3 % 3;
        if (i % 3 <= query) {
          attention.add(new AttentionMean(at.step(), 0, i / 9, query, i % 3, 0.5, 0.25));
        }
      }
    }
    return attention;
  }

  private static RunResult result(
      PlannedRun run,
      Outcome outcome,
      @Nullable String error,
      List<Metrics> metrics,
      Instant startedAt) {
    return result(
        run,
        outcome,
        error,
        metrics,
        attention(run, metrics),
        List.of(new Measurement(0, "weights", "norm", 3)),
        startedAt);
  }

  private static RunResult result(
      PlannedRun run,
      Outcome outcome,
      @Nullable String error,
      List<Metrics> metrics,
      List<AttentionMean> attention,
      List<Measurement> measurements,
      Instant startedAt) {
    int last = metrics.isEmpty() ? 0 : metrics.get(metrics.size() - 1).step();
    return new RunResult(
        run.id(),
        run.spec(),
        run.spec().layout().size(),
        outcome,
        error,
        last,
        metrics,
        attention,
        measurements,
        startedAt,
        12.5,
        last / 12.5,
        1,
        null);
  }
}
