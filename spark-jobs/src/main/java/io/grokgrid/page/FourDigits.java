package io.grokgrid.page;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * Doubles rounded to four significant digits, half to even of their exact decimal expansion, as
 * integers in the same order: 0 is 0, and with |x| about mantissa x 10^(exponent - 3), mantissa
 * from 1000 to 9999, x is sign x ((exponent + 400) x 9000 + mantissa - 999). Neighbours differ by 1
 * across powers of ten, too, so that differences along a curve are small.
 */
final class FourDigits {
  /** Of infinity, with its sign. */
  static final long INFINITE = Integer.MAX_VALUE;

  private static final MathContext ROUNDING = new MathContext(4, RoundingMode.HALF_EVEN);
  private static final int LOWEST = -400;
  private static final int SPAN = 9000;
  private static final int LEAST = 1000;

  /** All that are exact as doubles. */
  private static final double[] POWERS = new double[23];

  /**
   * A product or quotient with an exact power of ten is off by at most half a unit in its last
   * place, 1e-12 below 16,384; nearer to a half than this, exact arithmetic decides.
   */
  private static final double DOUBT = 1e-9;

  static {
    double power = 1;
    for (int i = 0; i < POWERS.length; i++) {
      POWERS[i] = power;
      power *= 10;
    }
  }

  private FourDigits() {}

  /** The code of a number; there is none of NaN. */
  static long code(double x) {
    double size = Math.abs(x);
    long code = size == 0 ? 0 : Double.isInfinite(size) ? INFINITE : ofPositive(size);
    return x < 0 ? -code : code;
  }

  private static long ofPositive(double x) {
    int exponent = (int) Math.floor(Math.log10(x));
    double scaled = scaled(x, exponent);
    if (scaled < LEAST) {
      scaled = scaled(x, --exponent);
    } else if (scaled >= 10 * LEAST) {
      scaled = scaled(x, ++exponent);
    }
    double whole = Math.floor(scaled);
    double rest = scaled - whole;
    if (!(Math.abs(rest - 0.5) > DOUBT)) {
      return exactly(x);
    }
    return code(exponent, (int) whole + (rest > 0.5 ? 1 : 0));
  }

  /** x with three digits more before its point than {@code exponent} says; NaN if not so easily. */
  private static double scaled(double x, int exponent) {
    int by = 3 - exponent;
    if (Math.abs(by) >= POWERS.length) {
      return Double.NaN;
    }
    return by >= 0 ? x * POWERS[by] : x / POWERS[-by];
  }

  private static long exactly(double x) {
    BigDecimal rounded = new BigDecimal(x).round(ROUNDING);
    int missing = ROUNDING.getPrecision() - rounded.precision();
    int mantissa = rounded.unscaledValue().intValueExact() * (int) POWERS[missing];
    return code(rounded.precision() - rounded.scale() - 1, mantissa);
  }

  private static long code(int exponent, int mantissa) {
    boolean isTen = mantissa == 10 * LEAST;
    return (long) (exponent + (isTen ? 1 : 0) - LOWEST) * SPAN + (isTen ? 0 : mantissa - LEAST) + 1;
  }
}
