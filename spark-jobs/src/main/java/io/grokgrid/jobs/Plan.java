package io.grokgrid.jobs;

import io.grokgrid.config.PlannedRun;
import io.grokgrid.config.Study;
import io.grokgrid.run.Cost;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;

/**
 * What a sweep would do.
 *
 * @param pending the runs to train, in the order of the grid
 * @param goingOn ids of those that were out of time and have more now
 * @param again ids of those that are in the store and are trained from the start once more
 * @param failures how many runs of the grid failed or diverged, whether pending or not
 * @param outOfTime how many runs that are not pending were out of time
 * @param lacking how many runs that are not pending lack what, by its name
 * @param lackingRuns how many runs lack anything
 * @param recordedOtherwise how many finished runs were recorded with other settings than asked
 */
public record Plan(
    Study study,
    List<PlannedRun> pending,
    Set<String> goingOn,
    Set<String> again,
    int failures,
    int outOfTime,
    SortedMap<String, Integer> lacking,
    int lackingRuns,
    int recordedOtherwise) {
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
