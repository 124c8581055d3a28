package io.grokgrid.battery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grokgrid.base.Check;
import io.grokgrid.base.Refused;
import io.grokgrid.keys.RunSpecs;
import io.grokgrid.run.RunSpec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatteryTest {
  @Test
  void refusesANameThatIsNoneWithTheNearest() {
    assertThatThrownBy(() -> Battery.of(List.of("loss", "lss"), "--only"))
        .isInstanceOf(Refused.class)
        .hasMessageStartingWith("--only must be one of loss")
        .hasMessageEndingWith(", was lss; did you mean loss?");
    assertThatThrownBy(() -> Battery.of(List.of(""), "--only")).hasMessageEndingWith(", was \"\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "all", "loss", "weights", "loss,weights", " weights , loss "})
  void takesWhatTheKeyCanBe(String text) {
    Battery.check(new Check(), "analyses", text).done();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "al", "loss,", "all, loss", "loss weights", "LOSS"})
  void refusesWhatTheKeyCannotBe(String text) {
    assertThatThrownBy(() -> Battery.check(new Check(), "analyses", text).done())
        .hasMessageStartingWith("analyses must be auto, all, or some of loss, weights");
  }

  /** The metrics have them already. */
  @Test
  void aSweepMeasuresNoLossesOfTheWeights() {
    assertThat(Battery.recorded("loss").isEmpty()).isTrue();
  }

  @Test
  void largerNetworksTakeLonger() {
    assertThat(seconds(59)).isBetween(2 * seconds(11), seconds(113) / 2);
  }

  private static double seconds(int p) {
    RunSpec run = RunSpecs.of(Map.of("task.p", p));
    return Battery.all().seconds(run.model(), run.task());
  }
}
