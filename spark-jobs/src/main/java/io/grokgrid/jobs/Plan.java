package io.grokgrid.jobs;

import io.grokgrid.config.PlannedRun;
import io.grokgrid.config.Study;
import io.grokgrid.run.Cost;
import java.util.List;

/**
 * What a sweep would do.
 *
 * @param pending the runs to train, in the order of the grid
 * @param failures how many runs of the grid failed or diverged, whether pending or not
 * @param recordedOtherwise how many finished runs were recorded with other settings than asked
 */
public record Plan(Study study, List<PlannedRun> pending, int failures, int recordedOtherwise) {
  public int runs() {
    return study.runs().size();
  }

  /** Runs that need no training: those of the grid that are not pending. */
  public int finished() {
    return runs() - pending.size();
  }

  /** Estimated hours of one core, or of one GPU where runs ask for them, for all pending runs. */
  public double hours() {
    double seconds = pending.stream().mapToDouble(run -> Cost.seconds(run.spec())).sum();
    return seconds * Math.max(1, study.sweep().gpus()) / 3600;
  }
}
