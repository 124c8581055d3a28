package io.grokgrid.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import io.grokgrid.config.PlannedRun;
import io.grokgrid.experiment.Experiment;
import io.grokgrid.experiment.RunResult;
import io.grokgrid.keys.RunSpecs;
import io.grokgrid.tables.Logged;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FailedRunTest {
  @Test
  void leavesItsStackTraceInTheLog() throws Exception {
    PlannedRun run =
        new PlannedRun(
            "0123456789abcdef",
            RunSpecs.of(Map.of("task.p", 7, "model.d_model", 8, "model.d_mlp", 16)));
    Logged logged = new Logged();
    RunResult result =
        new Experiment(run, Device.cpu(), 2, null)
            .run(
                now -> {
                  throw new IllegalStateException("no more", new IOException("of it"));
                },
                (step, file) -> {})
            .orElseThrow();
    assertThat(result.error()).isEqualTo("IllegalStateException: no more");
    assertThat(logged.lines())
        .startsWith(
            "ERROR Experiment: run 0123456789abcdef failed at step 0, attempt 2",
            "java.lang.IllegalStateException: no more")
        .contains("Caused by: java.io.IOException: of it")
        .anyMatch(line -> line.contains("at io.grokgrid.train.Trainer.run("));
  }
}
