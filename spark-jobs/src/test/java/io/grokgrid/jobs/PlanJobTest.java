package io.grokgrid.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.grokgrid.config.PlannedRun;
import io.grokgrid.config.Study;
import io.grokgrid.experiment.Outcome;
import io.grokgrid.store.Finished;
import io.grokgrid.tables.Example;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlanJobTest {
  private final Study study = Example.study();
  private final Map<String, Finished> store = new HashMap<>();

  PlanJobTest() {
    List<PlannedRun> runs = study.runs();
    store.put(runs.get(0).id(), new Finished(Outcome.GROKKED, Map.of("attention_every", 500)));
    store.put(runs.get(1).id(), new Finished(Outcome.FAILED, Map.of()));
    store.put(runs.get(2).id(), new Finished(Outcome.DIVERGED, Map.of()));
    store.put("0000000000000000", new Finished(Outcome.GROKKED, Map.of()));
  }

  @Test
  void subtractsWhatTheStoreHolds() {
    Plan plan = new PlanJob(study, store, false).run();

    assertThat(plan.runs()).isEqualTo(6);
    assertThat(plan.finished()).isEqualTo(3);
    assertThat(plan.failures()).isEqualTo(2);
    assertThat(plan.recordedOtherwise()).isEqualTo(1);
    assertThat(plan.pending()).isEqualTo(study.runs().subList(3, 6));
  }

  @Test
  void trainsFailedRunsAgainWhereAsked() {
    Plan plan = new PlanJob(study, store, true).run();

    assertThat(plan.finished()).isEqualTo(1);
    assertThat(plan.pending()).isEqualTo(study.runs().subList(1, 6));
  }

  /** Whoever trained it, maybe before twins were known to be one run. */
  @Test
  void aRunIsFinishedWhereAnyOfItsTwinsIs() {
    Study twins = twins();
    PlannedRun adamw = twins.runs().get(0);
    assertThat(adamw.twins()).hasSize(2);
    Finished failed = new Finished(Outcome.FAILED, Map.of());
    Finished grokked = new Finished(Outcome.GROKKED, Map.of());
    Map<String, Finished> twin = Map.of(adamw.twins().get(1), grokked);
    Map<String, Finished> both = Map.of(adamw.id(), failed, adamw.twins().get(0), grokked);
    Map<String, Finished> none = Map.of(adamw.twins().get(0), failed);

    assertThat(new PlanJob(twins, Map.of(), false).run().pending()).isEqualTo(twins.runs());
    assertThat(new PlanJob(twins, twin, true).run().pending())
        .isEqualTo(twins.runs().subList(1, 4));
    assertThat(new PlanJob(twins, both, true).run().failures()).isZero();
    assertThat(new PlanJob(twins, both, true).run().finished()).isEqualTo(1);
    assertThat(new PlanJob(twins, none, false).run().failures()).isEqualTo(1);
    assertThat(new PlanJob(twins, none, true).run().pending()).isEqualTo(twins.runs());
  }

  private static Study twins() {
    return Example.study(
        "grid.training={optimizer=[adamw,muon],muon_learning_rate=[0.01,0.03,0.1]}");
  }

  @Test
  void countsEveryGpuThatARunAsksFor() {
    Plan cores = new PlanJob(study, Map.of(), false).run();
    Plan gpus = new PlanJob(Example.study("sweep.gpus=2"), Map.of(), false).run();

    assertThat(cores.hours()).isGreaterThan(6 * 1000 * 0.05e-3 / 3600);
    assertThat(gpus.hours()).isEqualTo(2 * cores.hours());
  }
}
