package io.grokgrid.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigValue;
import io.grokgrid.hocon.InvalidConfiguration;
import io.grokgrid.hocon.Place;
import io.grokgrid.hocon.Problems;
import io.grokgrid.keys.Chosen;
import io.grokgrid.keys.Defaults;
import io.grokgrid.keys.Key;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class AxisTest {
  private static final Key DECAY = Key.of("training.weight_decay");
  private static final Key STEPS = Key.of("training.steps");
  private static final Key CAUSAL = Key.of("model.causal");

  private static Axis axis(Key key, String text, Problems problems) {
    ConfigParseOptions options = ConfigParseOptions.defaults().setOriginDescription("x");
    ConfigValue value = ConfigFactory.parseString("v = " + text, options).root().get("v");
    Given base = new Given(key, "run", Defaults.VALUES.get(key), Place.of("x", 1), false);
    return Axis.read(base, "grid", Objects.requireNonNull(value), Chosen.ANY, problems);
  }

  private static List<Object> values(Key key, String text) {
    Problems problems = new Problems();
    Axis axis = axis(key, text, problems);
    problems.done();
    return axis.values();
  }

  private static List<String> problems(Key key, String text) {
    return catchThrowableOfType(InvalidConfiguration.class, () -> values(key, text)).problems();
  }

  @Test
  void stepsAreExactDecimalsWithoutTheEnd() {
    assertThat(values(DECAY, "{from = 0.1, until = 0.5, step = 0.1}"))
        .containsExactly(0.1, 0.2, 0.3, 0.4);
    assertThat(values(STEPS, "{from = 3, until = 0, step = -1}")).containsExactly(3, 2, 1);
    assertThat(values(STEPS, "{from = 1, until = 4}")).containsExactly(1, 2, 3);
    assertThat(values(STEPS, "{from = 1, until = 4.5, step = 2}")).containsExactly(1, 3);
  }

  @Test
  void pointsHaveExactEnds() {
    assertThat(values(DECAY, "{from = 0.1, to = 10, points = 3, scale = log}"))
        .containsExactly(0.1, 1.0, 10.0);
    assertThat(values(DECAY, "{from = 1, to = 2, points = 4}"))
        .containsExactly(1.0, 1.33333333333, 1.66666666667, 2.0);
    assertThat(values(DECAY, "{from = 1e-300, to = 1e300, points = 2, scale = log}"))
        .containsExactly(1e-300, 1e300);
  }

  @Test
  void pointsOfWholeNumbersAreWholeAndDistinct() {
    assertThat(values(STEPS, "{from = 1, to = 5, points = 9, scale = log}"))
        .containsExactly(1, 2, 3, 4, 5);
    assertThat(values(STEPS, "{from = 10, to = 1000, points = 3, scale = log}"))
        .containsExactly(10, 100, 1000);
  }

  @Test
  void aScalarIsOneValue() {
    assertThat(values(CAUSAL, "yes")).containsExactly(true);
    assertThat(values(CAUSAL, "[true, false]")).containsExactly(true, false);
    assertThat(values(STEPS, "1e3")).containsExactly(1000);
  }

  @Test
  void rangesThatLeadNowhereAreRefused() {
    assertThat(problems(DECAY, "{from = 0, until = 1, step = 0}"))
        .containsExactly("x:1 grid.step: must lead from 0 to 1, was 0");
    assertThat(problems(DECAY, "{from = 0, until = 1, step = -1}"))
        .containsExactly("x:1 grid.step: must lead from 0 to 1, was -1");
    assertThat(problems(DECAY, "{from = 1, until = 1}"))
        .containsExactly("x:1 grid: must have at least one value, until excluded, was none");
    assertThat(problems(DECAY, "{from = 1, to = 1, points = 2}")).hasSize(1);
    assertThat(problems(DECAY, "{from = 0, to = 1, points = 2, scale = log}")).hasSize(1);
    assertThat(problems(DECAY, "{from = 1, to = 2, points = 1}")).hasSize(1);
    assertThat(problems(DECAY, "{from = 1, to = 2, points = 3, scale = square}")).hasSize(1);
    assertThat(problems(STEPS, "{from = 1, until = 1e12}"))
        .containsExactly("x:1 grid: must have at most 1000000 values, was 999999999999");
  }

  @Test
  void rangesOfUnknownFormAreRefused() {
    assertThat(problems(STEPS, "{from = 1, untl = 3}"))
        .containsExactly("x:1 grid.untl: unknown key; did you mean until?");
    assertThat(problems(STEPS, "{until = 3}")).containsExactly("x:1 grid.from: must be given");
    assertThat(problems(STEPS, "{from = 1, until = 3, to = 4}")).hasSize(1);
    assertThat(problems(STEPS, "{from = a, until = 3}"))
        .containsExactly("x:1 grid.from: must be a number, was a");
    assertThat(problems(STEPS, "{from = 0, until = 2, step = 0.5}"))
        .containsExactly("x:1 grid: must be a whole number, was 0.5");
    assertThat(problems(CAUSAL, "{from = 0, until = 2}"))
        .containsExactly("x:1 grid: must be true or false, was an object");
    assertThat(problems(DECAY, "1e999999999999"))
        .containsExactly("x:1 grid: must be a number, was 1e999999999999");
  }

  @Test
  void anAxisOfListsIsAListOfLists() {
    Key steps = Key.of("record.checkpoint_steps");
    assertThat(values(steps, "[[0, 10], [5], []]")).containsExactly("0, 10", "5", "");
    assertThat(values(steps, "7")).containsExactly("7");
    assertThat(problems(steps, "[0, 10]"))
        .containsExactly(
            "x:1 grid: must be a list of lists, such as [[0, 10]], was [0, 10]; for all runs alike,"
                + " run.record.checkpoint_steps = [0, 10]");
    assertThat(problems(steps, "[[0, [1]]]"))
        .containsExactly("x:1 grid: must be a list such as [a, b], was [0, ..]");
  }
}
