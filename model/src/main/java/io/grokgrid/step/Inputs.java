package io.grokgrid.step;

import ai.djl.ndarray.NDArray;
import io.grokgrid.net.Signature;
import io.grokgrid.step.TextbookPass.Sums;
import java.util.function.Consumer;

/** What a network is trained and evaluated on, as tensors. */
interface Inputs {
  /**
   * What an update is made on.
   *
   * @param tokens (B, T)
   * @param classes (B A, 1)
   */
  record Batch(NDArray tokens, NDArray classes) {}

  /** Evaluates inputs at once. */
  @FunctionalInterface
  interface Evaluator {
    /**
     * @param isLong whether they are as {@link #longest}, else as {@link #signature}
     * @param tokens (B, T)
     * @param answers flat, (B A)
     * @param sums where each input's go, in turn
     */
    void evaluate(boolean isLong, NDArray tokens, long[] answers, Sums[] sums);
  }

  /** Sums over inputs that are trained on, over others, and out of distribution, if there are. */
  record Totals(Sums train, Sums test, Sums ood) {
    TrainingStep.Evaluation evaluation() {
      return new TrainingStep.Evaluation(
          train.meanLoss(),
          train.accuracy(),
          test.meanLoss(),
          test.accuracy(),
          ood.isEmpty() ? null : ood.meanLoss(),
          ood.isEmpty() ? null : ood.accuracy());
    }
  }

  /** Of inputs that are trained on. */
  Signature signature();

  /** Of the longest inputs that are evaluated. */
  Signature longest();

  /** Whether they are drawn anew for every update; see {@link TrainingStep#drawsAnew}. */
  boolean isDrawnAnew();

  /** What the update that follows {@code step} updates is made on; on the scope that is open. */
  Batch batch(int step);

  /**
   * Some of the training examples; on the scope that is open.
   *
   * @throws IllegalStateException if {@link #isDrawnAnew}
   */
  Batch batch(int[] examples);

  /**
   * Everything that is evaluated, part by part.
   *
   * @param withOod whether out of distribution too, if there is such a thing
   */
  Totals evaluate(boolean withOod, Evaluator evaluator);

  /** Positions, from the first, of which attention is recorded. */
  int attended();

  /**
   * The inputs that attention is recorded over, (B, T) each time.
   *
   * @param ofTraining whether only those that are trained on; none where these are all fresh
   */
  void attend(boolean ofTraining, Consumer<NDArray> tokens);
}
