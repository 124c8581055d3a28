package io.grokgrid.math;

import io.grokgrid.base.Check;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
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

  /**
   * The curve's value from {@code time} until the next point; before the first point it is 1.
   *
   * @param greenwood what the square of {@code survival} is to be multiplied with for its variance:
   *     the sum of d / (n (n - d)) over the points so far, of d events among n at risk (Greenwood
   *     1926); infinite where nobody is left
   */
  public record Knot(int time, double survival, double greenwood) {
    /**
     * The value that lies {@code normals} standard deviations above this one on the scale of
     * log(-log survival), where bands stay between 0 and 1 (Kalbfleisch and Prentice 1980).
     */
    private double shifted(double normals) {
      double deviation = Math.sqrt(greenwood) / Math.log(survival);
      return Math.pow(survival, Math.exp(normals * deviation));
    }
  }

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
    return first(quantile, Knot::survival);
  }

  /**
   * Lower end of the interval of 95 % of a quantile: the smallest time at which the lower band of
   * the curve is at most {@code 1 - quantile}. It is the test that the curve is {@code 1 -
   * quantile} turned round (Brookmeyer and Crowley 1982), with Greenwood's variance on the scale of
   * log(-log), as R's {@code survfit} has it with {@code conf.type = "log-log"}; where the curve is
   * 0 there is no band.
   *
   * @return null where the band never falls so far
   */
  public @Nullable Integer quantileLow(double quantile) {
    return first(quantile, point -> band(point, -Confidence.NORMAL_QUANTILE));
  }

  /** Upper end of the same: likewise of the upper band, null (no bound) more often. */
  public @Nullable Integer quantileHigh(double quantile) {
    return first(quantile, point -> band(point, Confidence.NORMAL_QUANTILE));
  }

  private static double band(Knot point, double normals) {
    return point.survival() > 0 ? point.shifted(normals) : Double.NaN;
  }

  /** The first time at which such a curve is low enough. */
  private @Nullable Integer first(double quantile, ToDoubleFunction<Knot> height) {
    new Check()
        .that(quantile > 0 && quantile <= 1, "quantile", "must be above 0 and at most 1", quantile)
        .done();
    for (Knot point : curve) {
      if (height.applyAsDouble(point) <= 1 - quantile + ROUNDING) {
        return point.time();
      }
    }
    return null;
  }

  private static List<Knot> curve(List<Observation> sorted) {
    List<Knot> points = new ArrayList<>();
    double survival = 1;
    double greenwood = 0;
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
        greenwood += events / ((double) atRisk * (atRisk - events));
        points.add(new Knot(time, survival, greenwood));
      }
    }
    return List.copyOf(points);
  }
}
