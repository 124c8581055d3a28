package io.grokgrid.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOriginFactory;
import com.typesafe.config.ConfigValue;
import io.grokgrid.hocon.Place;
import io.grokgrid.hocon.Problems;
import io.grokgrid.keys.Chosen;
import io.grokgrid.keys.Defaults;
import io.grokgrid.keys.Key;
import io.grokgrid.keys.KeyValues;
import io.grokgrid.keys.Leaves;
import io.grokgrid.keys.Values;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What {@code run} says: the values that a grid varies from.
 *
 * @param places where they were written
 * @param unreadable keys whose default stands in for what could not be read
 * @param chosen the kinds that its runs can be of
 */
record Base(KeyValues values, Map<Key, Place> places, Set<Key> unreadable, Chosen chosen) {
  /**
   * @param substituted see {@link io.grokgrid.hocon.Document}
   */
  static Base read(
      ConfigObject run, Chosen chosen, Map<String, Place> substituted, Problems problems) {
    Map<Key, ConfigValue> leaves = Leaves.of(run, "run", chosen, problems);
    KeyValues values = Defaults.VALUES;
    Map<Key, Place> places = new HashMap<>();
    Set<Key> unreadable = new HashSet<>();
    for (Key key : Key.ALL) {
      ConfigValue written = placed(key, leaves.getOrDefault(key, Defaults.value(key)), substituted);
      Object value = new Values(chosen, problems).read(key, key.fullPath(), written);
      places.put(key, Place.of(written.origin()));
      if (value == null) {
        unreadable.add(key);
      } else {
        values = values.with(key, value);
      }
    }
    return new Base(values, places, unreadable, chosen);
  }

  Place place(Key key) {
    return Objects.requireNonNull(places.get(key));
  }

  /** A value that a substitution took from a default or the environment stands where it does. */
  private static ConfigValue placed(Key key, ConfigValue value, Map<String, Place> substituted) {
    Place holder = substituted.get(key.fullPath());
    Place place = Place.of(value.origin());
    boolean fromElsewhere =
        place.source().equals("env variables")
            || (place.isDefault() && !value.unwrapped().equals(Defaults.value(key).unwrapped()));
    return holder == null || !fromElsewhere
        ? value
        : value.withOrigin(
            ConfigOriginFactory.newSimple(holder.source()).withLineNumber(holder.line()));
  }
}
