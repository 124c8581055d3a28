package io.grokgrid.base;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The one way to refuse a value. A record's constructor states its rules one after the other and
 * ends with {@link #done}, which throws one {@link Refused} that holds every rule that was broken.
 */
public final class Check {
  private final List<Problem> problems = new ArrayList<>();

  /** Notes a problem unless {@code holds}. */
  public Check that(boolean holds, String field, String rule, Object value) {
    if (!holds) {
      problems.add(new Problem(field, rule, text(value)));
    }
    return this;
  }

  /** {@code least <= value <= most}. */
  public Check between(String field, double value, double least, double most) {
    return that(
        value >= least && value <= most,
        field,
        "must be from " + text(least) + " to " + text(most),
        value);
  }

  public Check atLeast(String field, double value, double least) {
    return that(
        value >= least && Double.isFinite(value),
        field,
        "must be a finite number of at least " + text(least),
        value);
  }

  public Check positive(String field, double value) {
    return that(
        value > 0 && Double.isFinite(value), field, "must be a finite positive number", value);
  }

  /**
   * @throws Refused if any rule was broken
   */
  public void done() {
    if (!problems.isEmpty()) {
      throw new Refused(problems);
    }
  }

  private static String text(Object value) {
    if (value instanceof Double number && number == Math.rint(number) && Math.abs(number) < 1e15) {
      return Long.toString(number.longValue());
    }
    return value instanceof Enum<?> constant
        ? constant.name().toLowerCase(Locale.ROOT)
        : String.valueOf(value);
  }
}
