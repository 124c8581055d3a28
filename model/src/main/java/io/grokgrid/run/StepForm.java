package io.grokgrid.run;

import ai.djl.ndarray.NDManager;
import io.grokgrid.net.EmbeddingMlpSpec;
import io.grokgrid.net.Model;
import io.grokgrid.net.TransformerSpec;
import io.grokgrid.pair.ArrayPairNetwork;
import io.grokgrid.pair.CoreMlpNetwork;
import io.grokgrid.pair.PairTables;
import io.grokgrid.step.PairStep;
import io.grokgrid.step.SequenceStep;
import io.grokgrid.step.TextbookStep;
import io.grokgrid.step.TrainingStep;
import io.grokgrid.task.Examples;
import io.grokgrid.task.SequenceTask;
import io.grokgrid.task.TableTask;

/** The forms of a training step. All compute the same function, but for rounding. */
public enum StepForm {
  /** {@link PairTables}, and {@link CoreMlpNetwork}. */
  PAIR_TABLES("pair tables") {
    @Override
    public TrainingStep step(NDManager manager, RunSpec run) {
      TableTask task = (TableTask) run.task();
      return manager.getDevice().isGpu() && !fitsADevice(run.model(), task)
          ? ANSWER_ONLY.step(manager, run)
          : PairStep.of(manager, run.model(), task.elements(), dataset(run, task), run.training());
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
    return run.task() instanceof TableTask
            && isCovered(run.model())
            && Cost.pairSeconds(run) < Cost.answerSeconds(run)
        ? PAIR_TABLES
        : ANSWER_ONLY;
  }

  private static boolean isCovered(Model model) {
    return model instanceof TransformerSpec transformer
        ? PairTables.cover(transformer)
        : CoreMlpNetwork.covers((EmbeddingMlpSpec) model);
  }

  private static boolean fitsADevice(Model model, TableTask task) {
    return model instanceof TransformerSpec transformer
        && ArrayPairNetwork.fits(transformer, task.elements(), task.trainExamples());
  }

  /** For people. */
  public String title() {
    return title;
  }

  private static Examples dataset(RunSpec run, TableTask task) {
    return new Examples(task, run.training().seed());
  }

  private static TrainingStep textbook(NDManager manager, RunSpec run, boolean everyPosition) {
    return run.task() instanceof TableTask task
        ? new TextbookStep(
            manager,
            run.model(),
            task.elements(),
            dataset(run, task),
            run.training(),
            everyPosition)
        : new SequenceStep(
            manager,
            (TransformerSpec) run.model(),
            (SequenceTask) run.task(),
            run.training(),
            run.record().evaluationBatches(),
            everyPosition);
  }

  public abstract TrainingStep step(NDManager manager, RunSpec run);
}
