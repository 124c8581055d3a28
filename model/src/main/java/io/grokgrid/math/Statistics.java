package io.grokgrid.math;

import java.util.Arrays;

/** Numbers that sum up many numbers. What is not defined, such as the mean of none, is NaN. */
public final class Statistics {
  private Statistics() {}

  public static double mean(double[] values) {
    return Arrays.stream(values).sum() / values.length;
  }

  /** Root of the mean squared distance from the mean: of a population, ddof 0. */
  public static double populationDeviation(double[] values) {
    double mean = mean(values);
    return Math.sqrt(Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum() / values.length);
  }

  /** The same of a sample, ddof 1. */
  public static double sampleDeviation(double[] values) {
    return populationDeviation(values) * Math.sqrt(values.length / (values.length - 1.0));
  }

  /** Pearson's correlation of as many x as y; NaN where one of both is constant. */
  public static double correlation(double[] x, double[] y) {
    double meanX = mean(x);
    double meanY = mean(y);
    double xx = 0;
    double yy = 0;
    double xy = 0;
    for (int i = 0; i < x.length; i++) {
      xx += (x[i] - meanX) * (x[i] - meanX);
      yy += (y[i] - meanY) * (y[i] - meanY);
      xy += (x[i] - meanX) * (y[i] - meanY);
    }
    return xy / Math.sqrt(xx * yy);
  }

  /** Cosine of the angle between x and y; NaN where one of both is 0. */
  public static double cosine(double[] x, double[] y) {
    double xx = 0;
    double yy = 0;
    double xy = 0;
    for (int i = 0; i < x.length; i++) {
      xx += x[i] * x[i];
      yy += y[i] * y[i];
      xy += x[i] * y[i];
    }
    return xy / Math.sqrt(xx * yy);
  }

  /**
   * Gini coefficient of numbers that are not negative, 0 where all are equal: with x sorted
   * ascending, 1 - 2 sum over k of x_(k) / sum(x) (n - k + 1/2) / n (Hurley and Rickard 2009,
   * equation 7).
   */
  public static double gini(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double sum = Arrays.stream(sorted).sum();
    double weighted = 0;
    int n = sorted.length;
    for (int i = 0; i < n; i++) {
      weighted += sorted[i] * (n - i - 0.5);
    }
    return 1 - 2 * weighted / (sum * n);
  }

  /**
   * Inverse participation ratio, sum of x^4 over the square of the sum of x^2: 1 where one number
   * has all, 1 / n where all n have the same (Doshi et al. 2023, arXiv 2310.13061).
   */
  public static double inverseParticipation(double[] values) {
    double squares = 0;
    double fourths = 0;
    for (double value : values) {
      squares += value * value;
      fourths += value * value * value * value;
    }
    return fourths / (squares * squares);
  }

  /**
   * Effective rank: the exponential of the entropy of the singular values as shares of their sum
   * (Roy and Vetterli 2007).
   */
  public static double effectiveRank(double[] singularValues) {
    double sum = Arrays.stream(singularValues).sum();
    double entropy = 0;
    for (double value : singularValues) {
      double share = value / sum;
      entropy -= share == 0 ? 0 : share * Math.log(share);
    }
    return Math.exp(entropy);
  }
}
