package io.grokgrid.math;

import io.grokgrid.base.Check;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The product-limit estimate of the share of runs that have not reached an event by time t (Kaplan
 * and Meier 1958). A run that was observed only until t without reaching it (it is censored) counts
 * as at risk up to and including t: at equal times, events come before censorings.
 */
public final class KaplanMeier {
  /** Products of a thousand fractions are off by less; steps of the curve are larger. */
  private static final double ROUNDING = 1e-9;

  private final List<Knot> curve;

  /** That one run reached the event at {@code time}, or was last seen then without it. */
  public record Observation(int time, boolean reached) implements Serializable {}

  /** The curve's value from {@code time} until the next point; before the first point it is 1. */
  public record Knot(int time, double survival) {}

  /** Of observations in any order, which may be none. */
  public KaplanMeier(List<Observation> observations) {
    List<Observation> sorted = new ArrayList<>(observations);
    sorted.sort(
        Comparator.comparingInt(Observation::time)
            .thenComparing(Observation::reached, Comparator.reverseOrder()));
    curve = curve(sorted);
  }

  /** The points at which the curve falls, in ascending time. */
  public List<Knot> curve() {
    return curve;
  }

  /**
   * The smallest time at which the curve is at most {@code 1 - quantile}, none if it never is.
   *
   * @param quantile a share in (0, 1]; 0.5 is the median
   */
  public @Nullable Integer quantile(double quantile) {
    new Check()
        .that(quantile > 0 && quantile <= 1, "quantile", "must be above 0 and at most 1", quantile)
        .done();
    for (Knot point : curve) {
      if (point.survival() <= 1 - quantile + ROUNDING) {
        return point.time();
      }
    }
    return null;
  }

  private static List<Knot> curve(List<Observation> sorted) {
    List<Knot> points = new ArrayList<>();
    double survival = 1;
    int at = 0;
    while (at < sorted.size()) {
      int time = sorted.get(at).time();
      int atRisk = sorted.size() - at;
      int events = 0;
      for (; at < sorted.size() && sorted.get(at).time() == time; at++) {
        events += sorted.get(at).reached() ? 1 : 0;
      }
      if (events > 0) {
        survival *= (double) (atRisk - events) / atRisk;
        points.add(new Knot(time, survival));
      }
    }
    return List.copyOf(points);
  }
}
