package io.grokgrid.experiment;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/**
 * A key that a grid varies.
 *
 * @param index of the key in {@link Key#ALL}
 * @param values as {@link Values} gives them; none if no value could be read
 * @param places where each value was written
 * @param written what the file has
 */
record Axis(int index, List<Object> values, List<Place> places, ConfigValue written) {
  Key key() {
    return Key.ALL.get(index);
  }

  /** Reads a list, a range or a single value; what is wrong goes to problems. */
  static Axis read(Key key, String path, ConfigValue written, Problems problems) {
    Axis axis = new Axis(Key.ALL.indexOf(key), new ArrayList<>(), new ArrayList<>(), written);
    if (written instanceof ConfigList list) {
      if (list.isEmpty()) {
        problems.add(Place.of(list.origin()), path, "must have at least one value, was []");
      }
      list.forEach(value -> axis.addValue(path, value, problems));
    } else if (written instanceof ConfigObject range && isNumber(key)) {
      axis.addRange(path, range, problems);
    } else {
      axis.addValue(path, written, problems);
    }
    return axis;
  }

  private static boolean isNumber(Key key) {
    return key.type().isPrimitive() && key.type() != boolean.class;
  }

  private void addValue(String path, ConfigValue value, Problems problems) {
    Object read = new Values(problems).read(key(), path, value);
    if (read != null) {
      add(read, Place.of(value.origin()));
    }
  }

  private void addRange(String path, ConfigObject range, Problems problems) {
    Place place = Place.of(range.origin());
    Values reader = new Values(problems);
    boolean whole = key().type() != double.class;
    for (BigDecimal number : new Range(range, path, whole, problems).values()) {
      Object read = reader.number(key(), place, path, number);
      if (read != null) {
        add(read, place);
      }
    }
  }

  private void add(Object value, Place place) {
    values.add(value);
    places.add(place);
  }
}
