package io.grokgrid.train;

import io.grokgrid.step.TrainingSpec;
import io.grokgrid.step.TrainingStep;
import io.grokgrid.train.Milestones.Mark;
import java.util.List;
import java.util.Objects;
import java.util.Set;
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
  private final SortedSet<Integer> plannedCheckpoints;

  /** Milestones whose weights are to be kept and that were not reached yet. */
  private final Set<Mark> ahead;

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
    plannedCheckpoints = record.plannedSteps(spec.steps());
    ahead = record.marks();
    gradient = new float[parameters];
    lastGradient = new float[parameters];
  }

  /**
   * Moves {@code state} forward until training ends.
   *
   * @param goOn asked before every update, and when the time is over, before more is recorded of
   *     the last step than of any other: from there a run with more time goes on as if it had had
   *     it
   */
  public End run(TrainingState state, Predicate<TrainingState> goOn) {
    double before = state.seconds();
    long start = System.nanoTime();
    while (true) {
      state.spend(before + (System.nanoTime() - start) * 1e-9 - state.seconds());
      boolean outOfTime = spec.isOutOfTime(state.seconds());
      recorder.record(state, false);
      boolean finished = state.step() == spec.steps() || grokkedLongAgo(state);
      if (outOfTime && !finished && isFinite(state) && !goOn.test(state)) {
        return End.STOPPED;
      }
      boolean last = finished || outOfTime;
      recorder.record(state, last);
      if (!isFinite(state)) {
        recorder.record(state, true);
        return End.DIVERGED;
      }
      if (isToKeep(state, last)) {
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

  private boolean isToKeep(TrainingState state, boolean last) {
    boolean reached = reachesAMark(state);
    return reached
        || plannedCheckpoints.contains(state.step())
        || (last && record.checkpoints() > 0);
  }

  /** Looks at the metrics only where they are of this step. */
  private boolean reachesAMark(TrainingState state) {
    List<Metrics> metrics = state.metrics();
    int step = state.step();
    if (ahead.isEmpty() || metrics.isEmpty() || metrics.get(metrics.size() - 1).step() != step) {
      return false;
    }
    Milestones found = Milestones.of(metrics);
    boolean here = ahead.stream().anyMatch(mark -> Objects.equals(mark.step(found), step));
    ahead.removeIf(mark -> mark.step(found) != null);
    return here;
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
