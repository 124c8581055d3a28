package io.grokgrid.jobs;

import io.grokgrid.experiment.Study;
import io.grokgrid.experiment.Study.PlannedRun;
import io.grokgrid.tables.Finished;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

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
      Finished finished = store.get(run.id());
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
}
