package io.grokgrid.analysis;

import io.grokgrid.math.Statistics;
import java.util.Optional;

/**
 * {@code commutativity}: how far a network is from treating (a, b) as (b, a), the mean over all
 * pairs and classes of |logit(a, b)_c - logit(b, a)_c| over the population standard deviation of
 * all these logits: 0 where the order has no effect. NaN where all logits are the same. A pair that
 * the table does not have in both orders is left out.
 */
public final class Commutativity implements Analysis {
  @Override
  public String name() {
    return "symmetry";
  }

  @Override
  public Optional<String> idle(Subject subject) {
    return Optional.empty();
  }

  @Override
  public void measure(Subject subject, Findings found) {
    int[] pairs = subject.labels().pairsInBothOrders();
    found.add("commutativity", of(subject.logits(), pairs, subject.n()));
  }

  /**
   * @param logits (n, n, n), over a, b and classes
   * @param pairs of which it is, each in both orders
   */
  static double of(double[] logits, int[] pairs, int n) {
    double sum = 0;
    double[] among = new double[pairs.length * n];
    for (int i = 0; i < pairs.length; i++) {
      System.arraycopy(logits, pairs[i] * n, among, i * n, n);
      int exchanged = (pairs[i] % n * n + pairs[i] / n) * n;
      for (int c = 0; c < n; c++) {
        sum += Math.abs(among[i * n + c] - logits[exchanged + c]);
      }
    }
    double deviation = Statistics.populationDeviation(among);
    return deviation > 0 ? sum / among.length / deviation : Double.NaN;
  }
}
