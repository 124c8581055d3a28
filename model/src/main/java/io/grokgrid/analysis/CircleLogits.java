package io.grokgrid.analysis;

import io.grokgrid.math.Statistics;
import java.util.Arrays;

/**
 * The logits that a circle of frequency k gives by each algorithm, up to scale and offset (Zhong et
 * al. 2023, arXiv 2306.17844; released code). With w = 2 pi k / n, S0 = cos wa + cos wb, S1 = sin
 * wa + sin wb.
 */
final class CircleLogits {
  private final int n;
  private final int sign;
  private final double[] cosine; // (n), of w x
  private final double[] sine; // (n)
  private final double[] halfCosine; // (n), of w x / 2
  private final double[] halfSine; // (n)

  /** The logit of class c. */
  private interface Formula {
    double of(int a, int b, int c);
  }

  /**
   * @param sign 1, or -1 where operand b stands for -b
   */
  CircleLogits(int k, int n, int sign) {
    this.n = n;
    this.sign = sign;
    cosine = new double[n];
    sine = new double[n];
    halfCosine = new double[n];
    halfSine = new double[n];
    for (int x = 0; x < n; x++) {
      double half = Math.PI * (k * (long) x % (2L * n)) / n;
      cosine[x] = Math.cos(2 * half);
      sine[x] = Math.sin(2 * half);
      halfCosine[x] = Math.cos(half);
      halfSine[x] = Math.sin(half);
    }
  }

  /** How much of logits cos(w (a + b - c)) explains. */
  double clock(double[] logits) {
    return explained(logits, (a, b, c) -> cosine[Math.floorMod(a + b - c, n)]);
  }

  /**
   * How much |cos(wc / 2) S0 + sin(wc / 2) S1| - |cos(wc / 2) S1 - sin(wc / 2) S0| explains: |cos(w
   * (a - b) / 2)| times what depends on a + b - c.
   */
  double pizza(double[] logits) {
    return explained(
        logits,
        (a, b, c) -> {
          double s0 = cosine[a] + cosine[b];
          double s1 = sine[a] + sine[b];
          double along = halfCosine[c] * s0 + halfSine[c] * s1;
          double across = halfCosine[c] * s1 - halfSine[c] * s0;
          return Math.abs(along) - Math.abs(across);
        });
  }

  /**
   * How much (|S0| - |S1|) cos wc + (|S0 + S1| - |S0 - S1|) / sqrt(2) sin wc explains: absolute
   * values in four directions only, as few neurons have them.
   */
  double pizzaPrime(double[] logits) {
    return explained(
        logits,
        (a, b, c) -> {
          double s0 = cosine[a] + cosine[b];
          double s1 = sine[a] + sine[b];
          double diagonal = (Math.abs(s0 + s1) - Math.abs(s0 - s1)) / Math.sqrt(2);
          return (Math.abs(s0) - Math.abs(s1)) * cosine[c] + diagonal * sine[c];
        });
  }

  /**
   * How much -(cos wc (cos 2wa + cos 2wb) + sin wc (sin 2wa + sin 2wb)) explains: what a circle of
   * twice the frequency adds to the pizza of this one.
   */
  double accompanying(double[] logits) {
    return explained(
        logits,
        (a, b, c) -> {
          int twoA = 2 * a % n;
          int twoB = 2 * b % n;
          double cosines = cosine[twoA] + cosine[twoB];
          double sines = sine[twoA] + sine[twoB];
          return -(cosine[c] * cosines + sine[c] * sines);
        });
  }

  /**
   * The explained share of the variance of logits where both are standardised, 1 - var(z(logits) -
   * z(formula)) = 2 rho - 1 with rho their correlation: from -3 to 1.
   *
   * @param logits (n, n, n)
   */
  private double explained(double[] logits, Formula formula) {
    double[] expected = new double[logits.length];
    Arrays.setAll(
        expected, i -> formula.of(i / (n * n), Math.floorMod(sign * (i / n % n), n), i % n));
    return 2 * Statistics.correlation(logits, expected) - 1;
  }
}
