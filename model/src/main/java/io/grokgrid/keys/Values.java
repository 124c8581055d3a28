package io.grokgrid.keys;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import io.grokgrid.base.Nearest;
import io.grokgrid.base.Shown;
import io.grokgrid.hocon.Place;
import io.grokgrid.hocon.Problems;
import io.grokgrid.hocon.Written;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Turns configured values into the values of keys: Integer, Long, Double, Boolean, the lower-case
 * name of an enum's constant, or {@link Defaults#AUTO}.
 */
public final class Values {
  private static final Map<Class<?>, String> EXPECTED =
      Map.of(
          int.class, "a whole number",
          long.class, "a whole number",
          double.class, "a number",
          boolean.class, "true or false",
          String.class, "a text");

  /** However large: what is none of these was not meant as a number. */
  private static final Pattern NUMBER = Pattern.compile("[-+]?\\d*\\.?\\d*([eE][-+]?\\d+)?");

  private static final Pattern SEVERAL = Pattern.compile(".*(\\.\\.|[,;:|\\s]|\\d-\\d).*");

  private final Chosen chosen;
  private final Problems problems;

  /**
   * @param chosen the kinds whose constants can be meant
   */
  public Values(Chosen chosen, Problems problems) {
    this.chosen = chosen;
    this.problems = problems;
  }

  /** The value of {@code key}, or null after noting what is wrong with it. */
  public @Nullable Object read(Key key, String path, ConfigValue value) {
    Place place = Place.of(value.origin());
    String text = key.isList() ? several(value) : Written.text(value);
    if (text == null) {
      String was = Written.describe(value);
      problems.add(place, path, "must be " + expected(key), was, advice(key, path, value));
      return null;
    }
    if (key.type() == String.class || (text.equals(Defaults.AUTO) && Defaults.isDerived(key))) {
      return text;
    }
    if (!key.isNumber()) {
      return key.type().isEnum()
          ? constant(key, place, path, text)
          : bool(place, path, value, text);
    }
    BigDecimal number = number(place, path, expected(key), text, advice(key, path, value));
    return number == null ? null : number(key, place, path, number);
  }

  /** A list's values with commas in between; null of one that holds another. */
  private static @Nullable String several(ConfigValue value) {
    if (!(value instanceof ConfigList list)) {
      return Written.text(value);
    }
    List<@Nullable String> texts = new ArrayList<>();
    list.forEach(item -> texts.add(Written.text(item)));
    return texts.contains(null) ? null : String.join(", ", texts);
  }

  /** {@code number} as the type of {@code key}, or null after noting why it cannot be that. */
  public @Nullable Object number(Key key, Place place, String path, BigDecimal number) {
    if (key.type() == double.class) {
      return number.doubleValue();
    }
    if (number.stripTrailingZeros().scale() > 0) {
      problems.add(place, path, "must be a whole number", plain(number));
      return null;
    }
    boolean isInt = key.type() == int.class;
    try {
      return isInt ? (Object) number.intValueExact() : (Object) number.longValueExact();
    } catch (ArithmeticException e) {
      String range =
          isInt
              ? Integer.MIN_VALUE + " to " + Integer.MAX_VALUE
              : Long.MIN_VALUE + " to " + Long.MAX_VALUE;
      problems.add(place, path, "must be a whole number from " + range, number.toString());
      return null;
    }
  }

  /** A number as it was written, or null after noting that it is none. */
  public @Nullable BigDecimal number(ConfigValue value, String path, String expected) {
    String text = Written.text(value);
    if (text == null) {
      problems.add(Place.of(value.origin()), path, "must be " + expected, Written.describe(value));
      return null;
    }
    return number(Place.of(value.origin()), path, expected, text, "");
  }

  private @Nullable BigDecimal number(
      Place place, String path, String expected, String text, String advice) {
    try {
      BigDecimal number = new BigDecimal(text.strip());
      double value = number.doubleValue();
      if (Double.isFinite(value) && (value != 0 || number.signum() == 0)) {
        return number.signum() == 0 ? BigDecimal.ZERO : number;
      }
      problems.add(place, path, "must be " + expected + " within 4.9e-324 to 1.8e308", text);
    } catch (NumberFormatException e) {
      problems.add(place, path, "must be " + expected, text, advice);
    }
    return null;
  }

  private @Nullable Object constant(Key key, Place place, String path, String text) {
    if (key.constants().contains(text)) {
      return text;
    }
    String advice =
        Nearest.to(text.toLowerCase(Locale.ROOT), chosen.constants(key))
            .map(name -> "; did you mean " + name + "?")
            .orElse("");
    problems.add(place, path, "must be " + expected(key), text, advice);
    return null;
  }

  private @Nullable Object bool(Place place, String path, ConfigValue value, String text) {
    try {
      return value.atKey("value").getBoolean("value");
    } catch (ConfigException.WrongType e) {
      problems.add(place, path, "must be true or false", text);
      return null;
    }
  }

  private String expected(Key key) {
    if (key.isList()) {
      return "a list such as [a, b]";
    }
    return key.constants().isEmpty()
        ? EXPECTED.getOrDefault(key.type(), key.type().getSimpleName())
        : "one of " + String.join(", ", chosen.constants(key));
  }

  /** How several values are written, where this looks as if several were meant. */
  private static String advice(Key key, String path, ConfigValue value) {
    if (key.type() == String.class && !key.isList() && value instanceof ConfigList) {
      return "; several names are one text, \"a, b\"";
    }
    if (path.startsWith("run.") && !key.isList() && isSeveral(key, value)) {
      String values =
          value instanceof ConfigList
              ? Shown.cut(Written.describe(value))
              : isRange(value) ? "{from = 0, until = 3}" : "[0, 1, 2]";
      return "; run describes one run, grid.%s = %s varies it".formatted(key.path(), values);
    }
    return path.startsWith("grid.") && key.isNumber() && isOdd(Written.text(value))
        ? "; a key of grid takes a value, a list [0, 1, 2], a range {from = 0, until = 3}, or"
            + " points {from = 0.1, to = 10, points = 3, scale = log}"
        : "";
  }

  private static boolean isSeveral(Key key, ConfigValue value) {
    String text = Written.text(value);
    return text == null
        ? value instanceof ConfigList || (key.isNumber() && isRange(value))
        : key.isNumber() && SEVERAL.matcher(text.strip()).matches();
  }

  private static boolean isOdd(@Nullable String text) {
    return text == null || !NUMBER.matcher(text).matches();
  }

  private static boolean isRange(ConfigValue value) {
    return value instanceof ConfigObject object && object.containsKey("from");
  }

  private static String plain(BigDecimal number) {
    return number.stripTrailingZeros().toString();
  }
}
