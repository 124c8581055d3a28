package io.grokgrid.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import io.grokgrid.math.KaplanMeier.Observation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DriftTest {
  private static ComparedRun run(
      int id, String outcome, int step, long hash, @Nullable String processor, String device) {
    return new ComparedRun(
        "run" + id,
        outcome,
        outcome.equals("grokked") ? step : null,
        step,
        hash,
        new Observation(step, outcome.equals("grokked")),
        processor,
        device,
        Map.of());
  }

  private static Drift drift(List<ComparedRun> then, List<ComparedRun> now) {
    return Drift.of(new Comparison(byId(then), byId(now), Map.of(), List.of()));
  }

  private static Map<String, ComparedRun> byId(List<ComparedRun> runs) {
    Map<String, ComparedRun> byId = new LinkedHashMap<>();
    runs.forEach(run -> byId.put(run.id(), run));
    return byId;
  }

  @Test
  void otherBitsOfTheSameProcessorAreDrift() {
    ComparedRun then = run(1, "grokked", 500, 1, "zen", "cpu");
    assertThat(drift(List.of(then), List.of(then)).hasDrifted()).isFalse();
    Drift drift = drift(List.of(then), List.of(run(1, "grokked", 500, 2, "zen", "cpu")));
    assertThat(drift.otherBits()).containsExactly("run1");
    assertThat(drift.hasDrifted()).isTrue();
  }

  /** On another kind, on a GPU, and where the kind was not kept. */
  @Test
  void elsewhereOtherBitsAreNone() {
    List<ComparedRun> then =
        List.of(
            run(1, "grokked", 500, 1, "zen", "cpu"),
            run(2, "grokked", 500, 1, "zen", "gpu:0"),
            run(3, "grokked", 500, 1, null, "cpu"));
    List<ComparedRun> now =
        List.of(
            run(1, "grokked", 500, 2, "xeon", "cpu"),
            run(2, "grokked", 500, 2, "zen", "gpu:0"),
            run(3, "grokked", 500, 2, null, "cpu"));
    assertThat(drift(then, now).hasDrifted()).isFalse();
    assertThat(drift(then, now).logRank()).isEqualTo(1);
  }

  @Test
  void elsewhereAnotherOutcomeIsDrift() {
    Drift drift =
        drift(
            List.of(run(1, "grokked", 500, 1, "zen", "cpu")),
            List.of(run(1, "diverged", 1000, 2, "xeon", "cpu")));
    assertThat(drift.otherOutcome()).containsExactly("run1");
    assertThat(drift.hasDrifted()).isTrue();
  }

  /** Ten runs that grok at 100 to 109 and then at 200 to 209. */
  @Test
  void elsewhereOtherGrokStepsAreDrift() {
    Map<String, ComparedRun> then = new LinkedHashMap<>();
    Map<String, ComparedRun> now = new LinkedHashMap<>();
    for (int i = 0; i < 10; i++) {
      then.put("run" + i, run(i, "grokked", 100 + i, 1, "zen", "cpu"));
      now.put("run" + i, run(i, "grokked", 200 + i, 2, "xeon", "cpu"));
    }
    Drift drift = Drift.of(new Comparison(then, now, Map.of(), List.of()));
    assertThat(drift.otherOutcome()).isEmpty();
    assertThat(drift.logRank()).isLessThan(1e-4);
    assertThat(drift.hasDrifted()).isTrue();
  }

  /** A run that only one of both has says nothing. */
  @Test
  void whatIsNotInBothDoesNotCount() {
    Drift drift =
        drift(
            List.of(run(1, "grokked", 500, 1, "zen", "cpu")),
            List.of(run(2, "failed", 0, 2, "zen", "cpu")));
    assertThat(drift.baseline()).isEqualTo(1);
    assertThat(drift.hasDrifted()).isFalse();
  }
}
