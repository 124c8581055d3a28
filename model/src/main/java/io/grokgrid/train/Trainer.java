package io.grokgrid.train;

import java.util.List;
import java.util.function.BiFunction;
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
  private final Batches batches;
  private final BiFunction<TrainingState, Metrics, List<Measurement>> analyses;
  private float[] gradient;
  private float[] lastGradient;

  /**
   * Trains {@code network}.
   *
   * @param trainExamples number of examples that it is trained on
   * @param parameters number of its parameters
   * @param analyses the measurements of a state, given its metrics
   */
  public Trainer(
      TrainingStep network,
      TrainingSpec spec,
      RecordSpec record,
      int trainExamples,
      int parameters,
      BiFunction<TrainingState, Metrics, List<Measurement>> analyses) {
    this.network = network;
    this.spec = spec;
    this.record = record;
    this.analyses = analyses;
    batches = new Batches(spec, trainExamples);
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
      record(state, finished || outOfTime);
      if (!isFinite(state)) {
        record(state, true);
        return End.DIVERGED;
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
      if (!Double.isFinite(lossAndGradient(state))) {
        record(state, true);
        return End.DIVERGED;
      }
      state.update(gradient);
      float[] spare = lastGradient;
      lastGradient = gradient; // the state may ask for its norm until the next update
      gradient = spare;
    }
  }

  private double lossAndGradient(TrainingState state) {
    return batches.isFull()
        ? network.lossAndGradient(state.parameters(), gradient)
        : network.lossAndGradient(state.parameters(), gradient, batches.at(state.step()));
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
   */
  private void record(TrainingState state, boolean last) {
    int step = state.step();
    boolean metricsDue =
        isDue(step, record.metricsEvery(), last)
            && lastStep(state.metrics(), Metrics::step) != step;
    boolean measurementsDue =
        isDue(step, record.measurementsEvery(), last)
            && lastStep(state.measurements(), Measurement::step) != step;
    if (metricsDue || measurementsDue) {
      Metrics metrics = metrics(state);
      if (metricsDue) {
        state.metrics().add(metrics);
      }
      if (measurementsDue) {
        state.measurements().addAll(analyses.apply(state, metrics));
      }
    }
    if (isDue(step, record.attentionEvery(), last)
        && lastStep(state.attention(), AttentionMean::step) != step) {
      state.attention().addAll(network.attention(state.parameters(), step));
    }
  }

  /** The step of the last record, -1 if there is none. */
  private static <R> int lastStep(List<R> records, ToIntFunction<R> step) {
    return records.isEmpty() ? -1 : step.applyAsInt(records.get(records.size() - 1));
  }

  private static boolean isDue(int step, int every, boolean last) {
    return every > 0 && (last || step % every == 0);
  }

  private Metrics metrics(TrainingState state) {
    TrainingStep.Evaluation found = network.evaluate(state.parameters());
    return new Metrics(
        state.step(),
        found.trainLoss(),
        found.trainAccuracy(),
        found.testLoss(),
        found.testAccuracy(),
        null,
        null,
        TrainingState.norm(state.parameters()),
        state.gradientNorm());
  }
}
