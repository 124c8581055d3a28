package io.grokgrid.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import io.grokgrid.config.PlannedRun;
import io.grokgrid.keys.RunSpecs;
import io.grokgrid.run.RunSpec;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExperimentTest {
  private static final RunSpec SPEC =
      RunSpecs.of(Map.of("task.p", 7, "model.d_model", 8, "model.d_mlp", 16));

  private static int depth(int more) {
    return more == 0 ? 0 : 1 + depth(more - 1);
  }

  private static RunResult failing(RuntimeException exception) {
    return new Experiment(new PlannedRun("a", SPEC), Device.cpu(), 1, null)
        .run(
            now -> {
              if (now.state().step() == 3) {
                throw exception;
              }
              return true;
            },
            (step, file) -> {})
        .orElseThrow();
  }

  @Test
  void aRunThatFailsSaysWhatWentWrong() {
    RunResult result = failing(new IllegalStateException("no more of it"));
    assertThat(result.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(result.lastStep()).isEqualTo(3);
    assertThat(result.error()).isEqualTo("IllegalStateException: no more of it");
  }

  @Test
  void whatSaysNothingIsShownWithItsPlace() {
    assertThat(failing(new NullPointerException()).error())
        .startsWith("NullPointerException at io.grokgrid.experiment.ExperimentTest.");
    RunResult result =
        new Experiment(new PlannedRun("a", SPEC), Device.cpu(), 1, null)
            .run(now -> depth(100_000_000) > 0, (step, file) -> {})
            .orElseThrow();
    assertThat(result.error())
        .startsWith("StackOverflowError at io.grokgrid.experiment.ExperimentTest.depth(");
  }

  @Test
  void aHeapThatWasTooSmallIsShownWithItsSize() {
    assertThat(Experiment.message(new OutOfMemoryError("Java heap space")))
        .matches("OutOfMemoryError: Java heap space \\(heap of \\d+ MiB; all runs .* share it\\)");
  }
}
