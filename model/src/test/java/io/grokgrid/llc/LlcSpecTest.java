package io.grokgrid.llc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.grokgrid.base.Refused;
import io.grokgrid.llc.LlcSpec.Sampler;
import org.junit.jupiter.api.Test;

class LlcSpecTest {
  private static LlcSpec spec(double nBeta, int batchSize) {
    return new LlcSpec(Sampler.SGLD, 1e-4, 100, nBeta, 3, 2000, 0, batchSize, 0);
  }

  @Test
  void saysAllThatIsWrong() {
    assertThatThrownBy(() -> new LlcSpec(Sampler.MALA, 0, -1, -1, 0, 0, -1, 8, 0))
        .isInstanceOf(Refused.class)
        .hasMessageContaining("step_size must be a finite positive number, was 0")
        .hasMessageContaining("localization must be a finite number of at least 0, was -1")
        .hasMessageContaining("n_beta must be a finite number of at least 0, was -1")
        .hasMessageContaining("chains must be from 1 to 10000, was 0")
        .hasMessageContaining("draws must be from 1 to 10000000, was 0")
        .hasMessageContaining("burn_in must be from 0 to 10000000, was -1")
        .hasMessageContaining("batch_size must be 0 for sampler = mala");
  }

  @Test
  void nBetaIsByDefaultThatOfTheExamples() {
    assertThat(spec(LlcSpec.BY_EXAMPLES, 0).forExamples(2785).nBeta())
        .isCloseTo(351.1, within(0.1));
    assertThat(spec(10, 0).forExamples(2785)).isEqualTo(spec(10, 0));
  }

  @Test
  void batchesAreNoLargerThanTheTrainingSet() {
    assertThatThrownBy(() -> spec(10, 101).forExamples(100))
        .hasMessageContaining("must be at most the number of training examples, 100, was 101");
  }
}
