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
class FourierSimilarityTest {
  private static final Offset<Double> NEARLY = within(1e-6);

  private final NDManager manager;

  FourierSimilarityTest(NDManager manager) {
    this.manager = manager;
  }

  /** Squares leave cos(2 w a) and cos(2 w b) beside the character, of a quarter of its energy. */
  @Test
  void squaresOfCosinesAreTwoThirdsOfTheirCharacter() {
    CosineNetwork network = new CosineNetwork(manager, 11, 3);
    for (Subject subject : new Subject[] {network.subject(), network.subtracting().subject()}) {
      Map<String, Double> found = measure(subject);
      assertThat(found.get("3")).isCloseTo(Math.sqrt(2 / 3.0), NEARLY);
      assertThat(found.get("1")).isCloseTo(0, NEARLY);
      assertThat(found).hasSize(5);
    }
  }

  /** There the squares are constant but for 1 + cos(pi (a + b)), times cos(pi c). */
  @Test
  void theAlternatingCharacterOfAnEvenModulusHasAllItsNorm() {
    assertThat(measure(new CosineNetwork(manager, 6, 3).subject()).get("3"))
        .isCloseTo(Math.sqrt(0.5), NEARLY);
  }

  @Test
  void networksThatAreNotLikeACharacterAreOrthogonalToIt() {
    assertThat(measure(new CosineNetwork(manager, 11, 3).linear(1).subject()).get("3"))
        .isCloseTo(0, NEARLY);
  }

  private static Map<String, Double> measure(Subject subject) {
    return Peer.measure(new FourierSimilarity(), subject);
  }
}
