package io.grokgrid.llc;

import java.util.Arrays;

/**
 * A loss that is a sum of monomials, c product over i of w_i^e_i: quadratic ones, powers, normal
 * crossings.
 */
final class Polynomial implements Potential {
  private final int size;
  private final double[] factors; // (terms)
  private final int[][] exponents; // (terms, d)

  private Polynomial(double[] factors, int[]... exponents) {
    size = exponents[0].length;
    this.factors = factors;
    this.exponents = exponents;
  }

  /** 1/2 sum of h_i w_i^2. */
  static Polynomial quadratic(double... curvatures) {
    int[] twos = new int[curvatures.length];
    Arrays.fill(twos, 2);
    return new Polynomial(halved(curvatures), diagonal(twos));
  }

  /** 1/2 sum of w_i^p_i, p_i even. */
  static Polynomial powers(int... powers) {
    double[] ones = new double[powers.length];
    Arrays.fill(ones, 1);
    return new Polynomial(halved(ones), diagonal(powers));
  }

  /** (product of w_i^k_i)^2. */
  static Polynomial crossing(int... halfPowers) {
    return new Polynomial(
        new double[] {1}, Arrays.stream(halfPowers).map(power -> 2 * power).toArray());
  }

  private static double[] halved(double[] factors) {
    return Arrays.stream(factors).map(factor -> factor / 2).toArray();
  }

  private static int[][] diagonal(int[] exponents) {
    int[][] rows = new int[exponents.length][exponents.length];
    for (int i = 0; i < exponents.length; i++) {
      rows[i][i] = exponents[i];
    }
    return rows;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public double differentiate(double[] w, double[] gradient) {
    Arrays.fill(gradient, 0);
    double loss = 0;
    for (int term = 0; term < factors.length; term++) {
      loss += factors[term] * product(w, exponents[term], -1);
      for (int i = 0; i < size; i++) {
        int exponent = exponents[term][i];
        if (exponent > 0) {
          gradient[i] += factors[term] * exponent * product(w, exponents[term], i);
        }
      }
    }
    return loss;
  }

  /**
   * Product of the powers.
   *
   * @param lowered whose exponent is one less, or -1
   */
  private static double product(double[] w, int[] exponents, int lowered) {
    double product = 1;
    for (int i = 0; i < w.length; i++) {
      for (int e = i == lowered ? 1 : 0; e < exponents[i]; e++) {
        product *= w[i];
      }
    }
    return product;
  }
}
