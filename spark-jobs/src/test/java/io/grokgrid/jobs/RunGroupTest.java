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
        RunGroup.group(List.of(run("a", 5_000), run("b", 50_000), run("c", 20_000)), 1, 1);
    assertThat(tasks).extracting(task -> task.runs().get(0).id()).containsExactly("b", "c", "a");
  }

  @Test
  void shortRunsShareATaskOfSecondsAndNoneIsLost() {
    List<PlannedRun> runs = new ArrayList<>(Collections.nCopies(4000, run("x", 30)));
    List<RunGroup> tasks = RunGroup.group(runs, 2, 1);
    assertThat(tasks.stream().mapToInt(task -> task.runs().size()).sum()).isEqualTo(4000);
    double seconds = tasks.get(0).runs().size() * Cost.seconds(runs.get(0).spec());
    assertThat(seconds).isBetween(3.0, 4.0);
  }

  @Test
  void aFewShortRunsStillUseEverySlot() {
    List<PlannedRun> runs = new ArrayList<>(Collections.nCopies(8, run("x", 10)));
    assertThat(RunGroup.group(runs, 2, 1)).hasSizeGreaterThanOrEqualTo(4);
  }

  @Test
  void runsOfOneShapeShareABatchAndEverySlotGetsSome() {
    List<PlannedRun> runs = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      runs.add(run("long " + i, 50_000));
      runs.add(new PlannedRun("wide " + i, RunSpecs.of(Map.of("task.p", 7, "model.d_mlp", 576))));
      Map<String, Object> mlp = Map.of("model.kind", "embedding_mlp", "task.p", 7);
      runs.add(new PlannedRun("mlp " + i, RunSpecs.of(mlp)));
    }
    assertThat(batches(RunGroup.group(runs, 2, 4)))
        .containsExactlyInAnyOrder(4, 2, 4, 2, 1, 1, 1, 1, 1, 1);
    assertThat(batches(RunGroup.group(runs, 9, 4))).containsOnly(2, 1).hasSize(12);
    assertThat(batches(RunGroup.group(runs, 2, 1))).containsOnly(1).hasSize(18);
  }

  /** How many runs each batch of these tasks has, as executors take them. */
  private static List<Integer> batches(List<RunGroup> tasks) {
    return tasks.stream()
        .flatMap(task -> RunGroup.batches(task.runs(), 4).stream())
        .map(List::size)
        .toList();
  }
}
