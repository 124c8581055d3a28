package io.grokgrid.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.grokgrid.config.PlannedRun;
import io.grokgrid.keys.RunSpecs;
import io.grokgrid.run.Cost;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunGroupTest {
  private static PlannedRun run(String id, int steps) {
    return new PlannedRun(id, RunSpecs.of(Map.of("task.p", 7, "training.steps", steps)));
  }

  @Test
  void longRunsComeFirstAndAlone() {
    List<RunGroup> tasks =
        RunGroup.group(List.of(run("a", 5_000), run("b", 50_000), run("c", 20_000)), 1);
    assertThat(tasks).extracting(task -> task.runs().get(0).id()).containsExactly("b", "c", "a");
  }

  @Test
  void shortRunsShareATaskOfSecondsAndNoneIsLost() {
    List<PlannedRun> runs = new ArrayList<>(Collections.nCopies(2000, run("x", 30)));
    List<RunGroup> tasks = RunGroup.group(runs, 2);
    assertThat(tasks.stream().mapToInt(task -> task.runs().size()).sum()).isEqualTo(2000);
    double seconds = tasks.get(0).runs().size() * Cost.seconds(runs.get(0).spec());
    assertThat(seconds).isBetween(3.0, 4.0);
  }

  @Test
  void aFewShortRunsStillUseEverySlot() {
    List<PlannedRun> runs = new ArrayList<>(Collections.nCopies(8, run("x", 10)));
    assertThat(RunGroup.group(runs, 2)).hasSizeGreaterThanOrEqualTo(4);
  }
}
