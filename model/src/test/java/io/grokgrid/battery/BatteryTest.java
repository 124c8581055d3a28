package io.grokgrid.battery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.grokgrid.analysis.Subject;
import io.grokgrid.base.Check;
import io.grokgrid.base.Refused;
import io.grokgrid.keys.RunSpecs;
import io.grokgrid.run.RunSpec;
import io.grokgrid.tensor.Autograd;
import io.grokgrid.train.Measurement;
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
  @ValueSource(strings = {"", "al", "loss,", "loss weights", "LOSS", "all, los"})
  void refusesWhatTheKeyCannotBe(String text) {
    assertThatThrownBy(() -> Battery.check(new Check(), "analyses", text).done())
        .hasMessageContaining("analyses must be auto, all, or some of loss, weights");
  }

  @Test
  void saysAllThatIsWrongWithTheKeyAndWhatWasMeant() {
    assertThat(problems("all, los"))
        .hasSize(2)
        .anyMatch(each -> each.endsWith("auto or all must stand alone, was all, los"))
        .anyMatch(each -> each.endsWith(", was los; did you mean loss?"));
    assertThat(problems("loss,auto"))
        .singleElement()
        .asString()
        .endsWith("auto or all must stand alone, was loss,auto");
    assertThat(problems("LOSS").get(0)).endsWith(", was LOSS; did you mean loss?");
    assertThat(problems("loss attention").get(0))
        .endsWith(", was loss attention; names have commas in between");
    assertThat(problems("los, wieghts")).hasSize(2);
  }

  private static List<String> problems(String text) {
    Refused refused =
        catchThrowableOfType(
            Refused.class, () -> Battery.check(new Check(), "analyses", text).done());
    return refused.problems().stream().map(Object::toString).toList();
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

  @Test
  void theControlIsTheSameAnalysisOfTheNetworkAsItIsDrawn() {
    RunSpec run = RunSpecs.of(Map.of("task.p", 7, "model.d_model", 8, "model.heads", 2));
    Battery battery = Battery.of(List.of("distance_irrelevance", "stability"), "--only");
    try (NDManager manager = Autograd.newManager(Device.cpu())) {
      float[] trained = run.model().init().draw(run.layout(), 5);
      Subject subject = new Subject(manager, run.model(), run.task(), 3, trained);
      List<Measurement> found = battery.measureWithControls(subject, 0).measurements();
      List<Measurement> now = battery.measure(subject, 0).measurements();
      assertThat(found).hasSize(now.size() + 2).containsAll(now);
      for (Measurement then : battery.measure(subject.initial(), 0).measurements()) {
        String name = "initial." + then.name();
        Measurement control = new Measurement(0, then.analysis(), name, then.value());
        assertThat(found.contains(control)).isEqualTo(!then.analysis().equals("stability"));
      }
    }
  }
}
