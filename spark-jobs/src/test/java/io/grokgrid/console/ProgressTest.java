package io.grokgrid.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.grokgrid.config.PlannedRun;
import io.grokgrid.tables.Example;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Of six runs of 1,000 steps that cost the same. */
class ProgressTest {
  private static final PrintStream NOWHERE =
      new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);

  private final List<PlannedRun> runs = Example.study("run.training.stop_after_grok=-1").runs();
  private double seconds;
  private final Progress progress = new Progress(runs, NOWHERE, false, () -> seconds);

  private String line(double at) {
    seconds = at;
    return progress.line();
  }

  private void trains(int run, int step, double stepsPerSecond) {
    progress.accept(new Report(runs.get(run).id(), step, stepsPerSecond, ""));
  }

  private void ended(int run, String outcome) {
    progress.accept(new Report(runs.get(run).id(), 1000, 0, outcome));
  }

  @Test
  void nothingIsKnownBeforeTheFirstReport() {
    assertThat(line(5)).isEqualTo("[                ] 0/6 runs");
  }

  @Test
  void aRunThatBeginsHasNoRateAndMakesNoEta() {
    trains(0, 0, 0);
    assertThat(line(5)).isEqualTo("[                ] 0/6 runs; 1 training");
  }

  @Test
  void ratesAreAddedAndTheRestTakesAsLongAsTheWorkBefore() {
    trains(0, 0, 0);
    trains(1, 0, 0);
    trains(0, 500, 40.4);
    trains(1, 1000, 20);
    assertThat(line(30))
        .isEqualTo("[====            ] 0/6 runs; 2 training at 60 steps/s, ETA 1m 30s");
  }

  @Test
  void runsThatEndedAreCountedByHowTheyDid() {
    for (int run = 0; run < 3; run++) {
      trains(run, 0, 0);
    }
    ended(0, "GROKKED");
    ended(1, "FAILED");
    ended(2, "COMPREHENDED");
    assertThat(line(3600))
        .isEqualTo("[========        ] 3/6 runs: 1 failed, 2 generalised, ETA 1h 0m");
    assertThat(progress.ended()).hasSize(3);
  }

  /** What an earlier sweep did of a run took none of this one's time. */
  @Test
  void whatWasSavedBeforeSaysNothingOfTheSpeed() {
    trains(0, 900, 0);
    assertThat(line(5)).isEqualTo("[==              ] 0/6 runs; 1 training");
    trains(0, 1000, 10);
    trains(1, 0, 0);
    trains(1, 1000, 10);
    assertThat(line(11))
        .isEqualTo("[=====           ] 0/6 runs; 2 training at 20 steps/s, ETA 40s");
  }

  @Test
  void theLastLineHasNoEta() {
    for (int run = 0; run < 6; run++) {
      trains(run, 0, 0);
      ended(run, "MEMORISED");
    }
    assertThat(line(60)).isEqualTo("[================] 6/6 runs: 6 memorised");
  }

  @Test
  void whoIsToStopSaysSoAndIsTold() {
    Report report = new Report(runs.get(0).id(), 0, 0, "");
    assertThat(progress.accept(report)).isTrue();
    progress.stop();
    assertThat(progress.accept(report)).isFalse();
    Report unbegun = new Report(runs.get(1).id(), 0, 0, "");
    assertThat(progress.accept(unbegun)).isFalse();
    assertThat(line(5)).endsWith(" 0/6 runs; 1 training; stopping");
  }

  @Test
  void whoIsLateSaysWhatGoesOn() {
    Progress analyses = Progress.ofCheckpoints(Map.of(), NOWHERE, false);
    assertThat(progress.onLate(600)).startsWith("no end of saving after 10m 0s; ");
    assertThat(analyses.onLate(600))
        .startsWith("no end of the checkpoints in flight after 10m 0s; ")
        .doesNotContain("states");
  }

  @Test
  void durationsHaveTwoUnitsAtMost() {
    assertThat(List.of(0.4, 42.0, 200.0, 18_600.0, 360_000.0))
        .extracting(Progress::duration)
        .containsExactly("0s", "42s", "3m 20s", "5h 10m", "100h 0m");
  }

  /** As where the store's claim is lost while Spark starts. */
  @Test
  void whatIsStoppedBeforeItBeginsDoesNotBegin() {
    Progress.stopCurrent();
    try (Progress stopped = new Progress(List.of(), NOWHERE, false).show()) {
      assertThat(stopped.isStopping()).isTrue();
      assertThat(stopped.accept(new Report(runs.get(0).id(), 0, 0, ""))).isFalse();
    }
    try (Progress next = new Progress(List.of(), NOWHERE, false).show()) {
      assertThat(next.isStopping()).isFalse();
      Progress.stopCurrent();
      assertThat(next.isStopping()).isTrue();
    }
  }
}
