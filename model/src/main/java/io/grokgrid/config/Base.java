package io.grokgrid.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOriginFactory;
import com.typesafe.config.ConfigValue;
import io.grokgrid.hocon.Place;
import io.grokgrid.hocon.Problems;
import io.grokgrid.keys.Chosen;
import io.grokgrid.keys.Defaults;
import io.grokgrid.keys.Key;
import io.grokgrid.keys.Leaves;
import io.grokgrid.keys.Values;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What {@code run} says: the values that a grid varies from. Lists are in the order of {@link
 * Key#ALL}.
 *
 * @param values as {@link Values} gives them
 * @param places where they were written
 * @param unreadable keys whose default stands in for what could not be read
 * @param chosen the kinds that its runs can be of
 */
record Base(List<Object> values, List<Place> places, Set<Key> unreadable, Chosen chosen) {
  /**
   * @param substituted see {@link io.grokgrid.hocon.Document}
   */
  static Base read(
      ConfigObject run, Chosen chosen, Map<String, Place> substituted, Problems problems) {
    Map<Key, ConfigValue> leaves = Leaves.of(run, "run", chosen, problems);
    Base base =
        new Base(new ArrayList<>(Defaults.run()), new ArrayList<>(), new HashSet<>(), chosen);
    for (int i = 0; i < Key.ALL.size(); i++) {
      Key key = Key.ALL.get(i);
      ConfigValue written = placed(key, leaves.getOrDefault(key, Defaults.value(key)), substituted);
      base.readKey(i, written, new Values(chosen, problems));
    }
    return base;
  }

  /** A value that a substitution took from a default or the environment stands where it does. */
  private static ConfigValue placed(Key key, ConfigValue value, Map<String, Place> substituted) {
    Place holder = substituted.get("run." + key.path());
    Place place = Place.of(value.origin());
    boolean fromElsewhere =
        place.source().equals("env variables")
            || (place.isDefault() && !value.unwrapped().equals(Defaults.value(key).unwrapped()));
    return holder == null || !fromElsewhere
        ? value
        : value.withOrigin(
            ConfigOriginFactory.newSimple(holder.source()).withLineNumber(holder.line()));
  }

  private void readKey(int index, ConfigValue written, Values reader) {
    Key key = Key.ALL.get(index);
    Object value = reader.read(key, "run." + key.path(), written);
    places.add(Place.of(written.origin()));
    if (value == null) {
      unreadable.add(key);
    } else {
      values.set(index, value);
    }
  }
}
