package io.grokgrid.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import io.grokgrid.hocon.Limits;
import io.grokgrid.hocon.Place;
import io.grokgrid.hocon.Problems;
import io.grokgrid.keys.Key;
import io.grokgrid.keys.Leaves;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The product of axes: a grid, or a member of a union. */
record Product(Base base, List<Axis> axes) {
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
    return isSmall(members, Place.of(grids.get(0).origin()), problems)
        ? members.stream().map(member -> read(base, member, problems)).toList()
        : List.of();
  }

  private static Product read(Base base, Map<Key, ConfigValue> leaves, Problems problems) {
    return new Product(
        base,
        leaves.entrySet().stream()
            .map(
                leaf -> {
                  Given of = base.get(leaf.getKey());
                  String path = "grid." + of.key().path();
                  return Axis.read(of, path, leaf.getValue(), base.chosen(), problems);
                })
            .toList());
  }

  private static boolean isSmall(
      List<Map<Key, ConfigValue>> members, Place place, Problems problems) {
    BigInteger runs = members.stream().map(Product::size).reduce(BigInteger.ZERO, BigInteger::add);
    boolean isSmall = runs.compareTo(BigInteger.valueOf(Limits.MOST_RUNS)) <= 0;
    if (!isSmall) {
      String rule = "must have at most " + Limits.MOST_RUNS + " runs";
      problems.add(place, "grid", rule, runs.toString());
    }
    return isSmall;
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
