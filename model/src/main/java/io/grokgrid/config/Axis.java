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
    Reading reading = new Reading(base.key(), path, new Values(chosen, problems));
    reading.read(written, problems);
    return new Axis(
        base.key(),
        reading.given.isEmpty()
            ? List.of(new Given(base.key(), path, base.value(), Place.of(written.origin()), true))
            : reading.given);
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

  /** The values that were read so far. */
  private record Reading(Key key, String path, Values reader, List<Given> given) {
    Reading(Key key, String path, Values reader) {
      this(key, path, reader, new ArrayList<>());
    }

    void read(ConfigValue written, Problems problems) {
      Place place = Place.of(written.origin());
      if (written instanceof ConfigList list) {
        if (list.isEmpty()) {
          problems.add(place, path, "must have at least one value, was []");
        }
        list.forEach(this::add);
      } else if (written instanceof ConfigObject range && key.isNumber()) {
        Range.of(range, path, isWhole(key), problems)
            .forEach(number -> add(reader.number(key, place, path, number), place));
      } else {
        add(written);
      }
    }

    private void add(ConfigValue value) {
      add(reader.read(key, path, value), Place.of(value.origin()));
    }

    private void add(@Nullable Object value, Place place) {
      if (value != null) {
        given.add(new Given(key, path, value, place, false));
      }
    }
  }
}
