package io.grokgrid.jobs;

import io.grokgrid.config.PlannedRun;
import io.grokgrid.run.Cost;
import io.grokgrid.run.Together;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
   * Tasks with the longest runs first, so that no long run starts last. Runs that should take as
   * long as each other are mixed, in the order of their ids, so that the first that end are a
   * sample of all, in which the conditions of a grid stand side by side.
   *
   * @param slots how many tasks run at a time; no slot is left idle for the sake of long tasks
   * @param atOnce runs of one shape that are trained at once
   */
  static List<RunGroup> group(List<PlannedRun> pending, int slots, int atOnce) {
    double total = total(pending);
    double target = Math.min(SECONDS, total / (4.0 * slots));
    int aSlot = (pending.size() + slots - 1) / slots;
    List<RunGroup> tasks = new ArrayList<>();
    RunGroup open = new RunGroup(new ArrayList<>());
    double filled = 0;
    for (List<PlannedRun> batch : longestFirst(pending, Math.min(atOnce, aSlot))) {
      open.runs.addAll(batch);
      filled += total(batch);
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

  private static List<List<PlannedRun>> longestFirst(List<PlannedRun> pending, int atOnce) {
    List<PlannedRun> runs = new ArrayList<>(pending);
    runs.sort(
        Comparator.comparingDouble(RunGroup::seconds).reversed().thenComparing(PlannedRun::id));
    if (atOnce > 1) {
      Map<Object, List<PlannedRun>> alike = new LinkedHashMap<>();
      runs.forEach(run -> alike.computeIfAbsent(shape(run), any -> new ArrayList<>()).add(run));
      runs = alike.values().stream().flatMap(List::stream).toList();
    }
    List<List<PlannedRun>> batches = batches(runs, atOnce);
    batches.sort(Comparator.<List<PlannedRun>>comparingDouble(RunGroup::total).reversed());
    return batches;
  }

  /** None of a run that is trained by itself. */
  private static Optional<Together.Shape> shape(PlannedRun run) {
    return Together.Shape.of(run.spec());
  }

  /**
   * Neighbours of one shape, to be trained at once.
   *
   * @param most runs in a batch
   */
  static List<List<PlannedRun>> batches(List<PlannedRun> runs, int most) {
    List<List<PlannedRun>> batches = new ArrayList<>();
    Optional<Together.Shape> last = Optional.empty();
    int room = 0;
    for (PlannedRun run : runs) {
      Optional<Together.Shape> shape = most > 1 ? shape(run) : Optional.empty();
      if (room == 0 || !shape.equals(last)) {
        batches.add(new ArrayList<>());
        room = shape.map(each -> Math.min(most, each.most())).orElse(1);
      }
      batches.get(batches.size() - 1).add(run);
      room--;
      last = shape;
    }
    return batches;
  }

  private static double total(List<PlannedRun> runs) {
    return runs.stream().mapToDouble(RunGroup::seconds).sum();
  }

  private static double seconds(PlannedRun run) {
    return Cost.seconds(run.spec());
  }
}
