package io.grokgrid.config;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import io.grokgrid.base.Shown;
import io.grokgrid.hocon.Place;
import io.grokgrid.hocon.Problems;
import io.grokgrid.hocon.Written;
import io.grokgrid.keys.Chosen;
import io.grokgrid.keys.Key;
import io.grokgrid.keys.Values;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A key that a grid varies.
 *
 * @param given its values, or the base's alone if none of them could be read
 */
record Axis(Key key, List<Given> given) {
  /** With its first value only. */
  Axis first() {
    return new Axis(key, given.subList(0, 1));
  }

  List<Object> values() {
    return given.stream().map(Given::value).toList();
  }

  /** Reads a list, a range or a single value; what is wrong goes to problems. */
  static Axis read(Given base, String path, ConfigValue written, Chosen chosen, Problems problems) {
    Key key = base.key();
    Place place = Place.of(written.origin());
    Values reader = new Values(chosen, problems);
    List<Given> given = new ArrayList<>();
    if (isOneList(key, written)) {
      String one = Shown.cut(Written.describe(written));
      String advice = "; for all runs alike, run.%s = %s".formatted(key.path(), one);
      problems.add(place, path, "must be a list of lists, such as [" + one + "]", one, advice);
    } else if (written instanceof ConfigObject range && key.isNumber()) {
      Range.of(range, path, isWhole(key), problems)
          .forEach(number -> add(given, key, path, reader.number(key, place, path, number), place));
    } else {
      for (ConfigValue value : written instanceof ConfigList list ? list : List.of(written)) {
        add(given, key, path, reader.read(key, path, value), Place.of(value.origin()));
      }
    }
    if (written instanceof ConfigList list && list.isEmpty()) {
      problems.add(place, path, "must have at least one value, was []");
    }
    Given unreadable = new Given(key, path, base.value(), place, true);
    return new Axis(key, given.isEmpty() ? List.of(unreadable) : given);
  }

  /** What would be one value of a key whose values are lists: an axis of it is a list of lists. */
  private static boolean isOneList(Key key, ConfigValue written) {
    return key.isList()
        && written instanceof ConfigList list
        && !list.isEmpty()
        && list.stream().noneMatch(ConfigList.class::isInstance);
  }

  private static void add(
      List<Given> given, Key key, String path, @Nullable Object value, Place place) {
    if (value != null) {
      given.add(new Given(key, path, value, place, false));
    }
  }

  /** How many values it will have at most; 1 if it cannot be read. */
  static BigInteger size(Key key, ConfigValue written) {
    if (written instanceof ConfigList list) {
      return BigInteger.valueOf(Math.max(1, list.size()));
    }
    return written instanceof ConfigObject range && key.isNumber()
        ? Range.of(range, "", isWhole(key), new Problems()).size().max(BigInteger.ONE)
        : BigInteger.ONE;
  }

  private static boolean isWhole(Key key) {
    return key.type() != double.class;
  }
}
