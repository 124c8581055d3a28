package io.grokgrid.experiment;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.grokgrid.analysis.Basics;
import io.grokgrid.net.Autograd;
import io.grokgrid.net.Layout;
import io.grokgrid.task.Dataset;
import io.grokgrid.train.Milestones;
import io.grokgrid.train.Trainer;
import io.grokgrid.train.TrainingState;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Trains one run: the facade that a cluster, a test or a notebook calls. */
public final class Experiment {
  private static final int MOST_ERROR_CHARACTERS = 1000;

  private final Study.PlannedRun run;
  private final Device device;
  private final int attempt;
  private final @Nullable SavedRun saved;
  private final @Nullable Integer resumedFromStep;

  /**
   * Prepares one attempt at a run.
   *
   * @param device where its network lives
   * @param attempt 1 for the first
   * @param saved where an earlier attempt was cut, or null to begin at step 0; one that was
   *     recorded otherwise than asked is not gone on from
   */
  public Experiment(Study.PlannedRun run, Device device, int attempt, @Nullable SavedRun saved) {
    this.run = run;
    this.device = device;
    this.attempt = attempt;
    this.saved = saved != null && saved.isRecordedAs(run.spec().record()) ? saved : null;
    resumedFromStep = this.saved == null ? null : this.saved.state().step();
  }

  /**
   * Trains on the calling thread. A run that fails by its own fault gives a result that says so.
   *
   * @param goOn asked before every update, with the run as it is then
   * @return nothing if {@code goOn} ended the run before it was over
   * @throws UncheckedIOException if {@code goOn} does, or if the engine cannot be unpacked
   */
  public Optional<RunResult> run(Predicate<SavedRun> goOn) {
    SavedRun[] current = new SavedRun[1];
    try (NDManager manager = Autograd.newManager(device)) {
      return train(manager, goOn, current);
    } catch (UncheckedIOException e) {
      throw e;
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
      return Optional.of(failed(e, current[0]));
    }
  }

  private Optional<RunResult> train(
      NDManager manager, Predicate<SavedRun> goOn, SavedRun[] current) {
    RunSpec spec = run.spec();
    Layout layout = new Layout(spec.model(), spec.task().p());
    MemoryNeed.of(spec, layout).check();
    Dataset dataset = new Dataset(spec.task(), spec.training().seed());
    SavedRun live = saved == null ? begin(layout) : saved;
    current[0] = live;
    Trainer trainer =
        new Trainer(
            StepForm.of(spec).step(manager, spec, dataset),
            spec.training(),
            spec.record(),
            dataset.trainExamples(),
            layout.size(),
            new Basics(dataset));
    Trainer.End end = trainer.run(live.state(), state -> goOn.test(live));
    return end == Trainer.End.STOPPED
        ? Optional.empty()
        : Optional.of(
            RunResult.of(run, live, outcome(live.state(), end), null, attempt, resumedFromStep));
  }

  private SavedRun begin(Layout layout) {
    RunSpec spec = run.spec();
    float[] parameters = spec.model().init().draw(layout, spec.training().seed());
    return new SavedRun(
        run.id(), spec.record(), Instant.now(), new TrainingState(spec.training(), parameters));
  }

  private static Outcome outcome(TrainingState state, Trainer.End end) {
    return end == Trainer.End.DIVERGED
        ? Outcome.DIVERGED
        : Outcome.of(Milestones.of(state.metrics()), end == Trainer.End.OUT_OF_TIME);
  }

  private RunResult failed(Throwable error, @Nullable SavedRun live) {
    String message = error.getClass().getSimpleName() + ": " + error.getMessage();
    String shown = message.substring(0, Math.min(message.length(), MOST_ERROR_CHARACTERS));
    return RunResult.of(run, live, Outcome.FAILED, shown, attempt, resumedFromStep);
  }
}
