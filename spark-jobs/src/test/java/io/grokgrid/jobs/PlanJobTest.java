package io.grokgrid.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.grokgrid.config.PlannedRun;
import io.grokgrid.config.Study;
import io.grokgrid.experiment.Outcome;
import io.grokgrid.keys.Key;
import io.grokgrid.run.RunSpec;
import io.grokgrid.store.Finished;
import io.grokgrid.tables.Example;
import io.grokgrid.train.Milestones;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanJobTest {
  private static final PlanJob.Again FAILED = new PlanJob.Again(true, false);

  private final Study study = Example.study();
  private final Map<String, Finished> store = new HashMap<>();

  PlanJobTest() {
    List<PlannedRun> runs = study.runs();
    store.put(runs.get(0).id(), finished(Outcome.GROKKED, Map.of("attention_every", 500)));
    store.put(runs.get(1).id(), finished(Outcome.FAILED, Map.of()));
    store.put(runs.get(2).id(), finished(Outcome.DIVERGED, Map.of()));
    store.put("0000000000000000", finished(Outcome.GROKKED, Map.of()));
  }

  private static Finished finished(Outcome outcome, Map<String, Object> recorded) {
    Milestones reached = new Milestones(100, outcome == Outcome.GROKKED ? 500 : null, null);
    return new Finished(outcome, recorded, 600, reached, 12.5);
  }

  @Test
  void subtractsWhatTheStoreHolds() {
    Plan plan = new PlanJob(study, store, PlanJob.Again.NONE).run();

    assertThat(plan.runs()).isEqualTo(6);
    assertThat(plan.finished()).isEqualTo(3);
    assertThat(plan.failures()).isEqualTo(2);
    assertThat(plan.recordedOtherwise()).isEqualTo(1);
    assertThat(plan.pending()).isEqualTo(study.runs().subList(3, 6));
  }

  @Test
  void trainsFailedRunsAgainWhereAsked() {
    Plan plan = new PlanJob(study, store, FAILED).run();

    assertThat(plan.finished()).isEqualTo(1);
    assertThat(plan.pending()).isEqualTo(study.runs().subList(1, 6));
  }

  /** Whoever trained it, maybe before twins were known to be one run. */
  @Test
  void aRunIsFinishedWhereAnyOfItsTwinsIs() {
    Study twins = twins();
    PlannedRun adamw = twins.runs().get(0);
    assertThat(adamw.twins()).hasSize(2);
    Finished failed = finished(Outcome.FAILED, Map.of());
    Finished grokked = finished(Outcome.GROKKED, Map.of());
    Map<String, Finished> twin = Map.of(adamw.twins().get(1), grokked);
    Map<String, Finished> both = Map.of(adamw.id(), failed, adamw.twins().get(0), grokked);
    Map<String, Finished> none = Map.of(adamw.twins().get(0), failed);

    assertThat(new PlanJob(twins, Map.of(), PlanJob.Again.NONE).run().pending())
        .isEqualTo(twins.runs());
    assertThat(new PlanJob(twins, twin, FAILED).run().pending())
        .isEqualTo(twins.runs().subList(1, 4));
    assertThat(new PlanJob(twins, both, FAILED).run().failures()).isZero();
    assertThat(new PlanJob(twins, both, FAILED).run().finished()).isEqualTo(1);
    assertThat(new PlanJob(twins, none, PlanJob.Again.NONE).run().failures()).isEqualTo(1);
    assertThat(new PlanJob(twins, none, FAILED).run().pending()).isEqualTo(twins.runs());
  }

  @Test
  void aTwinThatEndedCountsBeforeOneThatWasOutOfTime() {
    Study twins = twins();
    PlannedRun adamw = twins.runs().get(0);
    Finished cut = finished(Outcome.OUT_OF_TIME, Map.of());
    Finished grokked = finished(Outcome.GROKKED, Map.of());
    Map<String, Finished> both = Map.of(adamw.id(), cut, adamw.twins().get(0), grokked);

    assertThat(new PlanJob(twins, both, PlanJob.Again.NONE).run().finished()).isEqualTo(1);
  }

  /** They took 12.5 seconds. */
  @ParameterizedTest
  @CsvSource({"0, 6, 1, 0", "13, 6, 1, 0", "12.5, 5, 0, 1", "10, 5, 0, 1"})
  void runsThatWereOutOfTimeGoOnWithMoreOfIt(
      double seconds, int pending, int goingOn, int outOfTime) {
    Study limited = Example.study("run.training.max_seconds=" + seconds);
    Finished cut = finished(Outcome.OUT_OF_TIME, Map.of());
    Map<String, Finished> one = Map.of(limited.runs().get(0).id(), cut);

    Plan plan = new PlanJob(limited, one, PlanJob.Again.NONE).run();

    assertThat(plan.pending()).hasSize(pending);
    assertThat(plan.goingOn()).hasSize(goingOn);
    assertThat(plan.outOfTime()).isEqualTo(outOfTime);
  }

  @Test
  void saysWhatFinishedRunsLackAndTrainsThemAgainWhereAsked() {
    Map<String, Finished> all = new HashMap<>();
    study.runs().forEach(run -> all.put(run.id(), finished(Outcome.GROKKED, Map.of())));
    Study more =
        Example.study("record.checkpoints=3", "record.attention_every=500", "record.analyses=all");
    all.put(study.runs().get(0).id(), finished(Outcome.FAILED, Map.of()));
    all.put(study.runs().get(1).id(), finished(Outcome.GROKKED, Map.of("attention_every", 250)));

    Plan plan = new PlanJob(more, all, PlanJob.Again.NONE).run();
    Plan again = new PlanJob(more, all, new PlanJob.Again(false, true)).run();

    assertThat(plan.pending()).isEmpty();
    assertThat(plan.lacking()).isEqualTo(Map.of("checkpoints", 5, "attention", 4));
    assertThat(plan.lackingRuns()).isEqualTo(5);
    assertThat(again.pending()).isEqualTo(more.runs().subList(1, 6));
    assertThat(again.again()).hasSize(5);
    assertThat(again.lackingRuns()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "checkpoints=5 | checkpoints=3 |",
        "checkpoints=2 | checkpoints=3 | checkpoints",
        "checkpoint_steps=[0, 500] | checkpoint_steps=[500] |",
        "checkpoints_at=[memorised] | checkpoint_steps=[100] |",
        "checkpoints_at=[memorised] | checkpoints_at=[grokked] | checkpoints",
        "attention_every=100 | attention_every=300 |",
        "attention_every=300 | attention_every=100 | attention",
        "attention_every=0 | attention_every=100 | attention",
        "measurements_every=100 | measurements_every=50 | measurements",
        "measurements_every=100 | measurements_every=0 |",
        "analyses=all | analyses=auto |",
        "{measurements_every=50, analyses=auto} | {measurements_every=100, analyses=weights} |",
        "{measurements_every=50} | {measurements_every=100, analyses=circle_fve} | measurements",
      })
  void lacksWhatWasNotRecorded(String recorded, String asked, String lacking) {
    RunSpec there = Example.study(settings(recorded)).runs().get(0).spec();
    RunSpec wanted = Example.study(settings(asked)).runs().get(0).spec();
    Map<String, Object> columns = new HashMap<>();
    for (Key key : Key.ALL) {
      if (key.section().equals("record") && key.value(there) != null) {
        columns.put(key.column(), key.value(there));
      }
    }
    List<String> found = finished(Outcome.GROKKED, columns).lacks(wanted);
    assertThat(String.join(", ", found)).isEqualTo(lacking == null ? "" : lacking);
  }

  private static String[] settings(String record) {
    return record.startsWith("{")
        ? Stream.of(record.substring(1, record.length() - 1).split(", "))
            .map(each -> "record." + each)
            .toArray(String[]::new)
        : new String[] {"record." + record};
  }

  private static Study twins() {
    return Example.study(
        "grid.training={optimizer=[adamw,muon],muon_learning_rate=[0.01,0.03,0.1]}");
  }

  @Test
  void countsEveryGpuThatARunAsksFor() {
    Plan cores = new PlanJob(study, Map.of(), PlanJob.Again.NONE).run();
    Plan gpus = new PlanJob(Example.study("sweep.gpus=2"), Map.of(), PlanJob.Again.NONE).run();

    assertThat(cores.hours()).isGreaterThan(6 * 1000 * 0.05e-3 / 3600);
    assertThat(gpus.hours()).isEqualTo(2 * cores.hours());
  }
}
