package io.grokgrid.keys;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValue;
import io.grokgrid.hocon.Problems;
import io.grokgrid.run.RunSpec;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RunIdTest {
  private static String canonical(Map<String, Object> values) {
    return RunId.canonical(RunSpecs.of(values));
  }

  private static String id(Map<String, Object> values) {
    return RunId.of(RunSpecs.of(values));
  }

  /** SHA-256 of the canonical forms below, computed with another program. */
  @Test
  void goldenIdsNeverChange() {
    assertThat(id(Map.of())).isEqualTo("44136fa355b3678a");
    assertThat(id(Map.of("task.p", 59, "training.weight_decay", 0.3)))
        .isEqualTo("63fd1448779143bd");
    assertThat(
            id(
                Map.of(
                    "task.operation",
                    "x2_plus_y2",
                    "task.split",
                    "python",
                    "task.split_seed",
                    7L,
                    "model.encoding",
                    "rope",
                    "model.causal",
                    false,
                    "training.seed",
                    3L,
                    "training.learning_rate",
                    3e-4,
                    "training.epsilon",
                    1e-12,
                    "training.steps",
                    100_000,
                    "record.metrics_every",
                    10)))
        .isEqualTo("cc10adca44add1cd");
  }

  @Test
  void canonicalFormHoldsWhatDiffersFromTheDefaultsSortedByPath() {
    assertThat(canonical(Map.of())).isEqualTo("{}");
    assertThat(canonical(Map.of("training.weight_decay", 0.3, "task.p", 59)))
        .isEqualTo("{\"task.p\":59,\"training.weight_decay\":0.3}");
    assertThat(
            canonical(
                Map.of(
                    "task.operation",
                    "x2_plus_y2",
                    "task.split",
                    "python",
                    "task.split_seed",
                    7L,
                    "model.encoding",
                    "rope",
                    "model.causal",
                    false,
                    "training.seed",
                    3L,
                    "training.learning_rate",
                    3e-4,
                    "training.epsilon",
                    1e-12,
                    "training.steps",
                    100_000,
                    "record.metrics_every",
                    10)))
        .isEqualTo(
            "{\"model.causal\":false,\"model.encoding\":\"rope\",\"record.metrics_every\":10,"
                + "\"task.operation\":\"x2_plus_y2\",\"task.split\":\"python\",\"task.split_seed\":7,"
                + "\"training.epsilon\":1E-12,\"training.learning_rate\":0.0003,"
                + "\"training.seed\":3,\"training.steps\":100000}");
  }

  @Test
  void whatDoesNotChangeAResultDoesNotCount() {
    Map<String, Object> recorded =
        Map.of(
            "training.max_seconds",
            60.0,
            "record.attention_every",
            7,
            "record.measurements_every",
            7,
            "record.state_every_seconds",
            7.0);
    assertThat(canonical(recorded)).isEqualTo("{}");
    assertThat(canonical(Map.of("record.metrics_every", 50))).isNotEqualTo("{}");
  }

  @Test
  void aWrittenOutDerivedValueIsTheSameRun() {
    Map<String, Object> writtenOut =
        Map.of(
            "training.seed", 4L,
            "task.split_seed", 4L,
            "model.d_model", 64,
            "model.d_head", 16,
            "model.positions", 3);
    Map<String, Object> derived = Map.of("training.seed", 4L, "model.d_model", 64);
    assertThat(id(writtenOut)).isEqualTo(id(derived));
    assertThat(canonical(Map.of("model.heads", 3, "model.d_head", 32)))
        .isEqualTo("{\"model.d_head\":32,\"model.heads\":3}");
  }

  @Test
  void aNumberHasOneForm() {
    assertThat(RunId.number(1)).isEqualTo("1");
    assertThat(RunId.number(0.3)).isEqualTo("0.3");
    assertThat(RunId.number(0.1 + 0.2)).isEqualTo("0.30000000000000004");
    assertThat(RunId.number(1e30)).isEqualTo("1E+30");
    assertThat(RunId.number(1e-8)).isEqualTo("1E-8");
    assertThat(RunId.number(40_000)).isEqualTo("40000");
    assertThat(RunId.number(-0.0)).isEqualTo("0");
    assertThat(RunId.number(Double.parseDouble("2e23"))).isEqualTo("2E+23");
  }

  @Test
  void aNumberReadsBackAsTheSameDouble() {
    Random random = new Random(1);
    for (int i = 0; i < 2000; i++) {
      double value = Double.longBitsToDouble(random.nextLong());
      if (Double.isFinite(value)) {
        assertThat(new BigDecimal(RunId.number(value)).doubleValue()).isEqualTo(value);
      }
    }
  }

  /** Whoever has the metadata of a checkpoint has the run. */
  @Test
  void theWholeFormHoldsEveryValueAndMakesTheRunAgain() {
    RunSpec run =
        RunSpecs.of(
            Map.of(
                "task.p",
                59,
                "training.seed",
                3L,
                "training.weight_decay",
                0.3,
                "training.max_seconds",
                60.0,
                "record.checkpoint_steps",
                "200, 100"));
    String whole = RunId.whole(run);
    Map<String, Object> values = new HashMap<>();
    for (Map.Entry<String, ConfigValue> each : ConfigFactory.parseString(whole).root().entrySet()) {
      Key key = Key.of(each.getKey());
      Problems problems = new Problems();
      values.put(
          key.path(), new Values(Chosen.ANY, problems).read(key, key.path(), each.getValue()));
      problems.done();
    }

    assertThat(values)
        .hasSize((int) Key.ALL.stream().filter(key -> key.value(run) != null).count())
        .containsEntry("model.d_head", 32)
        .containsEntry("task.split_seed", 3L)
        .containsEntry("record.checkpoint_steps", "100, 200")
        .doesNotContainKey("task.vocabulary");
    assertThat(RunSpecs.of(values)).isEqualTo(run);
    assertThat(RunId.of(RunSpecs.of(values))).isEqualTo(RunId.of(run));
    assertThat(whole).startsWith("{\"model.activation\":\"relu\",").doesNotContain(" :");
  }
}
