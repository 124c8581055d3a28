package io.grokgrid.llc;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where an estimate is flat: a grid of step size x n_beta x localization, all else alike.
 *
 * <p>The plateau is found from each sound estimate: all that can be reached from it by steps along
 * one axis of the grid, over sound estimates that differ from it by at most {@link #FLAT}. The
 * largest such set is the plateau; among as large ones that of the smallest relative error. It has
 * at least {@link #FEWEST}. Recommended is its member of the smallest relative Monte-Carlo error.
 */
public final class Calibration {
  /** Largest difference on a plateau, relative to the estimate that it is found from. */
  public static final double FLAT = 0.1;

  /** Estimates that a plateau has at least: fewer agree by chance. */
  public static final int FEWEST = 3;

  private final List<Axis> axes;
  private final Map<List<Integer>, LlcSpec> specs = new LinkedHashMap<>();
  private final Map<List<Integer>, Estimate> estimates = new LinkedHashMap<>();

  private record Axis(List<Double> values) {
    /** In ascending order, each once. */
    static Axis of(double... values) {
      return new Axis(Arrays.stream(values).distinct().sorted().boxed().toList());
    }
  }

  /**
   * A row of the table.
   *
   * @param estimate of a checkpoint with these settings
   * @param onPlateau whether it belongs to the plateau
   */
  public record Row(LlcSpec spec, Estimate estimate, boolean onPlateau) {}

  /**
   * A grid without estimates.
   *
   * @param base the rest of the settings
   */
  public Calibration(LlcSpec base, double[] stepSizes, double[] nBetas, double[] localizations) {
    axes = List.of(Axis.of(stepSizes), Axis.of(nBetas), Axis.of(localizations));
    for (int i = 0; i < axes.get(0).values.size(); i++) {
      for (int j = 0; j < axes.get(1).values.size(); j++) {
        for (int k = 0; k < axes.get(2).values.size(); k++) {
          specs.put(List.of(i, j, k), base.with(value(0, i), value(1, j), value(2, k)));
        }
      }
    }
  }

  private double value(int axis, int i) {
    return axes.get(axis).values.get(i);
  }

  /** The settings to make an estimate with, in the order of rows. */
  public List<LlcSpec> specs() {
    return List.copyOf(specs.values());
  }

  /**
   * Adds an estimate.
   *
   * @param spec one of {@link #specs}
   */
  public void add(LlcSpec spec, Estimate estimate) {
    specs.forEach(
        (place, known) -> {
          if (known.equals(spec)) {
            estimates.put(place, estimate);
          }
        });
  }

  /** Those with an estimate. */
  public List<Row> rows() {
    Set<List<Integer>> plateau = plateau();
    return specs.keySet().stream()
        .filter(estimates::containsKey)
        .map(place -> new Row(spec(place), estimate(place), plateau.contains(place)))
        .toList();
  }

  /** The settings to take; nothing where there is no plateau. */
  public Optional<LlcSpec> recommended() {
    return plateau().stream().min(Comparator.comparingDouble(this::error)).map(this::spec);
  }

  private LlcSpec spec(List<Integer> place) {
    return specs.getOrDefault(place, specs.values().iterator().next());
  }

  private Estimate estimate(List<Integer> place) {
    return Optional.ofNullable(estimates.get(place)).orElseThrow();
  }

  private double error(List<Integer> place) {
    return estimate(place).error() / estimate(place).mean();
  }

  private Set<List<Integer>> plateau() {
    return estimates.keySet().stream()
        .filter(this::isSound)
        .sorted(Comparator.comparingDouble(this::error))
        .map(this::around)
        .reduce((one, other) -> other.size() > one.size() ? other : one)
        .filter(largest -> largest.size() >= FEWEST)
        .orElse(Set.of());
  }

  private boolean isSound(List<Integer> place) {
    return estimates.containsKey(place) && estimate(place).verdict() == Verdict.SOUND;
  }

  private Set<List<Integer>> around(List<Integer> centre) {
    Set<List<Integer>> reached = new LinkedHashSet<>(List.of(centre));
    Deque<List<Integer>> open = new ArrayDeque<>(reached);
    while (!open.isEmpty()) {
      for (List<Integer> next : neighbours(open.remove())) {
        if (isSound(next) && isLike(next, centre) && reached.add(next)) {
          open.add(next);
        }
      }
    }
    return reached;
  }

  private boolean isLike(List<Integer> place, List<Integer> centre) {
    double of = estimate(centre).mean();
    return Math.abs(estimate(place).mean() - of) <= FLAT * of;
  }

  private static List<List<Integer>> neighbours(List<Integer> place) {
    List<List<Integer>> found = new ArrayList<>();
    for (int axis = 0; axis < place.size(); axis++) {
      for (int by : new int[] {-1, 1}) {
        List<Integer> next = new ArrayList<>(place);
        next.set(axis, place.get(axis) + by);
        found.add(next);
      }
    }
    return found;
  }
}
