package io.grokgrid.llc;

/**
 * The inverse of the standard normal distribution function by Acklam's rational approximations
 * (2003), in strict arithmetic; relative error below 1.2e-9.
 */
final class NormalQuantile {
  /** Below it, and above 1 less it, is a tail. */
  private static final double TAIL = 0.02425;

  private static final double[] MIDDLE = {
    -3.969683028665376e+01,
    2.209460984245205e+02,
    -2.759285104469687e+02,
    1.383577518672690e+02,
    -3.066479806614716e+01,
    2.506628277459239e+00
  };
  private static final double[] BELOW_MIDDLE = {
    -5.447609879822406e+01,
    1.615858368580409e+02,
    -1.556989798598866e+02,
    6.680131188771972e+01,
    -1.328068155288572e+01,
    1
  };
  private static final double[] OUTER = {
    -7.784894002430293e-03,
    -3.223964580411365e-01,
    -2.400758277161838e+00,
    -2.549732539343734e+00,
    4.374664141464968e+00,
    2.938163982698783e+00
  };
  private static final double[] BELOW_OUTER = {
    7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e+00, 3.754408661907416e+00, 1
  };

  private NormalQuantile() {}

  /**
   * Where the distribution function has a value.
   *
   * @param probability above 0 and below 1
   */
  static double of(double probability) {
    if (probability > 1 - TAIL) {
      return -lower(1 - probability);
    }
    return probability < TAIL ? lower(probability) : middle(probability - 0.5);
  }

  private static double middle(double q) {
    return q * ratio(MIDDLE, BELOW_MIDDLE, q * q);
  }

  private static double lower(double probability) {
    return ratio(OUTER, BELOW_OUTER, StrictMath.sqrt(-2 * StrictMath.log(probability)));
  }

  private static double ratio(double[] above, double[] below, double x) {
    return polynomial(above, x) / polynomial(below, x);
  }

  private static double polynomial(double[] coefficients, double x) {
    double sum = 0;
    for (double coefficient : coefficients) {
      sum = sum * x + coefficient;
    }
    return sum;
  }
}
