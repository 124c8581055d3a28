package io.grokgrid.keys;

import io.grokgrid.run.RunSpec;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.StringJoiner;

/**
 * The name of a run: a function of what determines its result, and of nothing else. A key that is
 * added later with a default that changes nothing leaves every name as it is.
 */
public final class RunId {
  private static final int BYTES = 8;

  private static final List<Key> SORTED =
      Key.ALL.stream().sorted(Comparator.comparing(Key::path)).toList();

  /** The keys that count, sorted. */
  private static final List<Key> COUNTED = SORTED.stream().filter(RunId::covers).toList();

  private RunId() {}

  /** The first 16 hex digits of the SHA-256 of the canonical form in UTF-8. */
  public static String of(RunSpec run) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(canonical(run).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * A JSON object of the keys that count and differ from their default, by path below {@code run},
   * sorted, without white space; keys that say nothing about runs of these kinds do not count:
   * {@code {"task.p":59,"training.weight_decay":0.3}}. Of {@code record} only {@code metrics_every}
   * counts; {@code max_seconds} does not.
   */
  public static String canonical(RunSpec run) {
    return canonical(run, COUNTED);
  }

  /**
   * The same without one key: equal for runs that differ in nothing else, nor in what follows it.
   */
  public static String canonicalBut(RunSpec run, Key but) {
    return canonical(run, COUNTED.stream().filter(key -> key != but).toList());
  }

  private static String canonical(RunSpec run, List<Key> keys) {
    StringJoiner json = new StringJoiner(",", "{", "}");
    for (Key key : keys) {
      Object value = key.value(run);
      if (value != null && !same(value, Auto.standard(key, run))) {
        json.add("\"" + key.path() + "\":" + text(value));
      }
    }
    return json.toString();
  }

  /**
   * The same of all keys that say something about the run, whatever their values, defaults and the
   * rest of {@code record} too: {@code {"model.activation":"relu",..}}. {@link RunSpecs#of} makes
   * the run of them, and {@link #of} its name.
   */
  public static String whole(RunSpec run) {
    StringJoiner json = new StringJoiner(",", "{", "}");
    for (Key key : SORTED) {
      Object value = key.value(run);
      if (value != null) {
        json.add("\"" + key.path() + "\":" + text(value));
      }
    }
    return json.toString();
  }

  /** Whether a key is part of the name; those that leave a run's result as it is are not. */
  public static boolean covers(Key key) {
    return key.section().equals("record")
        ? key.name().equals("metrics_every")
        : !key.name().equals("max_seconds");
  }

  /** As {@code equals}, but 0.0 is -0.0: they have one canonical form. */
  static boolean same(Object a, Object b) {
    if (a instanceof Double x && b instanceof Double y) {
      return x.doubleValue() == y.doubleValue();
    }
    return a.equals(b);
  }

  private static String text(Object value) {
    if (value instanceof Double number) {
      return number(number);
    }
    return value instanceof String name ? "\"" + name + "\"" : value.toString();
  }

  /**
   * The fewest decimal digits that make the same double, the nearest to it where several do. {@link
   * Double#toString} would not do: what it prints changed with JDK 19.
   */
  public static String number(double value) {
    BigDecimal exact = new BigDecimal(value);
    int digits = 1;
    while (round(exact, digits).doubleValue() != value) {
      digits++;
    }
    BigDecimal shortest = round(exact, digits).stripTrailingZeros();
    boolean whole = shortest.scale() <= 0 && shortest.precision() - shortest.scale() <= 15;
    return whole ? shortest.toPlainString() : shortest.toString();
  }

  private static BigDecimal round(BigDecimal exact, int digits) {
    return exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
  }
}
