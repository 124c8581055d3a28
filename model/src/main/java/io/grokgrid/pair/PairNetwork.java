package io.grokgrid.pair;

import io.grokgrid.net.AttentionMean;
import java.util.List;

/**
 * A network over pairs in which what depends on one token is made once a step, by {@link
 * PairTables}. Parameters are flat, as {@link io.grokgrid.net.Layout} orders them.
 */
public sealed interface PairNetwork
    permits CorePairNetwork, ArrayPairNetwork, Lockstep.Member, TiedPairNetwork {
  /**
   * Mean loss over {@code pairs}.
   *
   * @param gradient receives the loss's gradient
   */
  double lossAndGradient(float[] parameters, float[] gradient, Pairs pairs);

  /**
   * Loss of every pair, and whether its largest logit is the answer's.
   *
   * @param losses written, one a pair, and likewise {@code correct}
   */
  void evaluate(float[] parameters, Pairs pairs, double[] losses, boolean[] correct);

  /**
   * Every head's mean scores and weights over {@code pairs}, by query, head and key, for every key
   * that a query sees.
   */
  List<AttentionMean> attention(float[] parameters, Pairs pairs, int step);
}
