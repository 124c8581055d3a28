package io.grokgrid.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import io.grokgrid.base.Nearest;
import io.grokgrid.hocon.Limits;
import io.grokgrid.hocon.Place;
import io.grokgrid.hocon.Problems;
import io.grokgrid.hocon.Written;
import io.grokgrid.keys.Chosen;
import io.grokgrid.keys.Values;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The values that {@code {from, until, step}} or {@code {from, to, points, scale}} stands for, in
 * exact decimal arithmetic: 0.1 + 0.2 is 0.3.
 */
final class Range {
  private static final List<String> KEYS =
      List.of("from", "until", "step", "to", "points", "scale");
  private static final MathContext TWELVE_DIGITS = new MathContext(12, RoundingMode.HALF_EVEN);
  private static final BigInteger MOST = BigInteger.valueOf(Limits.MOST_RUNS);

  private final ConfigObject range;
  private final String path;
  private final boolean whole;
  private final Values reader;
  private final Problems problems;

  private BigInteger size = BigInteger.ZERO;
  private int count;
  private IntFunction<BigDecimal> value = i -> BigDecimal.ZERO;

  private Range(ConfigObject range, String path, boolean whole, Problems problems) {
    this.range = range;
    this.path = path;
    this.whole = whole;
    this.reader = new Values(Chosen.ANY, problems);
    this.problems = problems;
  }

  /**
   * Reads one, which makes none of its values; it has none after noting what is wrong.
   *
   * @param whole whether values between the ends are rounded to whole numbers
   */
  static Range of(ConfigObject range, String path, boolean whole, Problems problems) {
    Range read = new Range(range, path, whole, problems);
    read.read();
    return read;
  }

  /** How many values there are at most: whole numbers that are rounded to the same are one. */
  BigInteger size() {
    return size;
  }

  /** The values, one after the other. */
  void forEach(Consumer<BigDecimal> action) {
    @Nullable BigDecimal last = null;
    for (int i = 0; i < count; i++) {
      BigDecimal next = value.apply(i);
      if (last == null || last.compareTo(next) != 0) {
        action.accept(next);
      }
      last = next;
    }
  }

  private void read() {
    List<String> unknown = range.keySet().stream().filter(key -> !KEYS.contains(key)).toList();
    for (String key : unknown) {
      Place place = Place.of(value(key).origin());
      problems.addUnknown(place, path + "." + key, Nearest.to(key, KEYS), KEYS);
    }
    if (!unknown.isEmpty()) {
      return;
    }
    if (has("to") && !has("until") && !has("step")) {
      readPoints();
    } else if (has("until") && !has("to") && !has("points") && !has("scale")) {
      readSteps();
    } else {
      refuse("", "must be {from, until, step} or {from, to, points, scale}", keys());
    }
  }

  private void readSteps() {
    BigDecimal from = number("from");
    BigDecimal until = number("until");
    BigDecimal step = has("step") ? number("step") : BigDecimal.ONE;
    if (from == null || until == null || step == null) {
      return;
    }
    BigDecimal length = until.subtract(from);
    boolean leadsAway = step.signum() == 0 || length.signum() == -step.signum();
    if (leadsAway && !has("step")) {
      String rule = "must end above where it begins, or have a step below 0";
      refuse("", rule, "{from " + from + ", until " + until + "}");
    } else if (leadsAway) {
      refuse(".step", "must lead from " + from + " to " + until, step.toString());
    } else if (length.signum() == 0) {
      refuse("", "must have at least one value, until excluded", "none");
    } else {
      size = length.divide(step, 0, RoundingMode.CEILING).toBigInteger();
      if (size.compareTo(MOST) > 0) {
        refuse("", "must have at most " + MOST + " values", size.toString());
      } else {
        count = size.intValueExact();
        value = i -> from.add(step.multiply(BigDecimal.valueOf(i)));
      }
    }
  }

  private void readPoints() {
    BigDecimal from = number("from");
    BigDecimal to = number("to");
    BigDecimal points = number("points");
    String scale = has("scale") ? Written.describe(value("scale")) : "linear";
    if (from == null || to == null || points == null) {
      return;
    }
    boolean log = scale.equals("log");
    if (!log && !scale.equals("linear")) {
      refuse(".scale", "must be one of log, linear", scale);
    } else if (points.stripTrailingZeros().scale() > 0
        || points.compareTo(BigDecimal.valueOf(2)) < 0
        || points.compareTo(new BigDecimal(MOST)) > 0) {
      refuse(".points", "must be a whole number from 2 to " + MOST, points.toString());
    } else if (log && from.signum() * to.signum() <= 0) {
      refuse("", "must begin and end on the same side of 0 for scale = log", ends(from, to));
    } else if (from.compareTo(to) == 0) {
      refuse("", "must end elsewhere than it begins", ends(from, to));
    } else {
      count = points.intValueExact();
      BigInteger between = to.subtract(from).abs().toBigInteger().add(BigInteger.TWO);
      size = whole ? between.min(BigInteger.valueOf(count)) : BigInteger.valueOf(count);
      value =
          i -> i == 0 ? from : i == count - 1 ? to : inner(from, to, i / (double) (count - 1), log);
    }
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

  private @Nullable BigDecimal number(String key) {
    if (!has(key)) {
      problems.add(Place.of(range.origin()), path + "." + key, "must be given");
      return null;
    }
    return reader.number(value(key), path + "." + key, "a number");
  }

  private void refuse(String below, String rule, String was) {
    ConfigValue at = below.isEmpty() ? range : range.getOrDefault(below.substring(1), range);
    problems.add(Place.of(at.origin()), path + below, rule, was);
  }
}
