package io.grokgrid.fourier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.grokgrid.analysis.Peer;
import io.grokgrid.analysis.Subject;
import io.grokgrid.fourier.NeuronClusters.Phases;
import io.grokgrid.tensor.EngineManager;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(EngineManager.class)
class NeuronClustersTest {
  private static final Offset<Double> NEARLY = within(1e-6);

  private final NDManager manager;

  NeuronClustersTest(NDManager manager) {
    this.manager = manager;
  }

  @Test
  void squaresOfCosinesAreFourFifthsQuadraticAndInNoCluster() {
    Map<String, Double> found = measure(new CosineNetwork(manager, 11, 3).subject());
    assertThat(found)
        .containsOnly(
            Map.entry("argmax.3", 5.0), Map.entry("size.3", 0.0), Map.entry("clustered", 0.0));
  }

  /** Twice the frequency of n / 3 is its negative. */
  @Test
  void squaresAtAThirdOfTheModulusAreOneClusterWithBothShares() {
    Map<String, Double> found = measure(new CosineNetwork(manager, 9, 3).subject());
    assertThat(found).containsEntry("size.3", 5.0).containsEntry("clustered", 5.0);
    assertThat(found.get("quadratic.3")).isCloseTo(0.8, NEARLY);
    assertThat(found.get("linear.3")).isCloseTo(0.2, NEARLY);
    assertThat(found.get("variance.3")).isCloseTo(1, NEARLY);
  }

  @Test
  void phasesThatAddUpAreAligned() {
    CosineNetwork network = new CosineNetwork(manager, 11, 3);
    for (Subject subject :
        new Subject[] {
          network.linear(2).subject(), network.subtracting().subject(),
        }) {
      Map<String, Double> found = measure(subject);
      assertThat(found.get("linear.3")).isCloseTo(1, NEARLY);
      assertThat(found.get("phase_alignment.3")).isCloseTo(1, NEARLY);
      assertThat(found.get("phase_difference.3")).isCloseTo(1, NEARLY);
    }
  }

  @Test
  void phasesThatDoNotAddUpCancel() {
    Map<String, Double> found = measure(new CosineNetwork(manager, 11, 3).linear(1).subject());
    assertThat(found.get("phase_alignment.3")).isCloseTo(0, NEARLY);
  }

  @Test
  void findsThePhasesOfEachUnit() {
    Subject subject = new CosineNetwork(manager, 11, 3).linear(2).subject();
    for (Phases unit : NeuronClusters.phases(subject)) {
      double phase = 2 * Math.PI * unit.unit() / CosineNetwork.UNITS;
      assertThat(unit.frequency()).isEqualTo(3);
      assertThat(Math.cos(unit.left() - phase)).isCloseTo(1, NEARLY);
      assertThat(Math.cos(unit.right() - phase)).isCloseTo(1, NEARLY);
      assertThat(Math.cos(unit.out() - 2 * phase)).isCloseTo(1, NEARLY);
    }
  }

  @Test
  void saysThemOfEachUnit() {
    Subject subject = new CosineNetwork(manager, 11, 3).linear(2).subject();
    Map<String, Double> found = Peer.measure(new NeuronPhases(), subject);
    assertThat(found).containsEntry("units", 5.0).containsEntry("frequency.4", 3.0).hasSize(26);
    assertThat(found.get("explained.1")).isCloseTo(1, NEARLY);
    assertThat(found.get("left.1")).isCloseTo(2 * Math.PI / 5, NEARLY);
    assertThat(found.get("right.4")).isCloseTo(-2 * Math.PI / 5, NEARLY);
    assertThat(found.get("out.1")).isCloseTo(4 * Math.PI / 5, NEARLY);
  }

  private static Map<String, Double> measure(Subject subject) {
    return Peer.measure(new NeuronClusters(), subject);
  }
}
