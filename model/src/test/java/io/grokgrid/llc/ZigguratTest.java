package io.grokgrid.llc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.grokgrid.base.Randomness;
import java.util.Arrays;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.junit.jupiter.api.Test;

class ZigguratTest {
  private static final int N = 1_000_000;

  /** Where the standard normal distribution function is 0.001, 0.01, .. (published tables). */
  private static final double[] POINTS = {
    -3.090232306167814,
    -2.326347874040841,
    -1.281551565544601,
    -0.524400512708041,
    0,
    0.524400512708041,
    1.281551565544601,
    2.326347874040841,
    3.090232306167814
  };

  private static final double[] SHARES = {0.001, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 0.999};

  private final double[] numbers = numbers();

  private static double[] numbers() {
    double[] numbers = new double[N];
    Ziggurat.fill(numbers, Randomness.stream(3, "normal"));
    return numbers;
  }

  private double moment(int power) {
    return Arrays.stream(numbers).map(x -> Math.pow(x, power)).average().orElseThrow();
  }

  @Test
  void hasTheMomentsOfAStandardNormal() {
    double[] expected = {0, 1, 0, 3, 0, 15};
    double[] variances = {1, 2, 15, 96, 945, 10170}; // of x^power
    for (int power = 1; power <= 6; power++) {
      double error = Math.sqrt(variances[power - 1] / N);
      assertThat(moment(power)).isCloseTo(expected[power - 1], within(4 * error));
    }
  }

  @Test
  void hasItsDistribution() {
    double[] sorted = numbers.clone();
    Arrays.sort(sorted);
    for (int i = 0; i < POINTS.length; i++) {
      int below = Arrays.binarySearch(sorted, POINTS[i]);
      double share = (double) (below < 0 ? -below - 1 : below) / N;
      double error = Math.sqrt(SHARES[i] * (1 - SHARES[i]) / N);
      assertThat(share).as("below %s", POINTS[i]).isCloseTo(SHARES[i], within(4 * error));
    }
  }

  /** Kolmogorov and Smirnov's distance is above 1.95 / sqrt(n) once in a thousand times. */
  @Test
  void isNowhereFarFromTheQuantiles() {
    double[] sorted = numbers.clone();
    Arrays.sort(sorted);
    double worst = 0;
    for (int i = 1; i < 10_000; i++) {
      int below =
          Arrays.binarySearch(
              sorted,
              new NormalDistribution(null, 0, 1).inverseCumulativeProbability(i / 10_000.0));
      double share = (double) (below < 0 ? -below - 1 : below) / N;
      worst = Math.max(worst, Math.abs(share - i / 10_000.0));
    }
    assertThat(worst).isLessThan(1.95 / Math.sqrt(N));
  }

  /** Beyond 3.6541, where another method begins, are 2.580e-4 of all, 3.4 e-5 beyond 4.1442. */
  @Test
  void hasBothTails() {
    long high = Arrays.stream(numbers).filter(x -> x > 3.654152885361009).count();
    long low = Arrays.stream(numbers).filter(x -> x < -3.654152885361009).count();
    double expected = N * 1.2902e-4;
    assertThat((double) high).isCloseTo(expected, within(4 * Math.sqrt(expected)));
    assertThat((double) low).isCloseTo(expected, within(4 * Math.sqrt(expected)));
    long far = Arrays.stream(numbers).filter(x -> Math.abs(x) > 4.144190).count();
    assertThat((double) far).isCloseTo(N * 3.41e-5, within(4 * Math.sqrt(N * 3.41e-5)));
  }
}
