package io.grokgrid.checkpoints;

import io.grokgrid.config.Study;
import io.grokgrid.console.Interruption;
import io.grokgrid.console.Progress;
import io.grokgrid.console.Report;
import io.grokgrid.jobs.ProgressPlugin;
import io.grokgrid.jobs.Reports;
import io.grokgrid.jobs.Restrictions;
import io.grokgrid.jobs.SweepJob;
import io.grokgrid.llc.Calibration;
import io.grokgrid.llc.Estimate;
import io.grokgrid.llc.LlcSpec;
import io.grokgrid.llc.NetworkEstimate;
import io.grokgrid.llc.NetworkPotential;
import io.grokgrid.sql.Questions;
import io.grokgrid.store.BrokenStore;
import io.grokgrid.store.Kept;
import io.grokgrid.store.Store;
import io.grokgrid.store.StoredRuns;
import io.grokgrid.store.StoredWeights;
import io.grokgrid.store.Views;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.classic.SparkSession;
import org.jspecify.annotations.Nullable;

/**
 * Estimates of the local learning coefficient with many settings around the last checkpoints of a
 * few runs, which writes nothing: a {@link Calibration} each.
 */
public final class CalibrationJob {
  /** Checkpoints, of runs spread over those there are. */
  private static final int CHECKPOINTS = 3;

  /** Times the configuration's own: half decades and decades. */
  private static final double[] STEP_SIZES = {0.1, 0.3, 1, 3, 10};

  private static final double[] OTHERS = {0.1, 1, 10};

  private final SparkSession session;
  private final Store store;
  private final LlcSpec spec;
  private final Choice choice;

  /** A checkpoint with what was found of it. */
  public record Calibrated(Checkpoint checkpoint, Calibration calibration) {}

  /**
   * @param number of the checkpoint
   * @param place of the settings in the calibration
   */
  private record Trial(Checkpoint checkpoint, int number, LlcSpec spec, int place)
      implements Serializable {
    String id() {
      return checkpoint.id() + "/" + place;
    }
  }

  private record Tried(int number, int place, Estimate estimate) implements Serializable {}

  /**
   * @param where if any, only runs for which this condition holds
   */
  public CalibrationJob(
      org.apache.spark.sql.SparkSession session, Store store, Study study, @Nullable String where)
      throws IOException {
    this.session = (SparkSession) session; // the only one that has plans
    this.store = store.qualified(session.sparkContext().hadoopConfiguration());
    spec = study.llc();
    choice = new Choice(new Views.Restriction(null, where), study, true);
  }

  /**
   * Makes all estimates.
   *
   * @param show begins to show progress, of estimates that each take about these seconds
   * @return nothing if it was told to stop
   * @throws BrokenStore if weights cannot be read
   */
  public Optional<List<Calibrated>> run(Function<Map<String, Double>, Progress> show)
      throws IOException {
    Restrictions.requireCondition(
        session, Questions.of(session), choice.restriction().where(), CheckpointJob.RUNS);
    List<Checkpoint> checkpoints = checkpoints();
    List<Calibrated> calibrated =
        checkpoints.stream().map(each -> new Calibrated(each, grid(each))).toList();
    List<Trial> trials = new ArrayList<>();
    for (int i = 0; i < calibrated.size(); i++) {
      List<LlcSpec> specs = calibrated.get(i).calibration().specs();
      for (int place = 0; place < specs.size(); place++) {
        trials.add(new Trial(checkpoints.get(i), i, specs.get(place), place));
      }
    }
    List<Tried> tried = trials.isEmpty() ? List.of() : tried(trials, weights(checkpoints), show);
    for (Tried each : tried) {
      Calibration of = calibrated.get(each.number).calibration();
      of.add(of.specs().get(each.place), each.estimate);
    }
    return tried.size() < trials.size() ? Optional.empty() : Optional.of(calibrated);
  }

  /** The last ones of runs at even distances in the list of those that kept any. */
  private List<Checkpoint> checkpoints() throws IOException {
    List<Kept> runs =
        choice.runs(StoredRuns.of(session, store), new HashSet<>()).stream()
            .filter(run -> !run.steps().isEmpty())
            .toList();
    int count = Math.min(CHECKPOINTS, runs.size());
    List<Checkpoint> chosen = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Kept run = runs.get(i * runs.size() / count);
      int last = run.steps().last();
      chosen.add(new Checkpoint(run.runId(), last, last, run.spec(), new ArrayList<>()));
    }
    return chosen;
  }

  private Calibration grid(Checkpoint checkpoint) {
    LlcSpec base = spec.forExamples(NetworkPotential.examples(checkpoint.spec()));
    return new Calibration(
        base,
        times(base.stepSize(), STEP_SIZES),
        times(base.nBeta(), OTHERS),
        times(base.localization(), OTHERS));
  }

  private static double[] times(double value, double[] factors) {
    return Arrays.stream(factors).map(factor -> value * factor).toArray();
  }

  private List<float[]> weights(List<Checkpoint> checkpoints) {
    List<float[]> weights = new ArrayList<>();
    for (Checkpoint each : checkpoints) {
      try {
        weights.add(each.weights(store, session.sparkContext().hadoopConfiguration()));
      } catch (StoredWeights.Flaw e) {
        throw new BrokenStore(
            "the checkpoint of %s, step %d %s"
                .formatted(each.runId(), each.step(), e.getMessage()));
      }
    }
    return weights;
  }

  private List<Tried> tried(
      List<Trial> trials, List<float[]> weights, Function<Map<String, Double>, Progress> show) {
    SweepJob.requireExecutor(session.sparkContext(), false);
    JavaSparkContext context = JavaSparkContext.fromSparkContext(session.sparkContext());
    Map<String, Double> seconds = new HashMap<>();
    LlcWork work = new LlcWork(spec);
    trials.forEach(each -> seconds.put(each.id(), work.seconds(each.checkpoint)));
    try (Progress progress = show.apply(seconds);
        Interruption interruption = new Interruption(progress, 0)) {
      return progress.isStopping()
          ? List.of()
          : context
              .parallelize(trials, trials.size())
              .mapPartitions(new Trying(context.broadcast(weights), work.parts()))
              .collect();
    }
  }

  /** What an executor does. */
  private record Trying(Broadcast<List<float[]>> weights, int draws)
      implements FlatMapFunction<Iterator<Trial>, Tried> {
    @Override
    public Iterator<Tried> call(Iterator<Trial> trials) {
      List<Tried> tried = new ArrayList<>();
      Reports reports = new Reports(ProgressPlugin::report, () -> System.nanoTime() * 1e-9);
      trials.forEachRemaining(trial -> attempt(trial, reports).ifPresent(tried::add));
      reports.tell();
      return tried.iterator();
    }

    private Optional<Tried> attempt(Trial trial, Reports reports) {
      if (!reports.test(new Report(trial.id(), 0, 0, ""))) {
        return Optional.empty();
      }
      Attendance attendance = new Attendance(trial.id(), reports, () -> System.nanoTime() * 1e-9);
      float[] parameters = weights.value().get(trial.number);
      Optional<Estimate> found =
          NetworkEstimate.of(trial.checkpoint.spec(), parameters, trial.spec, attendance);
      found.ifPresent(
          estimate -> reports.test(new Report(trial.id(), draws, 0, estimate.verdict().name())));
      return found.map(estimate -> new Tried(trial.number, trial.place, estimate));
    }
  }
}
