package io.grokgrid.tables;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProcessorTest {
  @Test
  void isTheFirstThatTheMachineHas() {
    List<String> two =
        List.of(
            "processor\t: 0",
            "cpu family\t: 6",
            "model\t\t: 143",
            "model name\t: Some Xeon @ 2.00GHz",
            "flags\t\t: fpu avx avx2 avx512f",
            "",
            "processor\t: 1",
            "model name\t: another");
    assertThat(Processor.name(two)).isEqualTo("Some Xeon @ 2.00GHz, family 6 model 143, avx512f");
  }

  @Test
  void isTheArchitectureWhereNoModelIsNamed() {
    assertThat(Processor.name(List.of("processor : 0", "BogoMIPS : 50.00")))
        .isEqualTo(System.getProperty("os.arch"));
    assertThat(Processor.name()).isNotBlank();
  }
}
