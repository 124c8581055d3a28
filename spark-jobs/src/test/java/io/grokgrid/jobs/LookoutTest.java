package io.grokgrid.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import io.grokgrid.config.PlannedRun;
import io.grokgrid.console.Report;
import io.grokgrid.experiment.Experiment;
import io.grokgrid.experiment.Outcome;
import io.grokgrid.experiment.SavedRun;
import io.grokgrid.keys.RunId;
import io.grokgrid.keys.RunSpecs;
import io.grokgrid.net.Layout;
import io.grokgrid.run.RunSpec;
import io.grokgrid.store.SavedRuns;
import io.grokgrid.store.SavedRuns.SavedState;
import io.grokgrid.store.Store;
import io.grokgrid.train.TrainingState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run of 100 steps a second by a clock that is set by hand. */
class LookoutTest {
  private final SavedRuns saved;
  private final List<Report> reports = new ArrayList<>();
  private double now;
  private boolean goOn = true;
  private boolean isLeaving;

  LookoutTest(@TempDir Path folder) {
    saved = new SavedRuns(new Store(folder.toString()), new Configuration());
  }

  private static PlannedRun run(double saveSeconds) {
    RunSpec spec =
        RunSpecs.of(
            Map.of(
                "task.p", 7,
                "model.d_model", 8,
                "model.d_mlp", 16,
                "record.state_every_seconds", saveSeconds));
    return new PlannedRun(RunId.of(spec), spec);
  }

  private Lookout lookout(PlannedRun run) {
    return lookout(run, saved.start(run));
  }

  private Lookout lookout(PlannedRun run, SavedRuns.Start start) {
    return new Lookout(
        run,
        start,
        saved,
        report -> {
          reports.add(report);
          return goOn;
        },
        () -> isLeaving,
        () -> now);
  }

  private boolean testAt(double seconds, Lookout lookout, PlannedRun run) {
    now = seconds;
    Layout layout = run.spec().layout();
    float[] parameters = new float[layout.size()];
    TrainingState state = new TrainingState(run.spec().training(), layout.tensors(), parameters);
    for (int step = 0; step < Math.round(100 * seconds); step++) {
      state.update(new float[parameters.length]);
    }
    return lookout.test(new SavedRun(run, 1, Instant.EPOCH, state));
  }

  private List<Integer> savedSteps() throws IOException {
    return saved.newest().stream().map(SavedState::step).toList();
  }

  private int attempt(PlannedRun run) {
    return saved.start(run).attempt();
  }

  @Test
  void reportsOnceASecondWithTheRateSince() {
    PlannedRun run = run(30);
    Lookout lookout = lookout(run);
    for (double seconds : new double[] {0, 0.5, 0.99, 1.25, 2, 2.25}) {
      assertThat(testAt(seconds, lookout, run)).isTrue();
    }
    assertThat(reports)
        .containsExactly(new Report(run.id(), 125, 100, ""), new Report(run.id(), 225, 100, ""));
  }

  @Test
  void savesSoonAndThenAsOftenAsTheRunAsks() throws IOException {
    PlannedRun run = run(2);
    Lookout lookout = lookout(run);
    testAt(0.2, lookout, run);
    assertThat(savedSteps()).isEmpty();
    testAt(0.25, lookout, run);
    assertThat(savedSteps()).containsExactly(25);
    testAt(2.2, lookout, run);
    assertThat(savedSteps()).containsExactly(25);
    testAt(2.25, lookout, run);
    assertThat(savedSteps()).containsExactly(225);
  }

  /** Nothing holds it against such a run that it is cut before. */
  @Test
  void savesTheFirstStateLaterWhereTheStartLeftNoMark() throws IOException {
    PlannedRun run = run(30);
    Lookout lookout = lookout(run, new SavedRuns.Start(1, 0, null, false));
    testAt(1.9, lookout, run);
    assertThat(savedSteps()).isEmpty();
    testAt(2, lookout, run);
    assertThat(savedSteps()).containsExactly(200);
    testAt(2.5, lookout, run);
    lookout.finish(true);
    assertThat(savedSteps()).containsExactly(250);
  }

  /** Not once a second, as it reports: its process has little time. */
  @Test
  void savesAtOnceWhereItsProcessIsToldToGo() throws IOException {
    PlannedRun run = run(30);
    Lookout lookout = lookout(run);
    testAt(0.25, lookout, run);
    isLeaving = true;
    assertThat(testAt(0.3, lookout, run)).isFalse();
    lookout.finish(false);
    assertThat(savedSteps()).containsExactly(30);
    assertThat(attempt(run)).isEqualTo(2);
  }

  @Test
  void savesWhenItIsToldToStop() throws IOException {
    PlannedRun run = run(30);
    Lookout lookout = lookout(run);
    testAt(0.25, lookout, run);
    goOn = false;
    assertThat(testAt(0.9, lookout, run)).isTrue();
    assertThat(testAt(1, lookout, run)).isFalse();
    assertThat(savedSteps()).containsExactly(100);
    lookout.finish(false);
    assertThat(savedSteps()).containsExactly(100);
  }

  @Test
  void savesNothingOfARunThatAsksForNone() throws IOException {
    PlannedRun run = run(0);
    Lookout lookout = lookout(run);
    goOn = false;
    assertThat(testAt(3, lookout, run)).isFalse();
    assertThat(savedSteps()).isEmpty();
    lookout.finish(false);
    assertThat(attempt(run)).as("a start that was told to end is none").isEqualTo(1);
  }

  @Test
  void keepsTheLastStateOfARunThatIsOver() throws IOException {
    PlannedRun run = run(30);
    Lookout lookout = lookout(run);
    testAt(0.25, lookout, run);
    testAt(0.7, lookout, run);
    lookout.finish(true);
    assertThat(savedSteps()).containsExactly(70);
  }

  /** What is recorded of its last step behind that is no part of any run that has more time. */
  @Test
  void savesARunThatIsOutOfTimeBeforeItsEndIsRecorded() throws IOException {
    RunSpec spec =
        RunSpecs.of(
            Map.of(
                "task.p", 7,
                "model.d_model", 8,
                "model.d_mlp", 16,
                "training.max_seconds", 1e-9));
    PlannedRun run = new PlannedRun(RunId.of(spec), spec);
    Lookout lookout = lookout(run);
    var ended =
        new Experiment(run, Device.cpu(), 1, null).run(lookout, (step, file) -> {}).orElseThrow();
    lookout.finish(true);

    assertThat(ended.outcome()).isEqualTo(Outcome.OUT_OF_TIME);
    SavedRun kept = Objects.requireNonNull(saved.start(run).saved());
    assertThat(kept.state().step()).isEqualTo(ended.lastStep());
    assertThat(kept.state().metrics().size())
        .isEqualTo(
            ended.lastStep() % 100 == 0 ? ended.metrics().size() : ended.metrics().size() - 1);
  }

  @Test
  void keepsNothingOfARunTooShortToHaveSaved() throws IOException {
    PlannedRun run = run(30);
    Lookout lookout = lookout(run);
    testAt(0.2, lookout, run);
    lookout.finish(true);
    assertThat(savedSteps()).isEmpty();
    assertThat(attempt(run)).isEqualTo(1);
  }

  @Test
  void aStartThatSavedNothingCountsUnlessItWasToldToEnd() {
    PlannedRun run = run(30);
    Lookout unused = lookout(run); // and is lost
    Lookout stopped = lookout(run);
    stopped.finish(false);
    assertThat(attempt(run)).isEqualTo(2);
  }
}
