package io.grokgrid.checkpoints;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What one Spark task does.
 *
 * @param checkpoints in this order
 */
record CheckpointGroup(ArrayList<Checkpoint> checkpoints) implements Serializable {
  private record Timed(Checkpoint checkpoint, double seconds) {}

  /**
   * Tasks with the longest checkpoints first.
   *
   * @param slots how many tasks run at a time; none is left idle for the sake of long tasks
   */
  static List<CheckpointGroup> group(CheckpointWork work, List<Checkpoint> pending, int slots) {
    List<Timed> longestFirst = new ArrayList<>();
    pending.forEach(each -> longestFirst.add(new Timed(each, work.seconds(each))));
    longestFirst.sort(Comparator.comparingDouble(Timed::seconds).reversed());
    double total = longestFirst.stream().mapToDouble(Timed::seconds).sum();
    double target = Math.min(work.taskSeconds(), total / (4.0 * slots));
    List<CheckpointGroup> groups = new ArrayList<>();
    double filled = target;
    for (Timed each : longestFirst) {
      if (filled >= target) {
        groups.add(new CheckpointGroup(new ArrayList<>()));
        filled = 0;
      }
      groups.get(groups.size() - 1).checkpoints.add(each.checkpoint);
      filled += each.seconds;
    }
    return groups;
  }
}
