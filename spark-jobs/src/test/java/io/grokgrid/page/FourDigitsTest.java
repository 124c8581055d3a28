package io.grokgrid.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FourDigitsTest {
  private static final MathContext FOUR = new MathContext(4, RoundingMode.HALF_EVEN);

  /** Of the rounded number's digits and exponent, as decimal notation writes them. */
  private static long defined(double x) {
    BigDecimal rounded = new BigDecimal(x).round(FOUR);
    if (rounded.signum() == 0) {
      return 0;
    }
    int exponent = rounded.precision() - rounded.scale() - 1;
    int mantissa = rounded.abs().movePointLeft(exponent).movePointRight(3).intValueExact();
    return rounded.signum() * ((exponent + 400) * 9000L + (mantissa - 1000) + 1);
  }

  @Test
  void roundsAsExactArithmeticDoes() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 200_000; i++) {
      assertDefined(Double.longBitsToDouble(random.nextLong()));
      assertDefined(random.nextDouble() * Math.pow(10, random.nextInt(-30, 30)));
    }
  }

  /** Halves that are exact, doubles beside decimal halves, and powers of ten with neighbours. */
  @Test
  void decidesNearHalvesAndPowersOfTen() {
    for (int digits = 1000; digits < 10_000; digits++) {
      for (int exponent : new int[] {-330, -308, -23, -9, -4, -1, 0, 1, 19, 22, 23, 300}) {
        double half = Double.parseDouble(digits + "5e" + exponent);
        assertDefined(half);
        assertDefined(Math.nextUp(half));
        assertDefined(Math.nextDown(half));
      }
      assertDefined(digits + 0.5);
    }
    for (int exponent = -323; exponent <= 308; exponent++) {
      double power = Double.parseDouble("1e" + exponent);
      assertDefined(power);
      assertDefined(Math.nextUp(power));
      assertDefined(Math.nextDown(power));
    }
    assertDefined(Double.MIN_VALUE);
    assertDefined(Double.MAX_VALUE);
  }

  private static void assertDefined(double x) {
    if (Double.isFinite(x)) {
      assertThat(FourDigits.code(x)).as("%s", x).isEqualTo(defined(x));
      assertThat(FourDigits.code(-x)).as("-%s", x).isEqualTo(-defined(x));
    }
  }

  @Test
  void keepsOrderAndHasPlacesOutsideForInfinity() {
    assertThat(FourDigits.code(0.0)).isZero();
    assertThat(FourDigits.code(-0.0)).isZero();
    assertThat(FourDigits.code(1)).isEqualTo(400 * 9000 + 1);
    assertThat(FourDigits.code(1) - FourDigits.code(0.9999)).isEqualTo(1);
    assertThat(FourDigits.code(9999.6)).isEqualTo(FourDigits.code(10_000));
    assertThat(FourDigits.code(Double.POSITIVE_INFINITY)).isEqualTo(Integer.MAX_VALUE);
    assertThat(FourDigits.code(Double.NEGATIVE_INFINITY)).isEqualTo(-Integer.MAX_VALUE);
    assertThat(FourDigits.code(Double.MAX_VALUE)).isPositive().isLessThan(Integer.MAX_VALUE);
    assertThat(FourDigits.code(Double.MIN_VALUE)).isPositive();
  }
}
