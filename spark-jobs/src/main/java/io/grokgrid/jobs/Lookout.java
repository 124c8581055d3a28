package io.grokgrid.jobs;

import io.grokgrid.config.PlannedRun;
import io.grokgrid.console.Report;
import io.grokgrid.experiment.SavedRun;
import io.grokgrid.store.SavedRuns;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Looks on while a run trains: reports it once a second and saves it as often as it asks. */
final class Lookout implements Predicate<SavedRun> {
  private static final double REPORT_SECONDS = 1;

  /** The first state comes early: a run that is cut before it counts as started in vain. */
  private static final double FIRST_SAVE_SECONDS = 0.25;

  private final PlannedRun run;
  private final int attempt;
  private final SavedRuns saved;
  private final double saveSeconds;
  private @Nullable SavedRun last;
  private boolean hasSaved;
  private boolean isKept;
  private int reportedStep = -1;
  private long reported = System.nanoTime();
  private long stored = System.nanoTime();

  Lookout(PlannedRun run, SavedRuns.Start start, SavedRuns saved) {
    this.run = run;
    attempt = start.attempt();
    isKept = start.saved() != null;
    this.saved = saved;
    saveSeconds = run.spec().record().stateEverySeconds();
  }

  @Override
  public boolean test(SavedRun now) {
    last = now;
    int step = now.state().step();
    if (reportedStep < 0) {
      reportedStep = step;
    }
    long time = System.nanoTime();
    double wait = hasSaved ? saveSeconds : Math.min(FIRST_SAVE_SECONDS, saveSeconds);
    if (saveSeconds > 0 && seconds(stored, time) >= wait) {
      save(now);
    }
    if (seconds(reported, time) < REPORT_SECONDS) {
      return true;
    }
    double rate = (step - reportedStep) / seconds(reported, time);
    reported = time;
    reportedStep = step;
    boolean goOn = ProgressPlugin.report(new Report(run.id(), step, rate, ""));
    if (!goOn && saveSeconds > 0) {
      save(now);
    }
    return goOn;
  }

  private void save(SavedRun now) {
    saved.save(now);
    stored = System.nanoTime();
    hasSaved = true;
    isKept = true;
  }

  /**
   * A run that is over keeps its last state until its row is in the store: an executor that is lost
   * in between costs nothing. One too short to have saved any keeps nothing.
   *
   * @param over whether the run ended, rather than was told to stop
   */
  void finish(boolean over) {
    if (over && !isKept) {
      saved.forget(List.of(run.id()));
    } else if (over && last != null) {
      save(last);
    } else if (!over && !hasSaved) {
      saved.withdraw(run.id(), attempt);
    }
  }

  private static double seconds(long from, long to) {
    return (to - from) * 1e-9;
  }
}
