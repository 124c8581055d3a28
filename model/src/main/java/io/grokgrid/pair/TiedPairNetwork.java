package io.grokgrid.pair;

import io.grokgrid.net.AttentionMean;
import io.grokgrid.net.Tied;
import java.util.List;

/** A network whose embeddings are tied, by the form of the same network with W_U of its own. */
public final class TiedPairNetwork implements PairNetwork {
  private final PairNetwork network;
  private final Tied tied;
  private final float[] all;
  private final float[] gradients;

  /**
   * @param network with W_U of its own
   */
  public TiedPairNetwork(PairNetwork network, Tied tied) {
    this.network = network;
    this.tied = tied;
    all = new float[tied.untiedSize()];
    gradients = new float[all.length];
  }

  @Override
  public double lossAndGradient(float[] parameters, float[] gradient, Pairs pairs) {
    tied.untie(parameters, all);
    double loss = network.lossAndGradient(all, gradients, pairs);
    tied.tieGradient(gradients, gradient);
    return loss;
  }

  @Override
  public void evaluate(float[] parameters, Pairs pairs, double[] losses, boolean[] correct) {
    tied.untie(parameters, all);
    network.evaluate(all, pairs, losses, correct);
  }

  @Override
  public List<AttentionMean> attention(float[] parameters, Pairs pairs, int step) {
    tied.untie(parameters, all);
    return network.attention(all, pairs, step);
  }
}
