package io.grokgrid.jobs;

import io.grokgrid.config.PlannedRun;
import io.grokgrid.config.Study;
import io.grokgrid.store.Finished;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Subtracts from a grid what a store holds. */
public final class PlanJob {
  private final Study study;
  private final Map<String, Finished> store;
  private final boolean retryFailed;

  /**
   * @param store the runs that the store holds, by id
   * @param retryFailed whether failed and diverged runs are to be trained again
   */
  public PlanJob(Study study, Map<String, Finished> store, boolean retryFailed) {
    this.study = study;
    this.store = store;
    this.retryFailed = retryFailed;
  }

  public Plan run() {
    List<PlannedRun> pending = new ArrayList<>();
    int failures = 0;
    int recordedOtherwise = 0;
    for (PlannedRun run : study.runs()) {
      Finished finished = finished(run, store);
      if (finished != null && finished.outcome().isFailure()) {
        failures++;
      }
      if (finished == null || (retryFailed && finished.outcome().isFailure())) {
        pending.add(run);
      } else if (!finished.recordedAs(run.spec())) {
        recordedOtherwise++;
      }
    }
    return new Plan(study, List.copyOf(pending), failures, recordedOtherwise);
  }

  /**
   * What a store holds of a run, whichever of its twins was trained; of several what did not fail.
   */
  static @Nullable Finished finished(PlannedRun run, Map<String, Finished> store) {
    Finished found = store.get(run.id());
    for (String id : run.twins()) {
      Finished twin = store.get(id);
      if (twin != null && (found == null || found.outcome().isFailure())) {
        found = twin;
      }
    }
    return found;
  }
}
