package io.grokgrid.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.grokgrid.config.PlannedRun;
import io.grokgrid.config.Study;
import io.grokgrid.console.Format;
import io.grokgrid.console.Table;
import io.grokgrid.jobs.Plan;
import io.grokgrid.tables.Example;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PlanTablesTest {
  private final Study study = Example.study();

  private static Plan plan(
      Study study, List<PlannedRun> pending, int failures, int recordedOtherwise) {
    return new Plan(
        study, pending, Set.of(), Set.of(), failures, 0, new TreeMap<>(), 0, recordedOtherwise);
  }

  @Test
  void saysWhatASweepWouldDo() {
    Plan plan =
        new Plan(
            study,
            study.runs(),
            Set.of(study.runs().get(0).id()),
            Set.of(study.runs().get(1).id(), study.runs().get(2).id()),
            0,
            1,
            new TreeMap<>(Map.of("checkpoints", 3, "attention", 2)),
            4,
            4);
    assertThat(new PlanTables(plan).sentences())
        .containsExactly(
            "6 of 6 runs are pending, of which 1 go on where their time was over and 2 are trained"
                + " again",
            "1 were out of time: a larger training.max_seconds, or 0 for none, goes on with them",
            "4 lack what record asks for now (attention of 2, checkpoints of 3): --rerun-lacking"
                + " trains them again");
    assertThat(new PlanTables(plan(study, List.of(), 0, 0)).sentences())
        .containsExactly("nothing is pending: the store holds all 6 runs");
  }

  /** Half of the study is pending, and 2 of its runs failed. */
  private final PlanTables half = new PlanTables(plan(study, study.runs().subList(3, 6), 2, 1));

  private static PlanTables anew(Study study) {
    return new PlanTables(plan(study, study.runs(), 0, 0));
  }

  private static Iterable<List<@Nullable Object>> items(PlanTables tables) {
    return tables.items().rows();
  }

  @Test
  void anItemIsARow() {
    assertThat(items(half))
        .contains(
            List.of("sweep", "example"),
            List.of("axis seed", "0, 1, 2"),
            List.of("runs", 6),
            List.of("finished", 3),
            List.of("failed or diverged", "2 (--retry-failed trains them again)"),
            List.of("recorded otherwise", "1 of the finished"),
            List.of("pending", 3),
            List.of("training step", "pair tables"));
  }

  @Test
  void whatIsNothingIsNoRow() {
    Plan done = plan(study, List.of(), 0, 0);
    assertThat(items(new PlanTables(done)))
        .extracting(row -> row.get(0))
        .containsExactlyInAnyOrder(
            "sweep",
            "axis weight_decay",
            "axis seed",
            "runs",
            "finished",
            "pending",
            "estimated core-hours");
  }

  @Test
  void manyValuesAreCountedAndShownByTheirEnds() {
    assertThat(items(anew(Example.study("grid.training.seed={from=0,until=20}"))))
        .contains(List.of("axis seed", "0, 1, 2, .., 19 (20 values)"));
  }

  @Test
  void hoursAreOfGpusWhereRunsAskForThem() {
    assertThat(items(anew(Example.study("sweep.gpus=2"))))
        .anyMatch(row -> String.valueOf(row.get(0)).equals("estimated GPU-hours"));
  }

  @Test
  void jsonHasTheAxesByColumn() {
    assertThat(half.json())
        .containsOnlyKeys("sweep", "runs", "finished", "pending", "axes")
        .containsEntry("sweep", "example");
    assertThat(Format.json(half.json()))
        .contains("\"seed\":[0,1,2]")
        .containsPattern("\"weight_decay\":\\[0.5,1(.0)?]")
        .startsWith("{\"sweep\":\"example\",\"runs\":6,\"finished\":3,\"pending\":3,\"axes\":{");
  }

  @Test
  void listsTheIdAndWhatVaries() {
    Table list = half.list();

    assertThat(list.columns()).containsExactlyInAnyOrder("run_id", "seed", "weight_decay");
    assertThat(StreamSupport.stream(list.rows().spliterator(), false).map(row -> row.get(0)))
        .containsExactlyElementsOf(
            study.runs().subList(3, 6).stream().map(PlannedRun::id).toList());
  }

  @Test
  void twinsAreCountedAndListedOnceAndNoted() {
    PlanTables twins =
        anew(
            Example.study(
                "grid.training={optimizer=[adamw,muon],muon_learning_rate=[0.01,0.03,0.1]}"));

    assertThat(items(twins)).contains(List.of("runs", 4));
    assertThat(Format.json(twins.json())).contains("\"muon_learning_rate\":[0.01,0.03,0.1]");
    assertThat(twins.list().rows()).hasSize(4);
    assertThat(twins.table().rows())
        .contains(
            List.of(
                "note",
                "muon_learning_rate moves nothing for optimizer = adamw: 1 run stands for 3"));
  }
}
