package io.grokgrid.jobs;

import io.grokgrid.config.PlannedRun;
import io.grokgrid.console.Report;
import io.grokgrid.experiment.SavedRun;
import io.grokgrid.store.SavedRuns;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Looks on while a run trains: reports it once a second and saves it as often as it asks. */
final class Lookout implements Predicate<SavedRun> {
  private static final double REPORT_SECONDS = 1;

  /** The first state comes early where a run that is cut before it counts as started in vain. */
  private static final double FIRST_SAVE_SECONDS = 0.25;

  /** Else a run that ends within this has nothing to save. */
  private static final double UNMARKED_SECONDS = 2;

  private final PlannedRun run;
  private final SavedRuns.Start start;
  private final SavedRuns saved;
  private final Predicate<Report> driver;
  private final BooleanSupplier isLeaving;
  private final DoubleSupplier clock;
  private final double saveSeconds;
  private final double firstSaveSeconds;
  private @Nullable SavedRun last;
  private boolean hasSaved;
  private boolean isKept;
  private boolean outOfTime;
  private int reportedStep = -1;
  private double reportedAt;
  private double savedAt;

  /**
   * Begins to look on.
   *
   * @param driver is told of the run, and says whether it is to go on
   * @param isLeaving whether its process is told to go
   * @param clock seconds
   */
  Lookout(
      PlannedRun run,
      SavedRuns.Start start,
      SavedRuns saved,
      Predicate<Report> driver,
      BooleanSupplier isLeaving,
      DoubleSupplier clock) {
    this.run = run;
    this.start = start;
    isKept = start.saved() != null;
    this.saved = saved;
    this.driver = driver;
    this.isLeaving = isLeaving;
    this.clock = clock;
    saveSeconds = run.spec().record().stateEverySeconds();
    firstSaveSeconds =
        Math.min(start.isMarked() ? FIRST_SAVE_SECONDS : UNMARKED_SECONDS, saveSeconds);
    reportedAt = clock.getAsDouble();
    savedAt = reportedAt;
  }

  @Override
  public boolean test(SavedRun now) {
    last = now;
    if (reportedStep < 0) {
      reportedStep = now.state().step();
    }
    double time = clock.getAsDouble();
    double wait = hasSaved ? saveSeconds : firstSaveSeconds;
    outOfTime = run.spec().training().isOutOfTime(now.state().seconds());
    if (saveSeconds > 0 && (time - savedAt >= wait || outOfTime)) {
      save(now);
    }
    if (isLeaving.getAsBoolean()) {
      if (saveSeconds > 0) {
        save(now);
      }
      return false;
    }
    return time - reportedAt < REPORT_SECONDS || report(now, time);
  }

  private boolean report(SavedRun now, double time) {
    int step = now.state().step();
    double rate = (step - reportedStep) / (time - reportedAt);
    reportedAt = time;
    reportedStep = step;
    boolean goOn = driver.test(new Report(run.id(), step, rate, ""));
    if (!goOn && saveSeconds > 0) {
      save(now);
    }
    return goOn;
  }

  private void save(SavedRun now) {
    saved.save(now);
    savedAt = clock.getAsDouble();
    hasSaved = true;
    isKept = true;
  }

  /**
   * A run that is over keeps its last state until its row is in the store: an executor that is lost
   * in between costs nothing. One too short to have saved any keeps nothing. One that was out of
   * time has saved where it can go on, before its last step was recorded as that.
   *
   * @param over whether the run ended, rather than was told to stop
   */
  void finish(boolean over) {
    if (over && isKept && last != null && !outOfTime) {
      save(last);
    } else if (over && !isKept && start.isMarked()) {
      saved.forget(List.of(run.id()));
    } else if (!over && !hasSaved) {
      saved.withdraw(run.id(), start);
    }
  }
}
