package io.grokgrid.run;

import ai.djl.ndarray.NDManager;
import io.grokgrid.net.Model;
import io.grokgrid.step.PairStep;
import io.grokgrid.step.TextbookStep;
import io.grokgrid.step.TrainingSpec;
import io.grokgrid.step.TrainingStep;
import io.grokgrid.task.Examples;
import io.grokgrid.task.TableTask;

/** The forms of a training step. All compute the same function, but for rounding. */
public enum StepForm {
  /** {@link io.grokgrid.pair.PairForm}. */
  PAIR_TABLES("pair tables") {
    @Override
    public TrainingStep step(NDManager manager, RunSpec run) {
      TableTask task = run.task().asTable().orElseThrow();
      boolean isOnDevice = manager.getDevice().isGpu();
      return isOnDevice && run.pairForm().orElseThrow().fittingADevice(run.examplesAStep()) == 0
          ? ANSWER_ONLY.step(manager, run)
          : PairStep.of(manager, run.model(), task.elements(), examples(run, task), run.training());
    }
  },

  /** {@link io.grokgrid.net.Network}, no more than the answers take. */
  ANSWER_ONLY("answer only") {
    @Override
    public TrainingStep step(NDManager manager, RunSpec run) {
      return textbook(manager, run, false);
    }
  },

  /**
   * {@link io.grokgrid.net.Network}, every position through every layer as the papers' code does;
   * only to compare with.
   */
  TEXTBOOK("textbook") {
    @Override
    public TrainingStep step(NDManager manager, RunSpec run) {
      return textbook(manager, run, true);
    }
  };

  private final String title;

  StepForm(String title) {
    this.title = title;
  }

  /**
   * The form that a run takes: pair tables where there are any and they are expected to be faster.
   */
  public static StepForm of(RunSpec run) {
    return run.pairForm()
        .filter(form -> Cost.pairSeconds(run, form) < Cost.answerSeconds(run))
        .map(form -> PAIR_TABLES)
        .orElse(ANSWER_ONLY);
  }

  /** For people. */
  public String title() {
    return title;
  }

  static Examples examples(RunSpec run, TableTask task) {
    return new Examples(task, run.training().seed());
  }

  private static TrainingStep textbook(NDManager manager, RunSpec run, boolean everyPosition) {
    Model model = run.model();
    TrainingSpec spec = run.training();
    return run.task()
        .match(
            table ->
                TextbookStep.of(
                    manager, model, table.elements(), examples(run, table), spec, everyPosition),
            sequences ->
                TextbookStep.of(
                    manager,
                    model,
                    sequences,
                    spec,
                    run.record().evaluationBatches(),
                    everyPosition));
  }

  public abstract TrainingStep step(NDManager manager, RunSpec run);
}
