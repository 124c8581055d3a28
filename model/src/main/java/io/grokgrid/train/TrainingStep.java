package io.grokgrid.train;

import java.util.List;

/**
 * The loss, its gradient and the evaluation of one network on one dataset: the only place that
 * training meets tensors. Parameters go in and gradients come out as flat arrays.
 */
public sealed interface TrainingStep permits TextbookStep, PairStep {
  /**
   * What one pass over all examples gives.
   *
   * @param trainLoss mean cross entropy, nats
   * @param trainAccuracy share of training examples whose largest logit is the answer's
   */
  record Evaluation(double trainLoss, double trainAccuracy, double testLoss, double testAccuracy) {}

  /**
   * Mean cross entropy over the whole training set.
   *
   * @param parameters flat
   * @param gradient receives the loss's gradient
   */
  double lossAndGradient(float[] parameters, float[] gradient);

  /**
   * Mean cross entropy over a mini batch.
   *
   * @param batch numbers of training examples
   */
  double lossAndGradient(float[] parameters, float[] gradient, int[] batch);

  /** Loss and accuracy on the training and on the test examples. */
  Evaluation evaluate(float[] parameters);

  /**
   * Means of scores and weights over all examples, for every pair of positions that is not masked.
   */
  List<AttentionMean> attention(float[] parameters, int step);
}
