package io.grokgrid.experiment;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.grokgrid.net.ArrayPairNetwork;
import io.grokgrid.net.PairTables;
import io.grokgrid.net.Transformer;
import io.grokgrid.task.Dataset;
import io.grokgrid.train.PairStep;
import io.grokgrid.train.TextbookStep;
import io.grokgrid.train.TrainingStep;

/** The forms of a training step. All compute the same function, but for rounding. */
public enum StepForm {
  /** {@link PairTables}. */
  PAIR_TABLES("pair tables") {
    @Override
    TrainingStep step(NDManager manager, RunSpec run, Dataset dataset) {
      if (manager.getDevice().isGpu()
          && !ArrayPairNetwork.fits(run.model(), run.task().p(), dataset.trainExamples())) {
        return TEXTBOOK.step(manager, run, dataset);
      }
      return PairStep.of(
          manager,
          run.model(),
          run.task().p(),
          dataset,
          run.training().lossPrecision(),
          run.training().batchSize());
    }
  },

  /** {@link Transformer}, every position through every layer. */
  TEXTBOOK("textbook") {
    @Override
    TrainingStep step(NDManager manager, RunSpec run, Dataset dataset) {
      return textbook(manager, run, dataset, true);
    }
  },

  /** {@link Transformer}, no more than the answer needs; only to compare with. */
  LAST_POSITION("last position") {
    @Override
    TrainingStep step(NDManager manager, RunSpec run, Dataset dataset) {
      return textbook(manager, run, dataset, false);
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
    return PairTables.cover(run.model()) && Cost.pairSeconds(run) < Cost.textbookSeconds(run)
        ? PAIR_TABLES
        : TEXTBOOK;
  }

  /** For people. */
  public String title() {
    return title;
  }

  private static TrainingStep textbook(
      NDManager manager, RunSpec run, Dataset dataset, boolean everyPosition) {
    int p = run.task().p();
    return new TextbookStep(
        manager,
        new Transformer(manager, run.model(), p, DataType.FLOAT32),
        p,
        dataset,
        run.training().lossPrecision(),
        everyPosition);
  }

  abstract TrainingStep step(NDManager manager, RunSpec run, Dataset dataset);
}
