package io.grokgrid.config;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import io.grokgrid.hocon.Place;
import io.grokgrid.hocon.Problems;
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
 * @param values as {@link Values} gives them; none if no value could be read
 * @param places where each value was written
 * @param written what the file has
 */
record Axis(Key key, List<Object> values, List<Place> places, ConfigValue written) {
  /** With its first value only, if it has any. */
  Axis first() {
    int one = Math.min(1, values.size());
    return new Axis(key, values.subList(0, one), places.subList(0, one), written);
  }

  /** Reads a list, a range or a single value; what is wrong goes to problems. */
  static Axis read(Key key, String path, ConfigValue written, Chosen chosen, Problems problems) {
    Axis axis = new Axis(key, new ArrayList<>(), new ArrayList<>(), written);
    Values reader = new Values(chosen, problems);
    if (written instanceof ConfigList list) {
      if (list.isEmpty()) {
        problems.add(Place.of(list.origin()), path, "must have at least one value, was []");
      }
      list.forEach(value -> axis.addValue(path, value, reader));
    } else if (written instanceof ConfigObject range && key.isNumber()) {
      Place place = Place.of(range.origin());
      Range.of(range, path, isWhole(key), problems)
          .forEach(number -> axis.add(reader.number(key, place, path, number), place));
    } else {
      axis.addValue(path, written, reader);
    }
    return axis;
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

  private void addValue(String path, ConfigValue value, Values reader) {
    add(reader.read(key, path, value), Place.of(value.origin()));
  }

  private void add(@Nullable Object value, Place place) {
    if (value != null) {
      values.add(value);
      places.add(place);
    }
  }
}
