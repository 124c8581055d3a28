package io.grokgrid.analysis;

import java.util.Optional;

/**
 * How much of the training set float32 has nothing left to teach (Prieto et al. 2025, arXiv
 * 2501.04697): {@code softmax_collapse}, the share of training pairs for which the sum over the
 * classes of exp(z_c - max z) is exactly 1 in float32, and {@code zero_loss}, the share whose
 * float32 cross entropy, the logarithm of that sum less z_y - max z, is exactly 0. NaN where a
 * logit is none.
 */
public final class Stability implements Analysis {
  @Override
  public String name() {
    return "stability";
  }

  @Override
  public Optional<String> idle(Subject subject) {
    return Optional.empty();
  }

  @Override
  public void measure(Subject subject, Findings found) {
    int n = subject.n();
    double[] logits = subject.logits();
    Labels labels = subject.labels();
    int pairs = 0;
    double collapsed = 0;
    double zero = 0;
    for (int pair = 0; pair < n * n; pair++) {
      if (labels.isTrained(pair)) {
        float max = max(logits, pair * n, n);
        float sum = sum(logits, pair * n, n, max);
        float lead = (float) logits[pair * n + labels.target(pair)] - max;
        collapsed += oneIf(sum == 1, sum);
        zero += oneIf((float) Math.log(sum) - lead == 0, sum);
        pairs++;
      }
    }
    found.add("softmax_collapse", collapsed / pairs);
    found.add("zero_loss", zero / pairs);
  }

  private static double oneIf(boolean holds, float sum) {
    return Float.isNaN(sum) ? Double.NaN : holds ? 1 : 0;
  }

  private static float max(double[] logits, int at, int n) {
    float max = Float.NEGATIVE_INFINITY;
    for (int c = at; c < at + n; c++) {
      max = Math.max(max, (float) logits[c]);
    }
    return max;
  }

  /** Of exp(z_c - max) in float32, class by class. */
  private static float sum(double[] logits, int at, int n, float max) {
    float sum = 0;
    for (int c = at; c < at + n; c++) {
      sum += (float) Math.exp((float) logits[c] - max);
    }
    return sum;
  }
}
