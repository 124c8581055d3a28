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
class LogitSpectrumTest {
  private static final Offset<Double> NEARLY = within(1e-6);

  private final NDManager manager;

  LogitSpectrumTest(NDManager manager) {
    this.manager = manager;
  }

  @Test
  void squaresOfCosinesHaveTheSharesOfTheirExpansion() {
    CosineNetwork network = new CosineNetwork(manager, 11, 3);
    for (Subject subject : new Subject[] {network.subject(), network.subtracting().subject()}) {
      Map<String, Double> found = Peer.measure(new LogitSpectrum(), subject);
      assertThat(found.get("sum_share.3")).isCloseTo(2 / 3.0, NEARLY);
      assertThat(found.get("sum_share")).isCloseTo(2 / 3.0, NEARLY);
      assertThat(found.get("difference_share")).isCloseTo(0, NEARLY);
      assertThat(found.get("linear_share")).isCloseTo(1 / 3.0, NEARLY);
      assertThat(found.get("neuron_sum_share.3")).isCloseTo(0.4, NEARLY);
      assertThat(found.get("neuron_difference_share.3")).isCloseTo(0.4, NEARLY);
      assertThat(found.get("neuron_linear_share")).isCloseTo(0.2, NEARLY);
      assertThat(found.get("neuron_rest")).isCloseTo(0, NEARLY);
      assertThat(found.get("trig_ratio")).as("no frequency is key").isZero();
    }
  }

  @Test
  void theRatioIsThatOfKeyFrequencies() {
    Map<String, Double> found =
        Peer.measure(new LogitSpectrum(), new CosineNetwork(manager, 9, 3).subject());
    assertThat(found.get("trig_ratio")).isCloseTo(2 / 3.0, NEARLY);
    assertThat(found.get("neuron_trig_ratio")).isCloseTo(0.4, NEARLY);
  }
}
