package io.grokgrid.analysis;

import io.grokgrid.math.Statistics;
import java.util.Optional;

/**
 * {@code commutativity}: how far a network is from treating (a, b) as (b, a), the mean over all
 * pairs and classes of |logit(a, b)_c - logit(b, a)_c| over the population standard deviation of
 * all logits: 0 where the order has no effect. NaN where all logits are the same.
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
    found.add("commutativity", of(subject.logits(), subject.n()));
  }

  /**
   * @param logits (n, n, n), over a, b and classes
   */
  static double of(double[] logits, int n) {
    double sum = 0;
    for (int a = 0; a < n; a++) {
      for (int b = 0; b < n; b++) {
        for (int c = 0; c < n; c++) {
          sum += Math.abs(logits[(a * n + b) * n + c] - logits[(b * n + a) * n + c]);
        }
      }
    }
    double deviation = Statistics.populationDeviation(logits);
    return deviation > 0 ? sum / logits.length / deviation : Double.NaN;
  }
}
