package io.grokgrid.step;

import io.grokgrid.net.AttentionMean;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The loss, its gradient and the evaluation of one network on one task: the only place that
 * training meets tensors. Parameters go in and gradients come out as flat arrays.
 */
public sealed interface TrainingStep permits TextbookStep, PairStep {
  /**
   * Counts the changes by which a step came to round otherwise: runs that agree in it, on one kind
   * of processor, agree bit for bit, but for runs that a device trained at once.
   */
  int ARITHMETIC = 3;

  /**
   * What one evaluation gives.
   *
   * @param trainLoss mean loss
   * @param trainAccuracy share of answers that have the largest logit
   * @param oodLoss out of distribution, of sequences only and only where asked for
   * @param oodAccuracy likewise
   */
  record Evaluation(
      double trainLoss,
      double trainAccuracy,
      double testLoss,
      double testAccuracy,
      @Nullable Double oodLoss,
      @Nullable Double oodAccuracy) {}

  /**
   * Mean loss over what is trained on at a step.
   *
   * @param parameters flat
   * @param gradient receives the loss's gradient
   * @param step updates made so far
   */
  double lossAndGradient(float[] parameters, float[] gradient, int step);

  /**
   * As above, over some of the training examples, nothing left out.
   *
   * @param examples their numbers, from 0; at most as many as a step takes
   * @throws IllegalStateException if the step {@link #drawsAnew}
   */
  double lossAndGradient(float[] parameters, float[] gradient, int[] examples);

  /**
   * Loss and accuracy.
   *
   * @param withOod whether out of distribution too, if there is such a thing
   */
  Evaluation evaluate(float[] parameters, boolean withOod);

  /**
   * Whether inputs are drawn anew for every step. Then there is something out of distribution, and
   * {@link #attention} is for the last recorded step only.
   */
  boolean drawsAnew();

  /**
   * Means of scores and weights over all inputs, for every pair of positions that is not masked;
   * none of a network without attention.
   */
  List<AttentionMean> attention(float[] parameters, int step);

  /** As {@link #attention}, over the inputs that are trained on; none where these are all fresh. */
  List<AttentionMean> trainAttention(float[] parameters, int step);
}
