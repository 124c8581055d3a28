package io.grokgrid.train;

import io.grokgrid.step.AttentionMean;
import io.grokgrid.step.Measurement;
import io.grokgrid.step.TrainingSpec;
import io.grokgrid.step.TrainingStep;
import java.util.List;
import java.util.SortedSet;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/**
 * The training loop. Step s is the state after s updates; each pass of the loop records that state
 * if it is due, and either ends there or makes update number s.
 */
public final class Trainer {
  /** Why training ended. */
  public enum End {
    /** All steps made, or enough of them after the grok step. */
    FINISHED,
    /** A loss was not finite. */
    DIVERGED,
    /** {@code max_seconds} met. */
    OUT_OF_TIME,
    /** Told not to go on; the run is not over. */
    STOPPED
  }

  private final TrainingStep network;
  private final TrainingSpec spec;
  private final RecordSpec record;
  private final BiFunction<TrainingState, Metrics, List<Measurement>> analyses;
  private final Consumer<TrainingState> checkpoints;
  private final SortedSet<Integer> checkpointSteps;
  private float[] gradient;
  private float[] lastGradient;

  /**
   * Trains {@code network}.
   *
   * @param parameters number of its parameters
   * @param analyses the measurements of a state, given its metrics
   * @param checkpoints keeps the weights of a state that is due; may get one again after a restart
   */
  public Trainer(
      TrainingStep network,
      TrainingSpec spec,
      RecordSpec record,
      int parameters,
      BiFunction<TrainingState, Metrics, List<Measurement>> analyses,
      Consumer<TrainingState> checkpoints) {
    this.network = network;
    this.spec = spec;
    this.record = record;
    this.analyses = analyses;
    this.checkpoints = checkpoints;
    checkpointSteps = record.checkpointSteps(spec.steps());
    gradient = new float[parameters];
    lastGradient = new float[parameters];
  }

  /**
   * Moves {@code state} forward until training ends.
   *
   * @param goOn asked before every update
   */
  public End run(TrainingState state, Predicate<TrainingState> goOn) {
    double before = state.seconds();
    long start = System.nanoTime();
    while (true) {
      state.spend(before + (System.nanoTime() - start) * 1e-9 - state.seconds());
      boolean outOfTime = spec.maxSeconds() > 0 && state.seconds() >= spec.maxSeconds();
      boolean finished = state.step() == spec.steps() || grokkedLongAgo(state);
      boolean last = finished || outOfTime;
      record(state, last);
      if (!isFinite(state)) {
        record(state, true);
        return End.DIVERGED;
      }
      if (checkpointSteps.contains(state.step()) || (last && record.checkpoints() > 0)) {
        checkpoints.accept(state);
      }
      if (finished) {
        return End.FINISHED;
      }
      if (outOfTime) {
        return End.OUT_OF_TIME;
      }
      if (!goOn.test(state)) {
        return End.STOPPED;
      }
      double loss = network.lossAndGradient(state.parameters(), gradient, state.step());
      if (!Double.isFinite(loss)) {
        record(state, true);
        return End.DIVERGED;
      }
      state.update(gradient);
      float[] spare = lastGradient;
      lastGradient = gradient; // the state may ask for its norm until the next update
      gradient = spare;
    }
  }

  private boolean grokkedLongAgo(TrainingState state) {
    if (spec.stopAfterGrok() < 0) {
      return false;
    }
    Integer grok = Milestones.of(state.metrics()).grokStep();
    return grok != null && state.step() >= (long) grok + spec.stopAfterGrok();
  }

  /** Whether the losses recorded at this step, if there are any, are finite. */
  private static boolean isFinite(TrainingState state) {
    List<Metrics> metrics = state.metrics();
    if (metrics.isEmpty()) {
      return true;
    }
    Metrics last = metrics.get(metrics.size() - 1);
    return Double.isFinite(last.trainLoss()) && Double.isFinite(last.testLoss());
  }

  /**
   * Records what is due at this step and was not recorded yet; at the last step that is everything.
   * Attention comes last, because it adds measurements of its own.
   */
  private void record(TrainingState state, boolean last) {
    int step = state.step();
    boolean metricsDue =
        isDue(step, record.metricsEvery(), last)
            && lastStep(state.metrics(), Metrics::step) != step;
    boolean measurementsDue =
        isDue(step, record.measurementsEvery(), last) && lastMeasured(state.measurements()) != step;
    boolean oodMissing = last && !metricsDue && lacksOod(state);
    if (metricsDue || measurementsDue || oodMissing) {
      boolean oodDue = last || isDue(step, record.oodEvery(), false);
      Metrics metrics = metrics(state, oodDue);
      if (oodMissing) {
        state.metrics().remove(state.metrics().size() - 1);
      }
      if (metricsDue || oodMissing) {
        state.metrics().add(metrics);
      }
      if (measurementsDue) {
        state.measurements().addAll(analyses.apply(state, metrics));
      }
    }
    boolean attentionDue =
        network.drawsAnew()
            ? last && record.attentionEvery() > 0
            : isDue(step, record.attentionEvery(), last);
    if (attentionDue && lastStep(state.attention(), AttentionMean::step) != step) {
      state.attention().addAll(network.attention(state.parameters(), step));
      network.trainAttention(state.parameters(), step).stream()
          .map(AttentionMean::trainScore)
          .forEach(state.measurements()::add);
    }
  }

  /** Whether the step that turns out to be the last one was recorded as if it were not. */
  private boolean lacksOod(TrainingState state) {
    List<Metrics> metrics = state.metrics();
    return network.drawsAnew() && metrics.get(metrics.size() - 1).oodLoss() == null;
  }

  /** The step of the last measurement, but for those that come with attention; -1 for none. */
  private static int lastMeasured(List<Measurement> measurements) {
    for (int i = measurements.size() - 1; i >= 0; i--) {
      if (!measurements.get(i).name().startsWith(AttentionMean.TRAIN_SCORE)) {
        return measurements.get(i).step();
      }
    }
    return -1;
  }

  /** The step of the last record, -1 if there is none. */
  private static <R> int lastStep(List<R> records, ToIntFunction<R> step) {
    return records.isEmpty() ? -1 : step.applyAsInt(records.get(records.size() - 1));
  }

  private static boolean isDue(int step, int every, boolean last) {
    return every > 0 && (last || step % every == 0);
  }

  private Metrics metrics(TrainingState state, boolean withOod) {
    TrainingStep.Evaluation found = network.evaluate(state.parameters(), withOod);
    return new Metrics(
        state.step(),
        found.trainLoss(),
        found.trainAccuracy(),
        found.testLoss(),
        found.testAccuracy(),
        found.oodLoss(),
        found.oodAccuracy(),
        TrainingState.norm(state.parameters()),
        state.gradientNorm());
  }
}
