package io.grokgrid.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import io.grokgrid.hocon.Limits;
import io.grokgrid.hocon.Place;
import io.grokgrid.hocon.Problems;
import io.grokgrid.keys.Key;
import io.grokgrid.keys.KeyValues;
import io.grokgrid.keys.Leaves;
import io.grokgrid.keys.RunSpecs;
import io.grokgrid.run.RunSpec;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The product of axes: a grid, or a member of a union. */
record Product(Base base, List<Axis> axes) {
  /** One value of each axis, and those of the base for all other keys. */
  record Point(Base base, Map<Key, Given> chosen) {
    Given get(Key key) {
      Given of = chosen.get(key);
      return of == null ? base.get(key) : of;
    }

    /**
     * @throws io.grokgrid.base.Refused if there is no such run
     */
    RunSpec run() {
      KeyValues values = base.values();
      for (Given each : chosen.values()) {
        values = values.with(each.key(), each.value());
      }
      return RunSpecs.of(values);
    }
  }

  /**
   * Reads the members of a grid; what is wrong goes to problems.
   *
   * @param grids none for the one run that {@code base} is
   * @return none after noting that there are too many runs, before any value of an axis is made
   */
  static List<Product> read(Base base, List<ConfigObject> grids, Problems problems) {
    if (grids.isEmpty()) {
      return List.of(new Product(base, List.of()));
    }
    List<Map<Key, ConfigValue>> members =
        grids.stream().map(grid -> Leaves.of(grid, "grid", base.chosen(), problems)).toList();
    BigInteger runs = members.stream().map(Product::size).reduce(BigInteger.ZERO, BigInteger::add);
    if (runs.compareTo(BigInteger.valueOf(Limits.MOST_RUNS)) > 0) {
      String rule = "must have at most " + Limits.MOST_RUNS + " runs";
      problems.add(Place.of(grids.get(0).origin()), "grid", rule, runs.toString());
      return List.of();
    }
    return members.stream().map(member -> read(base, member, problems)).toList();
  }

  private static Product read(Base base, Map<Key, ConfigValue> leaves, Problems problems) {
    List<Axis> axes = new ArrayList<>();
    leaves.forEach(
        (key, value) ->
            axes.add(
                Axis.read(base.get(key), "grid." + key.path(), value, base.chosen(), problems)));
    return new Product(base, axes);
  }

  private static BigInteger size(Map<Key, ConfigValue> leaves) {
    return leaves.entrySet().stream()
        .map(leaf -> Axis.size(leaf.getKey(), leaf.getValue()))
        .reduce(BigInteger.ONE, BigInteger::multiply);
  }

  Product map(UnaryOperator<Axis> change) {
    return new Product(base, axes.stream().map(change).toList());
  }

  /** The axis of a key, if there is one. */
  Stream<Axis> axes(Key key) {
    return axes.stream().filter(axis -> axis.key() == key);
  }

  int size() {
    return axes.stream().mapToInt(axis -> axis.given().size()).reduce(1, (a, b) -> a * b);
  }

  /** All points, the last axis fastest. */
  Stream<Point> points() {
    return IntStream.range(0, size()).mapToObj(this::point);
  }

  private Point point(int index) {
    Map<Key, Given> chosen = new HashMap<>();
    int rest = index;
    for (int i = axes.size() - 1; i >= 0; i--) {
      List<Given> given = axes.get(i).given();
      chosen.put(axes.get(i).key(), given.get(rest % given.size()));
      rest /= given.size();
    }
    return new Point(base, chosen);
  }
}
