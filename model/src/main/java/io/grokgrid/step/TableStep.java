package io.grokgrid.step;

/** A step on the entries of a table: on all that are trained on, or on mini batches of them. */
public sealed interface TableStep extends TrainingStep permits TextbookStep, PairStep {
  /** Mean loss over the whole training set. */
  double lossAndGradient(float[] parameters, float[] gradient);

  /**
   * Mean loss over a mini batch.
   *
   * @param batch numbers of training examples
   */
  double lossAndGradient(float[] parameters, float[] gradient, int[] batch);

  /** Loss and accuracy on the training and on the test examples. */
  Evaluation evaluate(float[] parameters);

  @Override
  default Evaluation evaluate(float[] parameters, boolean withOod) {
    return evaluate(parameters);
  }

  @Override
  default boolean drawsAnew() {
    return false;
  }
}
