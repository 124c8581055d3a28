package io.grokgrid.experiment;

import ai.djl.ndarray.NDManager;
import io.grokgrid.net.ArrayPairNetwork;
import io.grokgrid.net.CoreMlpNetwork;
import io.grokgrid.net.EmbeddingMlpModel;
import io.grokgrid.net.Model;
import io.grokgrid.net.PairTables;
import io.grokgrid.net.TransformerModel;
import io.grokgrid.task.Dataset;
import io.grokgrid.task.SequenceTask;
import io.grokgrid.task.TableTask;
import io.grokgrid.train.PairStep;
import io.grokgrid.train.SequenceStep;
import io.grokgrid.train.TextbookStep;
import io.grokgrid.train.TrainingStep;

/** The forms of a training step. All compute the same function, but for rounding. */
public enum StepForm {
  /** {@link PairTables}, and {@link CoreMlpNetwork}. */
  PAIR_TABLES("pair tables") {
    @Override
    TrainingStep step(NDManager manager, RunSpec run) {
      TableTask task = (TableTask) run.task();
      return manager.getDevice().isGpu() && !fitsADevice(run.model(), task)
          ? ANSWER_ONLY.step(manager, run)
          : PairStep.of(manager, run.model(), task.elements(), dataset(run, task), run.training());
    }
  },

  /** {@link io.grokgrid.net.Network}, no more than the answers take. */
  ANSWER_ONLY("answer only") {
    @Override
    TrainingStep step(NDManager manager, RunSpec run) {
      return textbook(manager, run, false);
    }
  },

  /**
   * {@link io.grokgrid.net.Network}, every position through every layer as the papers' code does;
   * only to compare with.
   */
  TEXTBOOK("textbook") {
    @Override
    TrainingStep step(NDManager manager, RunSpec run) {
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
    return model instanceof TransformerModel transformer
        ? PairTables.cover(transformer)
        : CoreMlpNetwork.covers((EmbeddingMlpModel) model);
  }

  private static boolean fitsADevice(Model model, TableTask task) {
    return model instanceof TransformerModel transformer
        && ArrayPairNetwork.fits(transformer, task.elements(), task.trainExamples());
  }

  /** For people. */
  public String title() {
    return title;
  }

  private static Dataset dataset(RunSpec run, TableTask task) {
    return new Dataset(task, run.training().seed());
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
            (TransformerModel) run.model(),
            (SequenceTask) run.task(),
            run.training(),
            run.record().evaluationBatches(),
            everyPosition);
  }

  abstract TrainingStep step(NDManager manager, RunSpec run);
}
