package io.grokgrid.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StepFileTest {
  @Test
  void aNameSaysTheStep() {
    assertThat(StepFile.STATE.fileName(1000)).isEqualTo("step-00001000.state");
    assertThat(StepFile.CHECKPOINT.fileName(0)).isEqualTo("step-00000000.safetensors");
    for (int step : new int[] {0, 1000, 123_456_789, Integer.MAX_VALUE}) {
      assertThat(StepFile.STATE.step(StepFile.STATE.fileName(step))).isEqualTo(step);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "step-2147483648.state",
        "step-99999999999.state",
        "step-1.state",
        "step-000001000.state",
        "step-.state",
        "step-00001000.safetensors",
        "step-00001000.state.crc",
        ".step-00001000.state.crc",
        "another.state"
      })
  void anyOtherNameIsThatOfNoState(String name) {
    assertThat(StepFile.STATE.step(name)).isEqualTo(-1);
  }
}
