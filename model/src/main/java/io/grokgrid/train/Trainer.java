package io.grokgrid.train;

import io.grokgrid.step.TrainingSpec;
import io.grokgrid.step.TrainingStep;
import java.util.List;
import java.util.SortedSet;
import java.util.function.Consumer;
import java.util.function.Predicate;

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
  private final Recorder recorder;
  private final Consumer<TrainingState> checkpoints;
  private final SortedSet<Integer> checkpointSteps;
  private float[] gradient;
  private float[] lastGradient;

  /**
   * Trains {@code network}.
   *
   * @param parameters number of its parameters
   * @param measuring what is measured
   * @param checkpoints keeps the weights of a state that is due; may get one again after a restart
   */
  public Trainer(
      TrainingStep network,
      TrainingSpec spec,
      RecordSpec record,
      int parameters,
      Measuring measuring,
      Consumer<TrainingState> checkpoints) {
    this.network = network;
    this.spec = spec;
    this.record = record;
    recorder = new Recorder(network, record, measuring);
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
      recorder.record(state, last);
      if (!isFinite(state)) {
        recorder.record(state, true);
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
        recorder.record(state, true);
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
}
