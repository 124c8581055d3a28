package io.grokgrid.config;

import com.typesafe.config.ConfigObject;
import io.grokgrid.base.Refused;
import io.grokgrid.hocon.Place;
import io.grokgrid.hocon.Problems;
import io.grokgrid.keys.Key;
import io.grokgrid.keys.RunId;
import io.grokgrid.run.RunSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** The runs of a file: the product of a grid's axes, or the union of such products. */
final class Grid {
  private static final Key SPLIT_SEED = Key.of("task.split_seed");

  private final String file;
  private final Base base;
  private final List<Product> members;
  private final Problems problems;
  private final Refusals refusals;
  private final List<String> notes = new ArrayList<>();

  /**
   * @param file the user's own, as its places name it
   * @param grids none for the one run that {@code base} is
   */
  Grid(String file, Base base, List<ConfigObject> grids, Problems problems) {
    this.file = file;
    this.base = base;
    this.members = Product.read(base, grids, problems);
    this.problems = problems;
    this.refusals = new Refusals(file, problems);
  }

  private Stream<Axis> allAxes() {
    return members.stream().flatMap(member -> member.axes().stream());
  }

  /** See {@link Study#axes}. */
  Map<String, List<Object>> axes() {
    Map<String, List<Object>> values = new LinkedHashMap<>();
    allAxes()
        .map(Axis::key)
        .forEach(key -> values.computeIfAbsent(key.path(), path -> values(key)));
    return values;
  }

  private List<Object> values(Key key) {
    Axis ofBase = new Axis(key, List.of(base.get(key)));
    return members.stream()
        .flatMap(member -> member.axes(key).findFirst().orElse(ofBase).values().stream())
        .distinct()
        .toList();
  }

  /** The distinct runs, the last axis fastest; runs that cannot be go to problems. */
  List<PlannedRun> runs() {
    Map<String, PlannedRun> few = made(member -> member.map(IdleKeys::deciding));
    if (hasIdleKeys(few.values())) {
      return List.copyOf(few.values());
    }
    Map<String, PlannedRun> runs = made(member -> member);
    return runs.isEmpty() || !refusals.isEmpty()
        ? List.copyOf(runs.values())
        : distinct(runs.values());
  }

  /** By id, of all members or of parts of them. */
  private Map<String, PlannedRun> made(UnaryOperator<Product> part) {
    Map<String, PlannedRun> runs = new LinkedHashMap<>();
    members.forEach(member -> part.apply(member).points().forEach(point -> add(runs, point)));
    return runs;
  }

  private void add(Map<String, PlannedRun> runs, Product.Point point) {
    try {
      RunSpec spec = point.run();
      String id = RunId.of(spec);
      runs.putIfAbsent(id, new PlannedRun(id, spec));
    } catch (Refused e) {
      refusals.note(e, point);
    }
  }

  /**
   * Refuses what the user wrote and says nothing about any run. An included file may say more than
   * its includer's kinds have.
   */
  private boolean hasIdleKeys(Collection<PlannedRun> few) {
    if (few.isEmpty() || !refusals.isEmpty() || problems.concern("kind")) {
      return false;
    }
    IdleKeys idle = new IdleKeys(few.stream().map(PlannedRun::spec).toList(), problems, notes);
    base.given().values().stream()
        .filter(given -> given.place().isOf(file))
        .forEach(idle::checkOfRun);
    allAxes().forEach(idle::check);
    return idle.isRefused();
  }

  /** Those that are no twins, after noting what a reader of the file would not guess. */
  private List<PlannedRun> distinct(Collection<PlannedRun> runs) {
    Twins twins = new Twins(runs);
    notes.addAll(twins.notes());
    noteRepeats(members.stream().mapToInt(Product::size).sum(), runs.size());
    List<PlannedRun> distinct = twins.runs();
    notes.addAll(new Notes(distinct).lines(splitSeed()));
    return distinct;
  }

  /** What a reader of the file would not guess, once the {@link #runs} were made. */
  List<String> notes() {
    return List.copyOf(notes);
  }

  /** Where the seed of the split was written. */
  private Place splitSeed() {
    return members.stream()
        .flatMap(member -> member.axes(SPLIT_SEED))
        .map(axis -> axis.given().get(0))
        .findFirst()
        .orElseGet(() -> base.get(SPLIT_SEED))
        .place();
  }

  /** Notes what makes points of the grid the same run by the same id. */
  private void noteRepeats(int points, int runs) {
    List<String> recorded =
        allAxes()
            .filter(axis -> !RunId.covers(axis.key()))
            .filter(axis -> axis.values().stream().distinct().count() > 1)
            .map(axis -> axis.key().path())
            .distinct()
            .toList();
    recorded.forEach(
        path ->
            notes.add(
                path + " is no part of a run's id: its values make no runs, and the first counts"));
    if (recorded.isEmpty() && points > runs) {
      notes.add(
          "%d of the grid's %d points are runs that stand before them in it, and count as these"
              .formatted(points - runs, points));
    }
  }
}
