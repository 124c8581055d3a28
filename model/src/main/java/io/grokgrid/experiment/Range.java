package io.grokgrid.experiment;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The values that {@code {from, until, step}} or {@code {from, to, points, scale}} stands for, in
 * exact decimal arithmetic: 0.1 + 0.2 is 0.3.
 */
final class Range {
  private static final List<String> KEYS =
      List.of("from", "until", "step", "to", "points", "scale");
  private static final MathContext TWELVE_DIGITS = new MathContext(12, RoundingMode.HALF_EVEN);

  private final ConfigObject range;
  private final String path;
  private final boolean whole;
  private final Values values;
  private final Problems problems;

  /**
   * @param whole whether values between the ends are rounded to whole numbers
   */
  Range(ConfigObject range, String path, boolean whole, Problems problems) {
    this.range = range;
    this.path = path;
    this.whole = whole;
    this.values = new Values(problems);
    this.problems = problems;
  }

  /** Empty after noting what is wrong. */
  List<BigDecimal> values() {
    boolean known = true;
    for (String key : range.keySet()) {
      if (!KEYS.contains(key)) {
        problems.add(place(key), path + "." + key, Schema.unknown(key, KEYS));
        known = false;
      }
    }
    if (!known) {
      return List.of();
    }
    if (range.containsKey("to") && !range.containsKey("until") && !range.containsKey("step")) {
      return points();
    }
    if (range.containsKey("until") && !has("to") && !has("points") && !has("scale")) {
      return steps();
    }
    return refuse("", "must be {from, until, step} or {from, to, points, scale}", keys());
  }

  private List<BigDecimal> steps() {
    BigDecimal from = number("from");
    BigDecimal until = number("until");
    BigDecimal step = has("step") ? number("step") : BigDecimal.ONE;
    if (from == null || until == null || step == null) {
      return List.of();
    }
    BigDecimal length = until.subtract(from);
    if (step.signum() == 0 || length.signum() == -step.signum()) {
      return refuse(".step", "must lead from " + from + " to " + until, step.toString());
    }
    if (length.signum() == 0) {
      return refuse("", "must have at least one value, until excluded", "none");
    }
    BigInteger count = length.divide(step, 0, RoundingMode.CEILING).toBigInteger();
    if (count.compareTo(BigInteger.valueOf(Grid.MOST_RUNS)) > 0) {
      return refuse("", "must have at most " + Grid.MOST_RUNS + " values", count.toString());
    }
    List<BigDecimal> steps = new ArrayList<>();
    for (int i = 0; i < count.intValue(); i++) {
      steps.add(from.add(step.multiply(BigDecimal.valueOf(i))));
    }
    return steps;
  }

  private List<BigDecimal> points() {
    BigDecimal from = number("from");
    BigDecimal to = number("to");
    BigDecimal points = number("points");
    String scale = has("scale") ? String.valueOf(value("scale").unwrapped()) : "linear";
    if (from == null || to == null || points == null) {
      return List.of();
    }
    if (!scale.equals("linear") && !scale.equals("log")) {
      return refuse(".scale", "must be one of log, linear", scale);
    }
    if (points.stripTrailingZeros().scale() > 0
        || points.compareTo(BigDecimal.valueOf(2)) < 0
        || points.compareTo(BigDecimal.valueOf(Grid.MOST_RUNS)) > 0) {
      String most = Integer.toString(Grid.MOST_RUNS);
      return refuse(".points", "must be a whole number from 2 to " + most, points.toString());
    }
    if (scale.equals("log") && from.signum() * to.signum() <= 0) {
      return refuse("", "must begin and end on the same side of 0 for scale = log", ends(from, to));
    }
    if (from.compareTo(to) == 0) {
      return refuse("", "must end elsewhere than it begins", ends(from, to));
    }
    return points(from, to, points.intValueExact(), scale.equals("log"));
  }

  private List<BigDecimal> points(BigDecimal from, BigDecimal to, int points, boolean log) {
    List<BigDecimal> spaced = new ArrayList<>();
    for (int i = 0; i < points; i++) {
      BigDecimal point =
          i == 0 ? from : i == points - 1 ? to : inner(from, to, i / (double) (points - 1), log);
      if (spaced.isEmpty() || spaced.get(spaced.size() - 1).compareTo(point) != 0) {
        spaced.add(point);
      }
    }
    return spaced;
  }

  private BigDecimal inner(BigDecimal from, BigDecimal to, double share, boolean log) {
    BigDecimal exact =
        log
            ? between(from.doubleValue(), to.doubleValue(), share)
            : from.add(to.subtract(from).multiply(new BigDecimal(share)));
    return whole ? exact.setScale(0, RoundingMode.HALF_EVEN) : exact.round(TWELVE_DIGITS);
  }

  /** The point at {@code share} of the way on a logarithmic scale. */
  private static BigDecimal between(double from, double to, double share) {
    double logFrom = StrictMath.log(Math.abs(from));
    double logTo = StrictMath.log(Math.abs(to));
    double size = StrictMath.exp(logFrom + share * (logTo - logFrom));
    return new BigDecimal(Math.copySign(size, from));
  }

  private static String ends(BigDecimal from, BigDecimal to) {
    return from + " to " + to;
  }

  private String keys() {
    return "{" + String.join(", ", range.keySet().stream().sorted().toList()) + "}";
  }

  private boolean has(String key) {
    return range.containsKey(key);
  }

  private ConfigValue value(String key) {
    return Objects.requireNonNull(range.get(key));
  }

  private Place place(String key) {
    return Place.of(value(key).origin());
  }

  private @Nullable BigDecimal number(String key) {
    if (!has(key)) {
      problems.add(Place.of(range.origin()), path + "." + key, "must be given");
      return null;
    }
    return values.number(value(key), path + "." + key, "a number");
  }

  private List<BigDecimal> refuse(String below, String rule, String was) {
    ConfigValue value = below.isEmpty() ? range : range.getOrDefault(below.substring(1), range);
    problems.add(Place.of(value.origin()), path + below, rule, was);
    return List.of();
  }
}
