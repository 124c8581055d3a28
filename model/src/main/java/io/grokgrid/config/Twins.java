package io.grokgrid.config;

import io.grokgrid.keys.Idle;
import io.grokgrid.keys.Key;
import io.grokgrid.keys.RunId;
import io.grokgrid.run.RunSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The runs of a grid, of which those that differ only in keys that say nothing about them ({@link
 * Idle}) are one.
 */
final class Twins {
  private final List<List<PlannedRun>> groups;

  /**
   * @param written the runs with different ids, in the order of the grid
   */
  Twins(Collection<PlannedRun> written) {
    Map<String, List<PlannedRun>> groups = new LinkedHashMap<>();
    for (PlannedRun run : written) {
      RunSpec normal = Idle.normal(run.spec());
      String id = normal.equals(run.spec()) ? run.id() : RunId.of(normal);
      groups.merge(id, List.of(run), Twins::joined);
    }
    this.groups = List.copyOf(groups.values());
  }

  private static List<PlannedRun> joined(List<PlannedRun> group, List<PlannedRun> more) {
    List<PlannedRun> all = group.size() == 1 ? new ArrayList<>(group) : group;
    all.addAll(more);
    return all;
  }

  /** One of each, in the order of the grid. */
  List<PlannedRun> runs() {
    return groups.stream().map(group -> group.size() == 1 ? group.get(0) : chosen(group)).toList();
  }

  /** The most ordinary one, so that other sweeps find it by its id. */
  private static PlannedRun chosen(List<PlannedRun> group) {
    RunSpec normal = Idle.normal(group.get(0).spec());
    PlannedRun chosen = group.get(0);
    long fewest = Long.MAX_VALUE;
    for (PlannedRun run : group) {
      long differences = Idle.differences(run.spec(), normal);
      if (differences < fewest) {
        fewest = differences;
        chosen = run;
      }
    }
    String id = chosen.id();
    return new PlannedRun(
        id,
        chosen.spec(),
        group.stream().map(PlannedRun::id).filter(other -> !other.equals(id)).toList());
  }

  /**
   * What makes twins.
   *
   * @param beside what silences the key, and where
   * @param runs how many are trained
   * @param written how many they stand for
   */
  private record Cause(Set<String> beside, int runs, int written) {
    static final Cause NONE = new Cause(Set.of(), 0, 0);

    Cause and(Optional<String> more, int twins) {
      Set<String> all = new LinkedHashSet<>(beside);
      more.ifPresent(all::add);
      return new Cause(all, runs + 1, written + twins);
    }

    String text(List<String> keys) {
      return "%s %s nothing for %s: %d %s for %d"
          .formatted(
              String.join(", ", keys),
              keys.size() == 1 ? "moves" : "move",
              String.join(" or ", beside),
              runs,
              runs == 1 ? "run stands" : "runs stand",
              written);
    }
  }

  /** Which axes move nothing for which runs, a line each. */
  List<String> notes() {
    Map<Cause, List<String>> keys = new LinkedHashMap<>();
    for (Key key : Idle.keys()) {
      Cause cause = Cause.NONE;
      for (List<PlannedRun> group : groups) {
        if (group.size() > 1 && varies(key, group)) {
          cause = cause.and(beside(key, group), group.size());
        }
      }
      if (!cause.equals(Cause.NONE)) {
        keys.computeIfAbsent(cause, none -> new ArrayList<>()).add(key.name());
      }
    }
    return keys.entrySet().stream().map(each -> each.getKey().text(each.getValue())).toList();
  }

  private static boolean varies(Key key, List<PlannedRun> group) {
    Object first = key.value(group.get(0).spec());
    return group.stream().anyMatch(run -> !Objects.equals(first, key.value(run.spec())));
  }

  private static Optional<String> beside(Key key, List<PlannedRun> group) {
    return group.stream().flatMap(run -> Idle.beside(key, run.spec()).stream()).findFirst();
  }
}
