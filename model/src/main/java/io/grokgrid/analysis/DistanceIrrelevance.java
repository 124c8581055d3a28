package io.grokgrid.analysis;

import io.grokgrid.math.Statistics;
import java.util.Arrays;
import java.util.Optional;

/**
 * How little a logit depends on the distance of the operands (Zhong et al. 2023, arXiv 2306.17844):
 * with L[a, b] a logit of each pair, the mean over the distances d of the population standard
 * deviation over i of L[i, i + d], over that of all L. Near 0 where L is a function of the
 * distance, as the Pizza's; 1 where none of its variation is. {@code correct_logit}: L is the logit
 * of the operation's result; {@code largest_wrong_logit}: the largest of the others, which the
 * paper's released code takes.
 *
 * <p>Of subtraction the operand b stands for -b. NaN where all L are the same.
 */
public final class DistanceIrrelevance implements Analysis {
  @Override
  public String name() {
    return "distance_irrelevance";
  }

  @Override
  public Optional<String> idle(Subject subject) {
    return subject.cyclicSign() == 0
        ? Optional.of("needs addition or subtraction modulo p")
        : Optional.empty();
  }

  @Override
  public void measure(Subject subject, Findings found) {
    int n = subject.n();
    int sign = subject.cyclicSign();
    double[] logits = subject.logits();
    double[] correct = new double[n * n];
    double[] wrong = new double[n * n];
    for (int pair = 0; pair < n * n; pair++) {
      int answer = Math.floorMod(pair / n + sign * (pair % n), n);
      correct[pair] = logits[pair * n + answer];
      wrong[pair] = largestBut(answer, logits, pair * n, n);
    }
    found.add("correct_logit", of(correct, n, sign));
    found.add("largest_wrong_logit", of(wrong, n, sign));
  }

  private static double largestBut(int answer, double[] logits, int at, int n) {
    double largest = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < n; c++) {
      largest = c == answer ? largest : Math.max(largest, logits[at + c]);
    }
    return largest;
  }

  /**
   * Of one logit a pair.
   *
   * @param chosen (n, n)
   * @param sign 1, or -1 where the distance of (a, b) is that of a and -b
   */
  static double of(double[] chosen, int n, int sign) {
    double sum = 0;
    double[] along = new double[n];
    for (int d = 0; d < n; d++) {
      int distance = d;
      Arrays.setAll(along, i -> chosen[i * n + Math.floorMod(sign * (i + distance), n)]);
      sum += Statistics.populationDeviation(along);
    }
    double all = Statistics.populationDeviation(chosen);
    return all > 0 ? sum / n / all : Double.NaN;
  }
}
