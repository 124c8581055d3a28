package io.grokgrid.jobs;

import io.grokgrid.config.PlannedRun;
import io.grokgrid.run.Cost;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What one Spark task trains.
 *
 * @param runs in this order
 */
record RunGroup(ArrayList<PlannedRun> runs) implements Serializable {
  /**
   * Runs shorter than this share a task; it is also what a kill may cost of runs too short to save
   * states.
   */
  private static final double SECONDS = 3;

  /**
   * Tasks with the longest runs first, so that no long run starts last.
   *
   * @param slots how many tasks run at a time; no slot is left idle for the sake of long tasks
   */
  static List<RunGroup> group(List<PlannedRun> pending, int slots) {
    List<PlannedRun> longestFirst = new ArrayList<>(pending);
    longestFirst.sort(Comparator.comparingDouble(RunGroup::seconds).reversed());
    double total = pending.stream().mapToDouble(RunGroup::seconds).sum();
    double target = Math.min(SECONDS, total / (4.0 * slots));
    List<RunGroup> tasks = new ArrayList<>();
    RunGroup open = new RunGroup(new ArrayList<>());
    double filled = 0;
    for (PlannedRun run : longestFirst) {
      open.runs.add(run);
      filled += seconds(run);
      if (filled >= target) {
        tasks.add(open);
        open = new RunGroup(new ArrayList<>());
        filled = 0;
      }
    }
    if (!open.runs.isEmpty()) {
      tasks.add(open);
    }
    return tasks;
  }

  private static double seconds(PlannedRun run) {
    return Cost.seconds(run.spec());
  }
}
