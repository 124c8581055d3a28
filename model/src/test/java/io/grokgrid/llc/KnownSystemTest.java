package io.grokgrid.llc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.grokgrid.base.Randomness;
import io.grokgrid.llc.LinearNetwork.Coefficient;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class KnownSystemTest {
  /** Aoyagi and Watanabe 2005, of M inputs, H hidden units, N outputs and rank r. */
  private static double reducedRank(int m, int h, int n, int r) {
    int s = h + r;
    if (n + r <= m + h && m + r <= n + h && s <= m + n) {
      int odd = (m + h + n + r) % 2;
      return (-s * s - m * m - n * n + 2 * s * m + 2 * s * n + 2 * m * n + odd) / 8.0;
    }
    if (m + h < n + r) {
      return (h * m - h * r + n * r) / 2.0;
    }
    return n + h < m + r ? (h * n - h * r + m * r) / 2.0 : m * n / 2.0;
  }

  @Test
  void bothFormulasOfThreeLayersAgree() {
    int cases = 0;
    for (int m = 1; m <= 8; m++) {
      for (int h = 1; h <= 8; h++) {
        for (int n = 1; n <= 8; n++) {
          for (int r = 0; r <= Math.min(h, Math.min(m, n)); r++) {
            double found = LinearNetwork.coefficient(r, m, h, n).lambda();
            assertThat(found).as("%d-%d-%d, %d", m, h, n, r).isEqualTo(reducedRank(m, h, n, r));
            cases++;
          }
        }
      }
    }
    assertThat(cases).isEqualTo(1808);
  }

  @Test
  void oneLayerAndSquareOnesOfFullRankAreRegular() {
    assertThat(LinearNetwork.coefficient(2, 3, 5)).isEqualTo(new Coefficient(7.5, 1));
    assertThat(LinearNetwork.coefficient(2, 2, 2, 2, 2)).isEqualTo(new Coefficient(2, 1));
    assertThat(LinearNetwork.coefficient(0, 1, 1, 1)).isEqualTo(new Coefficient(0.5, 2));
  }

  @Test
  void gradientsAreCentralDifferencesOfLosses() {
    for (KnownSystem system : KnownSystem.all()) {
      Potential potential = system.potential().get();
      Randomness random = Randomness.stream(1, system.name());
      double[] w = new double[potential.size()];
      for (int i = 0; i < w.length; i++) {
        w[i] = system.start().get(i) + 0.5 * random.nextGaussian();
      }
      double[] gradient = new double[w.length];
      potential.differentiate(w, gradient);
      double[] unused = new double[w.length];
      for (int i = 0; i < w.length; i++) {
        double at = w[i];
        w[i] = at + 1e-5;
        double above = potential.differentiate(w, unused);
        w[i] = at - 1e-5;
        double below = potential.differentiate(w, unused);
        w[i] = at;
        assertThat(gradient[i]).as(system.name()).isCloseTo((above - below) / 2e-5, within(1e-6));
      }
    }
  }

  @Test
  void startsAtMinima() {
    for (KnownSystem system : KnownSystem.all()) {
      double[] w0 = system.start().stream().mapToDouble(x -> x).toArray();
      double[] gradient = new double[w0.length];
      assertThat(system.potential().get().differentiate(w0, gradient)).isZero();
      assertThat(DoubleStream.of(gradient)).as(system.name()).containsOnly(0.0);
    }
  }

  @Test
  void thereAreTwentyOfThem() {
    assertThat(
            KnownSystem.all().stream().map(KnownSystem::name).distinct().count()
                + KnownSystem.all().stream().filter(s -> s.name().startsWith("10 squares")).count())
        .isGreaterThanOrEqualTo(20);
  }

  /** n x^2 y^2 at n = 0 has no curvature; the slower the logarithm, the nearer to 1/2. */
  @Test
  void crossedSquaresComeNearOneHalfAsTheLogarithmSays() {
    double before = 0;
    for (double n = 1e2; n < 1e13; n *= 100) {
      double found = KnownSystem.crossed(n);
      assertThat(found).isBetween(before, 0.5);
      assertThat(0.5 - found).isCloseTo(1 / (Math.log(n) + 2.2), within(0.02));
      before = found;
    }
  }

  /** A cut through the whole self-test. */
  @Test
  void estimatesAreWhatIsKnown() {
    List<KnownSystem> some =
        KnownSystem.all().stream()
            .filter(
                system ->
                    system.name().startsWith("10 squares")
                        || system.name().startsWith("w^2 w^2")
                        || system.name().equals("linear 3-3-3, rank 3")
                        || system.name().equals("linear 4-2-4, rank 1"))
            .toList();
    assertThat(some).hasSizeGreaterThan(12);
    assertThat(SelfTest.run(some, row -> {})).allMatch(SelfTest.Row::passed);
  }

  @Test
  void aWrongValueIsNotPassed() {
    KnownSystem right = KnownSystem.quadratic(LlcSpec.Sampler.MALA, 1e-3, 0, 100);
    KnownSystem wrong =
        new KnownSystem(
            right.name(),
            right.potential(),
            right.start(),
            right.spec(),
            1.03 * right.exact(),
            right.rule());
    assertThat(SelfTest.run(List.of(wrong), row -> {})).noneMatch(SelfTest.Row::passed);
  }
}
