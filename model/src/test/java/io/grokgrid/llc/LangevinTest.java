package io.grokgrid.llc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.grokgrid.base.Randomness;
import io.grokgrid.base.Refused;
import io.grokgrid.llc.LlcSpec.Sampler;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LangevinTest {
  private static LlcSpec spec(Sampler sampler, double stepSize, int draws, long seed) {
    return new LlcSpec(sampler, stepSize, 3, 20, 2, draws, 0, 0, seed);
  }

  private static Chain chain(LlcSpec spec, int number) {
    return new Langevin(spec, Polynomial.powers(2, 4), new double[] {0.1, -0.2}, 0).chain(number);
  }

  /** Written out from the published rule, with the noise of its stream. */
  @Test
  void sgldIsThePublishedRule() {
    double h = 0.02;
    double[] w0 = {0.1, -0.2};
    double[] w = w0.clone();
    double[] expected = new double[4];
    Randomness random = Randomness.stream(5, "llc/chain/1");
    for (int step = 0; step < 4; step++) {
      expected[step] = 0.5 * w[0] * w[0] + 0.5 * Math.pow(w[1], 4);
      Randomness noise = random.after((1L << 32) * step + 1);
      double g0 = 20 * w[0] + 3 * (w[0] - w0[0]);
      double g1 = 20 * 2 * Math.pow(w[1], 3) + 3 * (w[1] - w0[1]);
      w[0] += -h / 2 * g0 + Math.sqrt(h) * Ziggurat.next(noise);
      w[1] += -h / 2 * g1 + Math.sqrt(h) * Ziggurat.next(noise);
    }
    double[] found = chain(spec(Sampler.SGLD, h, 4, 5), 1).trace();
    for (int step = 0; step < 4; step++) {
      assertThat(found[step]).isCloseTo(expected[step], within(1e-14));
    }
  }

  @Test
  void theFirstDrawIsTheStart() {
    assertThat(chain(spec(Sampler.MALA, 0.02, 5, 0), 0).trace()[0])
        .isCloseTo(0.0058, within(1e-15));
  }

  @Test
  void smallMovesAreAllAccepted() {
    double before = 0;
    for (double stepSize : new double[] {0.3, 0.1, 0.03, 1e-3}) {
      double acceptance = chain(spec(Sampler.MALA, stepSize, 5000, 0), 0).acceptance();
      assertThat(acceptance).isGreaterThan(before);
      before = acceptance;
    }
    assertThat(before).isCloseTo(1, within(1e-3));
  }

  /** Acceptance by the densities of moves, written out: one number, moves seen in the losses. */
  @Test
  void acceptsByTheRatioOfDensities() {
    LlcSpec spec = spec(Sampler.MALA, 0.15, 2000, 9);
    double[] losses =
        new Langevin(spec, Polynomial.quadratic(1), new double[] {0}, 0).chain(0).trace();
    Randomness random = Randomness.stream(9, "llc/chain/0");
    double w = 0;
    int rejected = 0;
    for (int step = 0; step < losses.length; step++) {
      assertThat(losses[step]).isCloseTo(0.5 * w * w, within(1e-12));
      double to = forward(w) + Math.sqrt(0.15) * Ziggurat.next(random.after((1L << 32) * step + 1));
      double ratio =
          Math.exp(11.5 * (w * w - to * to))
              * Math.exp(-Math.pow(w - forward(to), 2) / 0.3)
              / Math.exp(-Math.pow(to - forward(w), 2) / 0.3);
      boolean moves = 1 - random.after((1L << 32) * step).nextDouble() < ratio;
      rejected += moves ? 0 : 1;
      w = moves ? to : w;
    }
    assertThat(rejected).isBetween(100, 1900);
  }

  /** U = 11.5 w^2: 20 / 2 + 3 / 2. */
  private static double forward(double w) {
    return w - 0.15 / 2 * 23 * w;
  }

  @Test
  void chainsAreTheSameInAnyOrderAndOnAnyThread() {
    LlcSpec spec = spec(Sampler.SGLD, 0.02, 100, 0);
    Langevin one = new Langevin(spec, Polynomial.powers(2, 4), new double[2], 0);
    List<double[]> backwards = List.of(one.chain(2).trace(), one.chain(1).trace());
    List<double[]> apart =
        IntStream.of(2, 1)
            .parallel()
            .mapToObj(i -> new Langevin(spec, Polynomial.powers(2, 4), new double[2], 0).chain(i))
            .map(Chain::trace)
            .toList();
    assertThat(backwards.get(0)).isEqualTo(apart.get(0)).isNotEqualTo(backwards.get(1));
    assertThat(backwards.get(1)).isEqualTo(apart.get(1));
  }

  @Test
  void neighbouringSeedsShareNoChain() {
    List<double[]> traces =
        IntStream.range(0, 16)
            .mapToObj(i -> chain(spec(Sampler.SGLD, 0.02, 20, i / 4), i % 4).trace())
            .toList();
    assertThat(traces.stream().map(Arrays::toString).distinct()).hasSize(16);
  }

  @Test
  void aChainEndsWhereTheLossIsNoNumber() {
    Potential broken =
        new Potential() {
          private int calls;

          @Override
          public int size() {
            return 1;
          }

          @Override
          public double differentiate(double[] w, double[] gradient) {
            calls++;
            gradient[0] = 0;
            return calls < 4 ? 1 : Double.NaN;
          }
        };
    Chain chain = new Langevin(spec(Sampler.SGLD, 0.1, 10, 0), broken, new double[1], 1).chain(0);
    assertThat(chain.hasDiverged()).isTrue();
    assertThat(chain.trace()).hasSize(3);
  }

  @Test
  void unstableStepsDivergeWhateverTheyStartFrom() {
    for (double product : new double[] {4.05, 5, 50}) {
      LlcSpec spec = new LlcSpec(Sampler.SGLD, product / 100, 0, 100, 1, 2000, 0, 0, 0);
      Potential square = Polynomial.quadratic(1);
      assertThat(new Langevin(spec, square, new double[1], 0).chain(0).hasDiverged()).isTrue();
    }
    LlcSpec stable = new LlcSpec(Sampler.SGLD, 3.8 / 100, 0, 100, 1, 20_000, 0, 0, 0);
    assertThat(
            new Langevin(stable, Polynomial.quadratic(1), new double[1], 0).chain(0).hasDiverged())
        .isFalse();
  }

  @Test
  void stopsWhenAsked() {
    Langevin langevin =
        new Langevin(spec(Sampler.SGLD, 0.1, 10, 0), Polynomial.quadratic(1), new double[1], 0);
    assertThat(langevin.chain(0, step -> step < 5)).isEqualTo(Optional.empty());
  }

  @Test
  void batchesNeedExamples() {
    LlcSpec spec = new LlcSpec(Sampler.SGLD, 0.1, 0, 1, 1, 10, 0, 5, 0);
    assertThatThrownBy(() -> new Langevin(spec, Polynomial.quadratic(1), new double[1], 0))
        .isInstanceOf(Refused.class)
        .hasMessageContaining("batch_size must be 0 for a loss of no examples, was 5");
  }

  /** Batches of all examples are the whole loss; of some, each is drawn alike often. */
  @Test
  void batchesAreDrawnWithoutReplacement() {
    int[] seen = new int[6];
    Potential.OfExamples counting =
        new Potential.OfExamples() {
          @Override
          public int size() {
            return 1;
          }

          @Override
          public int examples() {
            return 6;
          }

          @Override
          public double differentiate(double[] w, double[] gradient) {
            return 0;
          }

          @Override
          public double differentiate(double[] w, double[] gradient, int[] chosen) {
            assertThat(chosen).doesNotHaveDuplicates().hasSize(2);
            for (int each : chosen) {
              seen[each]++;
            }
            gradient[0] = 0;
            return 0;
          }
        };
    LlcSpec spec = new LlcSpec(Sampler.SGLD, 1e-6, 0, 1, 1, 6000, 0, 2, 0);
    Chain chain = new Langevin(spec, counting, new double[1], 0).chain(0);
    assertThat(IntStream.of(seen)).allMatch(times -> times > 1850 && times < 2150);
    assertThat(chain.acceptance()).isNaN();
  }
}
