package io.grokgrid.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grokgrid.base.Problem;
import io.grokgrid.base.Refused;
import io.grokgrid.experiment.Mainline;
import io.grokgrid.run.RunSpec;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunSpecsTest {
  @Test
  void makesTheRunThatItsKeysCameFrom() {
    RunSpec run =
        RunSpecs.of(
            Map.of(
                "task.p",
                59,
                "task.split",
                "torch",
                "task.split_seed",
                -5L,
                "model.d_head",
                10,
                "model.equals_token",
                false,
                "training.optimizer",
                "sgd",
                "training.momentum",
                0.5,
                "record.metrics_every",
                3));
    Map<String, Object> values = new HashMap<>();
    for (Key key : Key.ALL) {
      Object value = key.value(run);
      if (value != null) {
        values.put(key.path(), value);
      }
    }
    assertThat(values).containsKey("task.p").doesNotContainKeys("task.rule", "model.combine");
    assertThat(RunSpecs.of(values)).isEqualTo(run);
    assertThat(Mainline.model(run).positions()).isEqualTo(2);
  }

  @Test
  void refusesEverythingAtOnce() {
    Map<String, Object> values =
        Map.of(
            "task.label_noise",
            -1,
            "model.heads",
            3,
            "model.attention_rate",
            2.0,
            "training.learning_rate",
            -1.0);
    assertThatThrownBy(() -> RunSpecs.of(values))
        .isInstanceOfSatisfying(
            Refused.class,
            refused ->
                assertThat(refused.problems())
                    .map(Problem::toString)
                    .containsExactly(
                        "heads must divide d_model 128, was 3",
                        "label_noise must be a finite number of at least 0, was -1",
                        "attention_rate must be from 0 to 1, was 2",
                        "learning_rate must be a finite positive number, was -1"));
  }

  @Test
  void rulesBetweenSectionsHoldBesideOtherProblems() {
    Map<String, Object> values =
        Map.of("model.heads", 3, "training.batch_size", 4000, "training.steps", 0);
    assertThatThrownBy(() -> RunSpecs.of(values))
        .hasMessageContaining("batch_size must be at most the number of training examples, 3830")
        .hasMessageContaining("steps must be")
        .hasMessageContaining("heads must divide");
  }

  @Test
  void refusesAWindowThatNoArrayHolds() {
    Map<String, Object> values =
        Map.of("training.gradient_filter", "ma", "training.filter_window", 10_000);
    assertThatThrownBy(() -> RunSpecs.of(values))
        .hasMessage("filter_window must be at most 9473 gradients of 226688 parameters, was 10000");
    assertThatThrownBy(() -> RunSpecs.of(Map.of("training.filter_window", 0)))
        .hasMessage("filter_window must be from 1 to 10000, was 0");
    assertThatThrownBy(() -> RunSpecs.of(Map.of("training.filter_alpha", 1.0)))
        .hasMessage("filter_alpha must be at least 0 and below 1, was 1");
    assertThatThrownBy(() -> RunSpecs.of(Map.of("model.init_scale", 0.0)))
        .hasMessage("init_scale must be a finite positive number, was 0");
  }

  @Test
  void refusesToTieMoreClassesThanTokens() {
    Map<String, Object> values = new HashMap<>();
    values.put("model.tied_embeddings", true);
    values.put("task.kind", "sequence");
    values.put("task.vocabulary", 8);
    values.put("training.batch_size", 4);
    values.put("task.modulus", 8);
    assertThat(RunSpecs.of(values).layout().find("unembed.W_U")).isNull();
    values.put("task.modulus", 10);
    assertThatThrownBy(() -> RunSpecs.of(values))
        .hasMessage(
            "tied_embeddings must be false where there are more classes, 10, than tokens, 8,"
                + " was true");
  }

  @Test
  void theGainFollowsTheFilter() {
    for (String filter : new String[] {"none", "ema", "ma"}) {
      RunSpec run = RunSpecs.of(Map.of("training.gradient_filter", filter));
      assertThat(run.training().filterGain()).isEqualTo(filter.equals("ma") ? 5 : 2);
    }
  }

  @Test
  void refusesUnknownKeysAndConstants() {
    assertThatThrownBy(() -> RunSpecs.of(Map.of("task.q", 3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("there is no key task.q");
    assertThatThrownBy(() -> RunSpecs.of(Map.of("model.kind", "mamba")))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
