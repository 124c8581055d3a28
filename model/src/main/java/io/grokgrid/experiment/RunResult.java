package io.grokgrid.experiment;

import io.grokgrid.config.PlannedRun;
import io.grokgrid.net.AttentionMean;
import io.grokgrid.run.RunSpec;
import io.grokgrid.train.Measurement;
import io.grokgrid.train.Metrics;
import io.grokgrid.train.Milestones;
import io.grokgrid.train.TrainingState;
import java.io.Serializable;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One finished run.
 *
 * @param runId see {@link io.grokgrid.keys.RunId}
 * @param parameters number of trained numbers; 0 where the network could not be made
 * @param error what went wrong, of failed runs only
 * @param lastStep number of updates made
 * @param metrics the recorded steps, ascending; may be empty for a failed run
 * @param startedAt when the first attempt began
 * @param seconds of training, over all attempts
 * @param stepsPerSecond of training
 * @param attempt 1 for a run that was never cut
 * @param resumedFromStep step of the saved state that the last attempt went on from, if it did
 */
public record RunResult(
    String runId,
    RunSpec spec,
    int parameters,
    Outcome outcome,
    @Nullable String error,
    int lastStep,
    List<Metrics> metrics,
    List<AttentionMean> attention,
    List<Measurement> measurements,
    Instant startedAt,
    double seconds,
    double stepsPerSecond,
    int attempt,
    @Nullable Integer resumedFromStep)
    implements Serializable {
  /**
   * The result of a run as it is now.
   *
   * @param live null for a run that could not begin
   */
  public static RunResult of(
      PlannedRun run,
      @Nullable SavedRun live,
      Outcome outcome,
      @Nullable String error,
      int attempt,
      @Nullable Integer resumedFromStep) {
    TrainingState state =
        live == null
            ? new TrainingState(run.spec().training(), List.of(), new float[0])
            : live.state();
    return new RunResult(
        run.id(),
        run.spec(),
        state.parameters().length,
        outcome,
        error,
        state.step(),
        List.copyOf(state.metrics()),
        List.copyOf(state.attention()),
        List.copyOf(state.measurements()),
        live == null ? Instant.now() : live.startedAt(),
        state.seconds(),
        state.step() / Math.max(state.seconds(), 1e-9),
        attempt,
        resumedFromStep);
  }

  public Milestones milestones() {
    return Milestones.of(metrics);
  }

  /** The last recorded step, if any. */
  public @Nullable Metrics last() {
    return metrics.isEmpty() ? null : metrics.get(metrics.size() - 1);
  }
}
