package io.grokgrid.llc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.grokgrid.base.Randomness;
import io.grokgrid.math.Statistics;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MixingTest {
  /** x_t = phi x_{t-1} + normal, started as it goes on, plus a shift. */
  private static double[] autoregressive(int number, int n, double phi, double shift) {
    Randomness random = Randomness.stream(7, "chain/" + number);
    double[] chain = new double[n];
    double x = random.nextGaussian() / Math.sqrt(1 - phi * phi);
    for (int i = 0; i < n; i++) {
      chain[i] = x + shift;
      x = phi * x + random.nextGaussian();
    }
    return chain;
  }

  private static List<double[]> chains(int chains, int n, double phi, double apart) {
    return IntStream.range(0, chains).mapToObj(i -> autoregressive(i, n, phi, apart * i)).toList();
  }

  @Test
  void autocovariancesAreTheirDefinition() {
    double[] series = autoregressive(0, 37, 0.6, 2);
    double[] found = Mixing.autocovariances(series);
    double mean = Statistics.mean(series);
    for (int lag = 0; lag < 37; lag++) {
      double sum = 0;
      for (int i = 0; i + lag < 37; i++) {
        sum += (series[i] - mean) * (series[i + lag] - mean);
      }
      assertThat(found[lag]).isCloseTo(sum / 37, within(1e-12));
    }
  }

  /** N (1 - phi) / (1 + phi). */
  @Test
  void countsWhatAnAutoregressiveChainIsWorth() {
    for (double phi : new double[] {-0.5, 0, 0.5, 0.9}) {
      double expected = 4 * 20_000 * (1 - phi) / (1 + phi);
      double found = new Mixing(chains(4, 20_000, phi, 0)).effectiveSamples();
      assertThat(found / expected).as("phi %s", phi).isCloseTo(1, within(0.1));
    }
  }

  @Test
  void chainsThatAreAlikeHaveAnRHatOfOne() {
    assertThat(new Mixing(chains(4, 5000, 0.3, 0)).rHat()).isBetween(0.999, 1.002);
  }

  /**
   * Of normal chains with means 0, s, 2 s, 3 s: the variance of the means is 5 s^2 / 3, over 2 m =
   * 8 halves 10 s^2 / 7; ranks of normal numbers are nearly these numbers over their deviation.
   */
  @Test
  void chainsThatAreApartHaveALargerOne() {
    double s = 0.3;
    double expected = Math.sqrt(1 + 10 * s * s / 7);
    assertThat(new Mixing(chains(4, 20_000, 0, s)).rHat()).isCloseTo(expected, within(0.01));
  }

  /** 1, 2, 3, 4 and 3, 4, 5, 6: W = 5/3, B/n = 2, sqrt((3/4 5/3 + 2) / (5/3)) = sqrt(1.95). */
  @Test
  void plainRHatIsThatOfAWorkedExample() {
    double[][] chains = {{1, 2, 3, 4}, {3, 4, 5, 6}};
    assertThat(Mixing.plainRHat(chains)).isCloseTo(Math.sqrt(1.95), within(1e-12));
  }

  @Test
  void aChainThatDriftsIsUnlikeItself() {
    double[] drifting = autoregressive(0, 2000, 0, 0);
    for (int i = 0; i < drifting.length; i++) {
      drifting[i] += i / 1000.0;
    }
    assertThat(new Mixing(List.of(drifting)).rHat()).isGreaterThan(1.2);
  }

  @Test
  void chainsOfOneMeanButOtherWidthsAreFound() {
    double[] wide = autoregressive(1, 2000, 0, 0);
    for (int i = 0; i < wide.length; i++) {
      wide[i] *= 4;
    }
    Mixing mixing = new Mixing(List.of(autoregressive(0, 2000, 0, 0), wide));
    assertThat(mixing.rHat()).isGreaterThan(1.1);
  }

  @Test
  void ofChainsThatNeverMoveNothingIsKnown() {
    Mixing mixing = new Mixing(List.of(new double[100], new double[100]));
    assertThat(mixing.rHat()).isNaN();
    assertThat(mixing.effectiveSamples()).isNaN();
  }
}
