package io.grokgrid.config;

import io.grokgrid.keys.Idle;
import io.grokgrid.keys.Key;
import io.grokgrid.keys.RunId;
import io.grokgrid.run.RunSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
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
    PlannedRun chosen =
        Collections.min(
            group, Comparator.comparingLong(run -> Idle.differences(run.spec(), normal)));
    List<String> others =
        group.stream().map(PlannedRun::id).filter(id -> !id.equals(chosen.id())).toList();
    return new PlannedRun(chosen.id(), chosen.spec(), others);
  }

  /**
   * What makes twins.
   *
   * @param beside what silences the key, and where
   * @param runs how many are trained
   * @param written how many they stand for
   */
  private record Cause(Set<String> beside, int runs, int written) {
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
    Idle.keys()
        .forEach(
            key -> keys.computeIfAbsent(cause(key), none -> new ArrayList<>()).add(key.name()));
    return keys.entrySet().stream()
        .filter(each -> each.getKey().runs > 0)
        .map(each -> each.getKey().text(each.getValue()))
        .toList();
  }

  private Cause cause(Key key) {
    List<List<PlannedRun>> moved =
        groups.stream().filter(group -> group.size() > 1 && varies(key, group)).toList();
    Set<String> beside = new LinkedHashSet<>();
    moved.forEach(group -> beside(key, group).ifPresent(beside::add));
    return new Cause(beside, moved.size(), moved.stream().mapToInt(List::size).sum());
  }

  private static boolean varies(Key key, List<PlannedRun> group) {
    Object first = key.value(group.get(0).spec());
    return group.stream().anyMatch(run -> !Objects.equals(first, key.value(run.spec())));
  }

  private static Optional<String> beside(Key key, List<PlannedRun> group) {
    return group.stream().flatMap(run -> Idle.beside(key, run.spec()).stream()).findFirst();
  }
}
