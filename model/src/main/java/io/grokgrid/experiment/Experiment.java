package io.grokgrid.experiment;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.grokgrid.battery.Recording;
import io.grokgrid.config.PlannedRun;
import io.grokgrid.keys.RunId;
import io.grokgrid.net.Layout;
import io.grokgrid.run.MemoryNeed;
import io.grokgrid.run.RunSpec;
import io.grokgrid.run.StepForm;
import io.grokgrid.step.TrainingStep;
import io.grokgrid.tensor.Autograd;
import io.grokgrid.train.Milestones;
import io.grokgrid.train.Trainer;
import io.grokgrid.train.TrainingState;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Trains one run: the facade that a cluster, a test or a notebook calls. */
public final class Experiment {
  private static final int MOST_ERROR_CHARACTERS = 1000;

  private final PlannedRun run;
  private final Device device;
  private final int attempt;
  private final @Nullable SavedRun saved;
  private final @Nullable Integer resumedFromStep;

  /** Where a run's weights go. */
  @FunctionalInterface
  public interface CheckpointSink {
    /**
     * An attempt begins.
     *
     * @param anew at step 0, so that nothing of earlier attempts counts
     */
    default void begin(boolean anew) {}

    /**
     * Keeps the weights of a step, in place of what is kept of it.
     *
     * @param file in the safetensors format
     * @throws UncheckedIOException if they could not be kept whole
     */
    void keep(int step, byte[] file);
  }

  /**
   * Prepares one attempt at a run.
   *
   * @param device where its network lives
   * @param attempt 1 for the first
   * @param saved where an earlier attempt was cut, or null to begin at step 0
   */
  public Experiment(PlannedRun run, Device device, int attempt, @Nullable SavedRun saved) {
    this.run = run;
    this.device = device;
    this.attempt = attempt;
    this.saved =
        saved == null ? null : new SavedRun(run, attempt, saved.startedAt(), saved.state());
    resumedFromStep = saved == null ? null : saved.state().step();
  }

  /**
   * Trains on the calling thread. A run that fails by its own fault gives a result that says so;
   * where it failed is said by the log alone.
   *
   * @param goOn asked before every update, with the run as it is then
   * @param checkpoints gets the weights at the steps that {@code record} asks for
   * @return nothing if {@code goOn} ended the run before it was over
   * @throws UncheckedIOException if one of both does, or if the engine cannot be unpacked
   * @throws CancellationException if the step does, which waited for others and was interrupted
   */
  public Optional<RunResult> run(Predicate<SavedRun> goOn, CheckpointSink checkpoints) {
    RunSpec spec = run.spec();
    return run(manager -> StepForm.of(spec).step(manager, spec), goOn, checkpoints);
  }

  /**
   * As {@link #run(Predicate, CheckpointSink)}.
   *
   * @param step makes the step, which may live as long as the manager
   */
  public Optional<RunResult> run(
      Function<NDManager, TrainingStep> step,
      Predicate<SavedRun> goOn,
      CheckpointSink checkpoints) {
    SavedRun[] current = new SavedRun[1];
    try (NDManager manager = Autograd.newManager(device)) {
      return train(() -> step.apply(manager), goOn, checkpoints, current);
    } catch (UncheckedIOException | CancellationException e) {
      throw e;
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
      return Optional.of(failed(e, current[0]));
    }
  }

  private Optional<RunResult> train(
      Supplier<TrainingStep> step,
      Predicate<SavedRun> goOn,
      CheckpointSink checkpoints,
      SavedRun[] current) {
    RunSpec spec = run.spec();
    Layout layout = spec.layout();
    MemoryNeed.of(spec, layout).check();
    SavedRun live = saved == null ? begin(layout) : saved;
    if (spec.record().keepsWeights()) {
      checkpoints.begin(saved == null);
    }
    current[0] = live;
    Trainer trainer =
        new Trainer(
            step.get(),
            spec.training(),
            spec.record(),
            layout.size(),
            recording(spec),
            state -> checkpoints.keep(state.step(), weights(state)));
    Trainer.End end = trainer.run(live.state(), state -> goOn.test(live));
    return end == Trainer.End.STOPPED
        ? Optional.empty()
        : Optional.of(
            RunResult.of(run, live, outcome(live.state(), end), null, attempt, resumedFromStep));
  }

  private static Recording recording(RunSpec spec) {
    return new Recording(
        spec.model(), spec.task(), spec.training().seed(), spec.record().analyses());
  }

  private byte[] weights(TrainingState state) {
    Map<String, String> metadata =
        Map.of(
            "run_id",
            run.id(),
            "step",
            Integer.toString(state.step()),
            "run",
            RunId.whole(run.spec()),
            "identity",
            RunId.canonical(run.spec()));
    return run.spec().weightsFile(state.parameters(), metadata);
  }

  private SavedRun begin(Layout layout) {
    RunSpec spec = run.spec();
    float[] parameters = spec.model().draw(layout, spec.training().seed());
    return new SavedRun(
        run,
        attempt,
        Instant.now(),
        new TrainingState(spec.training(), layout.tensors(), parameters));
  }

  private static Outcome outcome(TrainingState state, Trainer.End end) {
    return end == Trainer.End.DIVERGED
        ? Outcome.DIVERGED
        : Outcome.of(Milestones.of(state.metrics()), end == Trainer.End.OUT_OF_TIME);
  }

  private RunResult failed(Throwable error, @Nullable SavedRun live) {
    int step = live == null ? 0 : live.state().step();
    LoggerFactory.getLogger(Experiment.class)
        .error("run {} failed at step {}, attempt {}", run.id(), step, attempt, error);
    String message = message(error);
    String shown = message.substring(0, Math.min(message.length(), MOST_ERROR_CHARACTERS));
    return RunResult.of(run, live, Outcome.FAILED, shown, attempt, resumedFromStep);
  }

  /** What went wrong; where, if what was thrown does not say more than its name. */
  static String message(Throwable error) {
    String name = error.getClass().getSimpleName();
    if (error instanceof OutOfMemoryError) {
      long heap = Runtime.getRuntime().maxMemory() >> 20;
      return "%s: %s (heap of %d MiB; all runs that this process trains at once share it)"
          .formatted(name, error.getMessage(), heap);
    }
    if (error.getMessage() != null) {
      return name + ": " + error.getMessage();
    }
    return Arrays.stream(error.getStackTrace())
        .filter(frame -> frame.getClassName().startsWith("io.grokgrid."))
        .findFirst()
        .map(frame -> name + " at " + frame)
        .orElse(name);
  }
}
