package io.grokgrid.fourier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.grokgrid.analysis.Peer;
import io.grokgrid.tensor.EngineManager;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(EngineManager.class)
class FourierEmbeddingTest {
  private static final Offset<Double> NEARLY = within(1e-6);

  private final NDManager manager;

  FourierEmbeddingTest(NDManager manager) {
    this.manager = manager;
  }

  @Test
  void aCircleHasTheNormOfItsCosineAndSineAtItsFrequencyAlone() {
    Map<String, Double> found = measure(11, 3);
    assertThat(found.get("norm.3")).isCloseTo(Math.sqrt(11), NEARLY);
    assertThat(found.get("norm.2")).isCloseTo(0, NEARLY);
    assertThat(found.get("second_norm.3")).isCloseTo(Math.sqrt(11), NEARLY);
    // 5 units, each cos(w c + ..) of squared norm 11 / 2.
    assertThat(found.get("readout_norm.3")).isCloseTo(Math.sqrt(5 * 11 / 2.0), NEARLY);
  }

  @Test
  void aCircleIsAsSparseAsTwoRowsAndOneFrequencyAre() {
    Map<String, Double> found = measure(11, 3);
    assertThat(found.get("gini")).isCloseTo(1 - 2.0 / 11, NEARLY);
    assertThat(found.get("participation")).isCloseTo(0.5, NEARLY);
    assertThat(found.get("frequency_gini")).isCloseTo(1 - 1.0 / 5, NEARLY);
    assertThat(found.get("frequency_participation")).isCloseTo(1, NEARLY);
  }

  @Test
  void evenModuliHaveTheAlternatingFrequencyToo() {
    Map<String, Double> found = measure(6, 3);
    assertThat(found.get("norm.3")).isCloseTo(Math.sqrt(6), NEARLY);
    assertThat(found).doesNotContainKey("norm.4");
  }

  private Map<String, Double> measure(int n, int k) {
    return Peer.measure(new FourierEmbedding(), new CosineNetwork(manager, n, k).subject());
  }
}
