package io.grokgrid.experiment;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import io.grokgrid.base.Problem;
import io.grokgrid.base.Refused;
import io.grokgrid.experiment.Study.PlannedRun;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The runs of a file: the product of a grid's axes, or the union of such products. */
final class Grid {
  /** A million runs are months of a large cluster; more is a slip of the pen. */
  static final int MOST_RUNS = 1_000_000;

  private final String file;
  private final Base base;
  private final Problems problems;
  private final List<List<Axis>> members = new ArrayList<>();
  private boolean refused; // a run, so that what applies to it is not known

  /**
   * @param file the user's own, as its places name it
   * @param grids none for the one run that {@code base} is
   */
  Grid(String file, Base base, List<ConfigObject> grids, Problems problems) {
    this.file = file;
    this.base = base;
    this.problems = problems;
    grids.forEach(grid -> members.add(axes(grid)));
    if (members.isEmpty()) {
      members.add(List.of());
    }
    checkSize(grids);
  }

  private List<Axis> axes(ConfigObject grid) {
    List<Axis> axes = new ArrayList<>();
    for (Map.Entry<Key, ConfigValue> leaf : Leaves.of(grid, "grid", problems).entrySet()) {
      Key key = leaf.getKey();
      axes.add(Axis.read(key, "grid." + key.path(), leaf.getValue(), problems));
    }
    return axes;
  }

  private void checkSize(List<ConfigObject> grids) {
    double runs = members.stream().mapToDouble(Grid::size).sum();
    if (runs > MOST_RUNS) {
      Place place = Place.of(grids.get(0).origin());
      String was = runs < Long.MAX_VALUE ? "" + (long) runs : "" + runs;
      problems.add(place, "grid", "must have at most " + MOST_RUNS + " runs", was);
      members.clear();
    }
  }

  private static double size(List<Axis> axes) {
    return axes.stream()
        .mapToDouble(axis -> Math.max(1, axis.values().size()))
        .reduce(1, (a, b) -> a * b);
  }

  /** See {@link Study#axes}. */
  Map<String, List<Object>> axes() {
    Map<String, Set<Object>> values = new LinkedHashMap<>();
    for (List<Axis> member : members) {
      member.forEach(axis -> values.put(axis.key().path(), new LinkedHashSet<>()));
    }
    members.forEach(member -> values.forEach((path, all) -> all.addAll(values(member, path))));
    Map<String, List<Object>> lists = new LinkedHashMap<>();
    values.forEach((path, all) -> lists.put(path, List.copyOf(all)));
    return lists;
  }

  private List<Object> values(List<Axis> member, String path) {
    return member.stream()
        .filter(axis -> axis.key().path().equals(path))
        .findFirst()
        .map(Axis::values)
        .orElseGet(() -> List.of(base.values().get(indexOf(path))));
  }

  private static int indexOf(String path) {
    return Key.ALL.stream().map(Key::path).toList().indexOf(path);
  }

  /** The distinct runs, the last axis fastest; runs that cannot be go to problems. */
  List<PlannedRun> runs() {
    Map<String, PlannedRun> runs = new LinkedHashMap<>();
    for (List<Axis> axes : members) {
      List<Axis> readable = axes.stream().filter(axis -> !axis.values().isEmpty()).toList();
      int size = (int) size(readable);
      for (int point = 0; point < size; point++) {
        add(runs, axes, readable, point);
      }
    }
    if (!runs.isEmpty() && !refused && !problems.concern("kind")) {
      refuseIdleKeys(runs.values());
    }
    return List.copyOf(runs.values());
  }

  /**
   * Notes what the user wrote and says nothing about any run: it would be ignored in silence. An
   * included file may say more than its includer's kinds have.
   */
  private void refuseIdleKeys(Collection<PlannedRun> runs) {
    Set<Key> applying = Key.applyingTo(runs.stream().map(PlannedRun::spec).toList());
    for (int i = 0; i < Key.ALL.size(); i++) {
      Key key = Key.ALL.get(i);
      Place place = base.places().get(i);
      boolean ofUser = place.isSetting() || place.source().equals(file);
      if (ofUser && !applying.contains(key)) {
        refuseIdle(runs, key, "run.", place, base.values().get(i));
      }
    }
    for (Axis axis : members.stream().flatMap(List::stream).toList()) {
      if (!applying.contains(axis.key()) && !axis.values().isEmpty()) {
        refuseIdle(runs, axis.key(), "grid.", axis.places().get(0), axis.values().get(0));
      }
    }
  }

  private void refuseIdle(
      Collection<PlannedRun> runs, Key key, String top, Place place, Object value) {
    String kinds =
        runs.stream()
            .map(run -> Key.Kinds.of(run.spec()))
            .map(each -> each.text(key))
            .distinct()
            .collect(Collectors.joining(" or "));
    String rule = "says nothing about runs of " + kinds + ", remove it";
    problems.add(place, top + key.path(), rule, String.valueOf(value));
  }

  private void add(Map<String, PlannedRun> runs, List<Axis> axes, List<Axis> readable, int point) {
    Object[] values = base.values().toArray();
    int[] chosen = new int[values.length];
    int rest = point;
    for (int i = readable.size() - 1; i >= 0; i--) {
      Axis axis = readable.get(i);
      chosen[axis.index()] = rest % axis.values().size();
      values[axis.index()] = axis.values().get(chosen[axis.index()]);
      rest /= axis.values().size();
    }
    try {
      RunSpec spec = RunSpecs.of(values);
      String id = RunId.of(spec);
      runs.putIfAbsent(id, new PlannedRun(id, spec));
    } catch (Refused e) {
      refused = true;
      e.problems().forEach(problem -> note(problem, axes, chosen));
    }
  }

  /** Puts a record's problem where the value was written, unless that value could not be read. */
  private void note(Problem problem, List<Axis> axes, int[] chosen) {
    int index = indexOfName(problem.field());
    String path = Key.ALL.get(index).path();
    for (Axis axis : axes) {
      if (axis.index() == index) {
        if (!axis.values().isEmpty()) {
          Place place = axis.places().get(chosen[index]);
          problems.add(place, "grid." + path, problem.rule(), problem.value());
        }
        return;
      }
    }
    if (!base.unreadable().contains(Key.ALL.get(index))) {
      problems.add(base.places().get(index), "run." + path, problem.rule(), problem.value());
    }
  }

  private static int indexOfName(String name) {
    return Key.ALL.stream().map(Key::name).toList().indexOf(name);
  }
}
