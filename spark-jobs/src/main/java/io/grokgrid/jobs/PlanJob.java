package io.grokgrid.jobs;

import io.grokgrid.config.PlannedRun;
import io.grokgrid.config.Study;
import io.grokgrid.experiment.Outcome;
import io.grokgrid.store.Finished;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Subtracts from a grid what a store holds. */
public final class PlanJob {
  /** Of several rows of twins the first of these counts. */
  private static final Comparator<Finished> BEST_FIRST =
      Comparator.comparing((Finished run) -> run.outcome().isFailure())
          .thenComparing(run -> run.outcome() == Outcome.OUT_OF_TIME);

  private final Study study;
  private final Map<String, Finished> store;
  private final Again again;
  private final List<PlannedRun> pending = new ArrayList<>();
  private final Set<String> goingOn = new HashSet<>();
  private final Set<String> trainedAgain = new HashSet<>();
  private final SortedMap<String, Integer> lacking = new TreeMap<>();
  private int failures;
  private int outOfTime;
  private int lackingRuns;
  private int recordedOtherwise;

  /**
   * Which runs that the store holds are to be trained again.
   *
   * @param failed those that failed or diverged
   * @param lacking those of which not all was recorded that is asked for now
   */
  public record Again(boolean failed, boolean lacking) {
    public static final Again NONE = new Again(false, false);
  }

  /**
   * @param store the runs that the store holds, by id
   */
  public PlanJob(Study study, Map<String, Finished> store, Again again) {
    this.study = study;
    this.store = store;
    this.again = again;
  }

  /** To be called once. */
  public Plan run() {
    for (PlannedRun run : study.runs()) {
      Finished finished = finished(run, store);
      if (finished == null) {
        pending.add(run);
      } else {
        add(run, finished);
      }
    }
    return new Plan(
        study,
        List.copyOf(pending),
        goingOn,
        trainedAgain,
        failures,
        outOfTime,
        lacking,
        lackingRuns,
        recordedOtherwise);
  }

  private void add(PlannedRun run, Finished finished) {
    boolean isFailure = finished.outcome().isFailure();
    failures += isFailure ? 1 : 0;
    List<String> lacks = finished.lacks(run.spec());
    boolean isLacking = again.lacking && !lacks.isEmpty();
    if (isLacking || (again.failed && isFailure)) {
      pending.add(run);
      trainedAgain.add(run.id());
    } else if (finished.canGoOn(run.spec())) {
      pending.add(run);
      goingOn.add(run.id());
    } else {
      outOfTime += finished.outcome() == Outcome.OUT_OF_TIME ? 1 : 0;
      lackingRuns += lacks.isEmpty() ? 0 : 1;
      lacks.forEach(what -> lacking.merge(what, 1, Integer::sum));
      recordedOtherwise += finished.recordedAs(run.spec()) ? 0 : 1;
    }
  }

  /**
   * What a store holds of a run, whichever of its twins was trained; of several what did not fail,
   * and of these what was not out of time.
   */
  static @Nullable Finished finished(PlannedRun run, Map<String, Finished> store) {
    return run.ids().stream()
        .map(store::get)
        .filter(Objects::nonNull)
        .min(BEST_FIRST) // the first of equal ones
        .orElse(null);
  }
}
