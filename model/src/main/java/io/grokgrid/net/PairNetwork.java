package io.grokgrid.net;

import java.util.List;

/**
 * A one-layer network over pairs, read at its last position, in the form of {@link PairTables}.
 * Parameters are flat, as {@link Layout} orders them.
 */
public sealed interface PairNetwork permits CorePairNetwork, ArrayPairNetwork {
  /**
   * Mean cross entropy over {@code pairs}.
   *
   * @param gradient receives the loss's gradient
   */
  double lossAndGradient(float[] parameters, float[] gradient, Pairs pairs);

  /**
   * Cross entropy of every pair, and whether its largest logit is the answer's.
   *
   * @param losses written, one a pair, and likewise {@code correct}
   */
  void evaluate(float[] parameters, Pairs pairs, double[] losses, boolean[] correct);

  /**
   * Every head's mean scores and weights over {@code pairs}, by query, head and key, for every key
   * that a query sees.
   */
  List<MeanAttention> attention(float[] parameters, Pairs pairs);
}
