package io.grokgrid.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import io.grokgrid.base.Problem;
import io.grokgrid.base.Refused;
import io.grokgrid.base.Shown;
import io.grokgrid.hocon.Limits;
import io.grokgrid.hocon.Place;
import io.grokgrid.hocon.Problems;
import io.grokgrid.keys.Defaults;
import io.grokgrid.keys.Idle;
import io.grokgrid.keys.Key;
import io.grokgrid.keys.KeyValues;
import io.grokgrid.keys.Kinds;
import io.grokgrid.keys.Leaves;
import io.grokgrid.keys.OtherNames;
import io.grokgrid.keys.RunId;
import io.grokgrid.keys.RunSpecs;
import io.grokgrid.run.RunSpec;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The runs of a file: the product of a grid's axes, or the union of such products. */
final class Grid {
  /** Refused points of a grid after which the rest is not looked at: they repeat each other. */
  private static final int MOST_REFUSED = 1_000;

  /** Names of the keys whose values decide which other keys say nothing. */
  private static final Set<String> DECIDING =
      Stream.concat(
              Stream.of("kind"), Idle.keys().stream().flatMap(key -> Idle.deciders(key).stream()))
          .collect(Collectors.toUnmodifiableSet());

  private static final Key SPLIT_SEED = Key.of("task.split_seed");

  private final String file;
  private final Base base;
  private final Problems problems;
  private final List<List<Axis>> members = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private boolean refused; // a run, so that what applies to it is not known
  private int problemsOfRuns;

  /**
   * @param file the user's own, as its places name it
   * @param grids none for the one run that {@code base} is
   */
  Grid(String file, Base base, List<ConfigObject> grids, Problems problems) {
    this.file = file;
    this.base = base;
    this.problems = problems;
    List<Map<Key, ConfigValue>> leaves =
        grids.stream().map(grid -> Leaves.of(grid, "grid", base.chosen(), problems)).toList();
    if (grids.isEmpty()) {
      members.add(List.of());
    } else if (checkSize(leaves, Place.of(grids.get(0).origin()))) {
      leaves.forEach(member -> members.add(axes(member)));
    }
  }

  private List<Axis> axes(Map<Key, ConfigValue> leaves) {
    List<Axis> axes = new ArrayList<>();
    leaves.forEach(
        (key, value) ->
            axes.add(Axis.read(key, "grid." + key.path(), value, base.chosen(), problems)));
    return axes;
  }

  /** Says whether there are few enough runs to make them, before any value of an axis is made. */
  private boolean checkSize(List<Map<Key, ConfigValue>> members, Place place) {
    BigInteger runs = BigInteger.ZERO;
    for (Map<Key, ConfigValue> member : members) {
      BigInteger product = BigInteger.ONE;
      for (Map.Entry<Key, ConfigValue> leaf : member.entrySet()) {
        product = product.multiply(Axis.size(leaf.getKey(), leaf.getValue()));
      }
      runs = runs.add(product);
    }
    boolean few = runs.compareTo(BigInteger.valueOf(Limits.MOST_RUNS)) <= 0;
    if (!few) {
      String rule = "must have at most " + Limits.MOST_RUNS + " runs";
      problems.add(place, "grid", rule, runs.toString());
    }
    return few;
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
        .orElseGet(() -> List.of(base.values().get(Key.of(path))));
  }

  /** The distinct runs, the last axis fastest; runs that cannot be go to problems. */
  List<PlannedRun> runs() {
    Map<String, PlannedRun> few = new LinkedHashMap<>();
    members.forEach(axes -> add(few, axes, axes.stream().map(Grid::deciding).toList()));
    if (!few.isEmpty() && !refused && !problems.concern("kind") && refuseIdleKeys(few.values())) {
      return List.copyOf(few.values());
    }
    Map<String, PlannedRun> runs = new LinkedHashMap<>();
    int points = 0;
    for (List<Axis> axes : members) {
      points += add(runs, axes, axes);
    }
    if (runs.isEmpty() || refused) {
      return List.copyOf(runs.values());
    }
    Twins twins = new Twins(runs.values());
    notes.addAll(twins.notes());
    noteRepeats(points, runs.size());
    List<PlannedRun> distinct = twins.runs();
    notes.addAll(new Notes(distinct).lines(splitSeed()));
    return distinct;
  }

  /** Of an axis that has no part in which keys say nothing, one value stands for all. */
  private static Axis deciding(Axis axis) {
    return DECIDING.contains(axis.key().name()) ? axis : axis.first();
  }

  /** Makes the runs of a member from its axes, or from some of their values; how many points. */
  private int add(Map<String, PlannedRun> runs, List<Axis> axes, List<Axis> chosen) {
    List<Axis> readable = chosen.stream().filter(axis -> !axis.values().isEmpty()).toList();
    int size = (int) size(readable);
    for (int point = 0; point < size; point++) {
      add(runs, axes, readable, point);
    }
    return size;
  }

  /** What a reader of the file would not guess, once the {@link #runs} were made. */
  List<String> notes() {
    return List.copyOf(notes);
  }

  /** Where the seed of the split was written. */
  private Place splitSeed() {
    return members.stream()
        .flatMap(List::stream)
        .filter(axis -> axis.key() == SPLIT_SEED)
        .flatMap(axis -> axis.places().stream())
        .findFirst()
        .orElseGet(() -> base.place(SPLIT_SEED));
  }

  /** Notes what makes points of the grid the same run by the same id. */
  private void noteRepeats(int points, int runs) {
    List<String> recorded =
        members.stream()
            .flatMap(List::stream)
            .filter(axis -> !RunId.covers(axis.key()) && Set.copyOf(axis.values()).size() > 1)
            .map(axis -> axis.key().path())
            .distinct()
            .toList();
    for (String path : recorded) {
      notes.add(path + " is no part of a run's id: its values make no runs, and the first counts");
    }
    if (recorded.isEmpty() && points > runs) {
      notes.add(
          "%d of the grid's %d points are runs that stand before them in it, and count as these"
              .formatted(points - runs, points));
    }
  }

  /**
   * Notes what the user wrote and says nothing about any run: it would be ignored in silence. An
   * included file may say more than its includer's kinds have.
   *
   * @return whether there was any such key
   */
  private boolean refuseIdleKeys(Collection<PlannedRun> planned) {
    boolean found = false;
    List<RunSpec> runs = planned.stream().map(PlannedRun::spec).toList();
    Set<Key> applying = Key.applyingTo(runs);
    for (Key key : Key.ALL) {
      Place place = base.place(key);
      Object value = base.values().get(key);
      boolean ofUser = place.isSetting() || place.source().equals(file);
      if (ofUser && !applying.contains(key)) {
        refuseIdle(runs, key, "run.", place, value);
        found = true;
      } else if (ofUser && !value.equals(Defaults.VALUES.get(key)) && isSilenced(key, runs)) {
        notes.add("%s run.%s = %s %s".formatted(place, key.path(), value, idle(key, runs)));
      }
    }
    for (Axis axis : members.stream().flatMap(List::stream).toList()) {
      Key key = axis.key();
      if (!axis.values().isEmpty() && (!applying.contains(key) || isSilenced(key, runs))) {
        refuseIdle(runs, key, "grid.", axis.places().get(0), axis.values().get(0));
        found = true;
      }
    }
    return found;
  }

  /** Whether other keys than the kinds, all read, make {@code key} say nothing about any run. */
  private boolean isSilenced(Key key, List<RunSpec> runs) {
    return Idle.isIdle(key, runs) && Idle.deciders(key).stream().noneMatch(problems::concern);
  }

  private void refuseIdle(List<RunSpec> runs, Key key, String top, Place place, Object value) {
    String rule = idle(key, runs) + ", remove it";
    Set<String> applying = Key.applyingTo(runs).stream().map(Key::name).collect(Collectors.toSet());
    String advice =
        OtherNames.ofOtherKind(key.name())
            .filter(other -> applying.contains(other) && !applying.contains(key.name()))
            .map(other -> "; did you mean " + other + "?")
            .orElse("");
    problems.add(place, top + key.path(), rule, String.valueOf(value), advice);
  }

  private static String idle(Key key, List<RunSpec> runs) {
    return runs.stream()
        .map(run -> Idle.beside(key, run).orElseGet(() -> Kinds.of(run).text(key)))
        .distinct()
        .collect(Collectors.joining(" or ", "says nothing about runs of ", ""));
  }

  private void add(Map<String, PlannedRun> runs, List<Axis> axes, List<Axis> readable, int point) {
    KeyValues values = base.values();
    Map<Key, Integer> chosen = new HashMap<>();
    int rest = point;
    for (int i = readable.size() - 1; i >= 0; i--) {
      Axis axis = readable.get(i);
      int at = rest % axis.values().size();
      chosen.put(axis.key(), at);
      values = values.with(axis.key(), axis.values().get(at));
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

  /**
   * Puts a record's problem where the value was written, unless that value could not be read; where
   * nobody wrote it, at the first written key that it comes from.
   *
   * @throws io.grokgrid.hocon.InvalidConfiguration with all problems so far, if there were so many
   */
  private void note(Problem problem, List<Axis> axes, Map<Key, Integer> chosen) {
    Written field = written(named(problem.field()), axes, chosen);
    List<Written> causes =
        Causes.of(field.key()).stream().map(key -> written(key, axes, chosen)).toList();
    if (field.isUnreadable()
        || (field.isDerived() && causes.stream().anyMatch(Written::isUnreadable))) {
      return;
    }
    List<Written> known = causes.stream().filter(cause -> !cause.place().isDefault()).toList();
    boolean isWritten = !field.isDerived() && !field.place().isDefault();
    Place place =
        isWritten
            ? field.place()
            : known.stream()
                .map(Written::place)
                .min(Comparator.comparing(each -> !isOfUser(each)))
                .orElse(field.place());
    problems.add(
        place, field.path(), problem.rule(), problem.value(), field.advice(isWritten, known));
    if (++problemsOfRuns > MOST_REFUSED) {
      throw problems.invalid();
    }
  }

  /**
   * A key's value in one point of the grid.
   *
   * @param top {@code run} or {@code grid}
   * @param isUnreadable whether what was written could not be read
   */
  private record Written(Key key, String top, Object value, Place place, boolean isUnreadable) {
    String path() {
      return top + "." + key.path();
    }

    boolean isDerived() {
      return value.equals(Defaults.AUTO);
    }

    /** Where the value comes from, if from elsewhere. */
    String advice(boolean isWritten, List<Written> causes) {
      List<Written> others =
          isWritten ? causes.stream().filter(c -> !c.place.equals(place)).toList() : causes;
      String how = isDerived() ? ", from " : isWritten ? ", beside " : ", the default, beside ";
      String list = others.stream().map(Written::text).collect(Collectors.joining(" and "));
      return others.isEmpty() ? "" : how + list;
    }

    private String text() {
      return key.label() + " " + Shown.cut(value.toString()) + " (" + place + ")";
    }
  }

  private boolean isOfUser(Place place) {
    return place.isSetting() || place.source().equals(file);
  }

  private Written written(Key key, List<Axis> axes, Map<Key, Integer> chosen) {
    for (Axis axis : axes) {
      if (axis.key() == key) {
        int at = chosen.getOrDefault(key, 0);
        return axis.values().isEmpty()
            ? new Written(
                key, "grid", base.values().get(key), Place.of(axis.written().origin()), true)
            : new Written(key, "grid", axis.values().get(at), axis.places().get(at), false);
      }
    }
    Object value = base.values().get(key);
    boolean isUnreadable = base.unreadable().contains(key);
    return new Written(key, "run", value, base.place(key), isUnreadable);
  }

  private static Key named(String name) {
    return Key.ALL.stream().filter(key -> key.name().equals(name)).findFirst().orElseThrow();
  }
}
