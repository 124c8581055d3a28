package io.grokgrid.fourier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.grokgrid.analysis.Peer;
import io.grokgrid.analysis.Subject;
import io.grokgrid.tensor.EngineManager;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(EngineManager.class)
class PairSpectrumTest {
  private static final Offset<Double> NEARLY = within(1e-6);

  private final NDManager manager;

  PairSpectrumTest(NDManager manager) {
    this.manager = manager;
  }

  /** Twice frequency 3 is frequency 5 modulo 11. */
  @Test
  void squaresOfCosinesHaveTheSharesOfTheirExpansion() {
    CosineNetwork network = new CosineNetwork(manager, 11, 3);
    for (Subject subject : new Subject[] {network.subject(), network.subtracting().subject()}) {
      Map<String, Double> found = Peer.measure(new PairSpectrum(), subject);
      assertThat(found).hasSize(8);
      assertThat(found.get("logits.3.3")).isCloseTo(2 / 3.0, NEARLY);
      assertThat(found.get("logits.5.0")).isCloseTo(1 / 6.0, NEARLY);
      assertThat(found.get("logits.0.5")).isCloseTo(1 / 6.0, NEARLY);
      assertThat(found.get("logits.rest")).isCloseTo(0, NEARLY);
      assertThat(found.get("neurons.3.3")).isCloseTo(0.8, NEARLY);
      assertThat(found.get("neurons.5.0")).isCloseTo(0.1, NEARLY);
      assertThat(found.get("neurons.0.5")).isCloseTo(0.1, NEARLY);
      assertThat(found.get("neurons.rest")).isCloseTo(0, NEARLY);
    }
  }

  /** Another way to the same numbers: the sums over a, b, a + b and a - b of another class. */
  @Test
  void agreesOnPeersWithTheSpectrumByDirections() {
    Subject subject = Peer.named("c113_seed1").subject(manager);
    Map<String, Double> pairs = Peer.measure(new PairSpectrum(), subject);
    Map<String, Double> directions = Peer.measure(new LogitSpectrum(), subject);
    double quadratic =
        directions.getOrDefault("sum_share", 0.0)
            + directions.getOrDefault("difference_share", 0.0);
    double linear = directions.getOrDefault("linear_share", 0.0);
    double diagonal = 0;
    double edges = 0;
    for (int k = 1; k <= 56; k++) {
      diagonal += pairs.getOrDefault("logits." + k + "." + k, 0.0);
      edges += pairs.getOrDefault("logits." + k + ".0", 0.0);
      edges += pairs.getOrDefault("logits.0." + k, 0.0);
    }
    assertThat(diagonal).isGreaterThan(0.5).isCloseTo(quadratic, within(0.02));
    assertThat(edges).isCloseTo(linear, within(0.02));
  }

  @Test
  void nothingThatVariesHasNoShares() {
    Subject subject = new CosineNetwork(manager, 11, 3).subject();
    Map<String, Double> found =
        Peer.measure(new PairSpectrum(), subject.with(new float[subject.parameters().length]));
    assertThat(found).containsOnlyKeys("logits.rest", "neurons.rest");
    assertThat(found.get("logits.rest")).isNaN();
  }
}
