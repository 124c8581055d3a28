package io.grokgrid.keys;

import io.grokgrid.net.TransformerSpec;
import io.grokgrid.run.RunSpec;
import io.grokgrid.task.SequenceTask;
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
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The name of a run: a function of what determines its result, and of nothing else. A key that is
 * added later with a default that changes nothing leaves every name as it is.
 */
public final class RunId {
  private static final int BYTES = 8;

  /** A key that counts, with its default; {@code auto} for one that is worked out. */
  private record Counted(String name, Function<RunSpec, @Nullable Object> value, Object standard) {
    Object standard(RunSpec run) {
      return standard.equals(Defaults.AUTO) ? derived(name, run) : standard;
    }
  }

  private static final List<Counted> COUNTED =
      IntStream.range(0, Key.ALL.size())
          .filter(i -> covers(Key.ALL.get(i)))
          .mapToObj(i -> counted(Key.ALL.get(i), Defaults.run().get(i)))
          .sorted(Comparator.comparing(Counted::name))
          .toList();

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
    StringJoiner json = new StringJoiner(",", "{", "}");
    for (Counted counted : COUNTED) {
      Object value = counted.value().apply(run);
      if (value != null && !same(value, counted.standard(run))) {
        json.add("\"" + counted.name() + "\":" + text(value));
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

  private static Counted counted(Key key, Object standard) {
    return new Counted(key.path(), key.reader(), standard);
  }

  /** The value that {@code auto} stands for; 0, which no run has, where there is none. */
  private static Object derived(String path, RunSpec run) {
    return switch (path) {
      case "task.split_seed" -> run.training().seed();
      case "task.vocabulary" -> RunSpecs.vocabulary(((SequenceTask) run.task()).rule());
      case "task.ood_length" -> RunSpecs.oodLength(((SequenceTask) run.task()).rule());
      case "model.positions" -> positions(run);
      case "model.d_head" -> headWidth((TransformerSpec) run.model());
      default -> throw new IllegalStateException("nothing says what auto is for " + path);
    };
  }

  /** {@code positions} where it is {@code auto}. */
  static int positions(RunSpec run) {
    return run.task() instanceof SequenceTask task
        ? RunSpecs.positions(task.length(), task.oodLength())
        : run.signature().length();
  }

  private static int headWidth(TransformerSpec model) {
    return model.dModel() % model.heads() == 0 ? model.dModel() / model.heads() : 0;
  }

  /** As {@code equals}, but 0.0 is -0.0: they have one canonical form. */
  private static boolean same(Object a, Object b) {
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
