package io.grokgrid.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.grokgrid.config.PlannedRun;
import io.grokgrid.config.Study;
import io.grokgrid.experiment.Outcome;
import io.grokgrid.experiment.RunResult;
import io.grokgrid.jobs.StatusJob.Ended;
import io.grokgrid.jobs.StatusJob.InFlight;
import io.grokgrid.store.SavedRuns.SavedState;
import io.grokgrid.store.Store;
import io.grokgrid.store.SweepLists;
import io.grokgrid.store.Views;
import io.grokgrid.tables.Example;
import io.grokgrid.tables.Sparks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatusJobTest {
  private static final Instant LAST = Instant.parse("2026-11-21T23:15:12.625Z");

  private static final Configuration HADOOP = new Configuration();

  private final Path folder;

  StatusJobTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void countsRunsASweepAnOutcomeAndAnError() throws IOException {
    assertThat(status(Example.store(folder)).ended())
        .containsExactly(
            new Ended("example", "diverged", 1, LAST, null),
            new Ended("example", "failed", 1, LAST, "out of memory"),
            new Ended("example", "grokked", 3, LAST, null),
            new Ended("example", "memorised", 1, LAST, null));
  }

  @Test
  void showsSavedStatesWithoutAFinishedRow() throws IOException {
    Store store = Example.store(folder);
    saveState("0123456789abcdef", 3000);
    saveState(Example.study().runs().get(0).id(), 100);

    assertThat(status(store).inFlight())
        .containsExactly(new InFlight(null, new SavedState("0123456789abcdef", 3000)));
    assertThat(status(store).ended()).hasSize(4);
  }

  /** Seeds 1 and 2 are of both; the run under way is of the second sweep only. */
  @Test
  void countsARunInEverySweepWhoseGridHoldsIt() throws IOException {
    Store store = Example.store(folder);
    Study second = Example.study("sweep.name=second", "grid.training.seed=[1,2,3]");
    SweepLists.write(store, second, HADOOP);
    String underWay = second.runs().get(2).id();
    saveState(underWay, 100);
    saveState("0123456789abcdef", 3000);

    assertThat(status(store).ended())
        .extracting(ended -> ended.sweep() + " " + ended.outcome() + " " + ended.runs())
        .containsExactly(
            "example diverged 1",
            "example failed 1",
            "example grokked 3",
            "example memorised 1",
            "second diverged 1",
            "second failed 1",
            "second grokked 1",
            "second memorised 1");
    InFlight ofSecond = new InFlight("second", new SavedState(underWay, 100));
    assertThat(status(store).inFlight())
        .containsExactlyInAnyOrder(
            ofSecond, new InFlight(null, new SavedState("0123456789abcdef", 3000)));
    SweepLists.write(store, Example.study("sweep.name=fourth", "grid.training.seed=[3]"), HADOOP);
    assertThat(status(store).inFlight())
        .hasSize(3)
        .contains(ofSecond, new InFlight("fourth", new SavedState(underWay, 100)));
    Views.Restriction of = new Views.Restriction("second", null);
    StatusJob.Status bySweep = new StatusJob(Sparks.session(), store, of, null).run();
    assertThat(bySweep.ended())
        .hasSize(4)
        .allMatch(ended -> "second".equals(ended.sweep()) && ended.runs() == 1);
    assertThat(bySweep.inFlight()).containsExactly(ofSecond);
    Study study = Example.study("sweep.name=third", "grid.training.seed=[0,3]");
    Views.Restriction grid = Views.Restriction.NONE.within(study);
    StatusJob.Status byGrid = new StatusJob(Sparks.session(), store, grid, study).run();
    assertThat(byGrid.ended()).containsExactly(new Ended("third", "grokked", 2, LAST, null));
    assertThat(byGrid.inFlight())
        .containsExactly(new InFlight("third", new SavedState(underWay, 100)));
  }

  @Test
  void saysHowManyRunsCanGoOnWithMoreTime() throws IOException {
    Store store = new Store(folder.toString());
    for (PlannedRun run : Example.study().runs().subList(0, 2)) {
      RunResult cut = Example.ended(Example.result(run, 0), Outcome.OUT_OF_TIME, 1000);
      Example.append(store, 1, cut);
    }
    saveState(Example.study().runs().get(1).id(), 1000);

    assertThat(status(store).inFlight()).isEmpty();
    assertThat(status(store).ended())
        .containsExactly(
            new Ended(
                "example",
                "out_of_time",
                2,
                LAST,
                "1 saved where a larger training.max_seconds, or none, goes on"));
  }

  @Test
  void isEmptyBeforeTheFirstSweep() throws IOException {
    Store none = new Store(folder.resolve("out").toString());
    assertThat(status(none))
        .isEqualTo(new StatusJob.Status(List.of(), false, List.of(), List.of()));
  }

  private void saveState(String runId, int step) throws IOException {
    Path state = Files.createDirectories(folder.resolve("state").resolve(runId));
    Files.createFile(state.resolve("step-%08d.state".formatted(step)));
  }

  private static StatusJob.Status status(Store store) throws IOException {
    return new StatusJob(Sparks.session(), store).run();
  }
}
