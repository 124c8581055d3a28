package io.grokgrid.config;

import com.typesafe.config.ConfigOriginFactory;
import com.typesafe.config.ConfigValue;
import io.grokgrid.hocon.Document;
import io.grokgrid.hocon.Place;
import io.grokgrid.hocon.Problems;
import io.grokgrid.keys.Chosen;
import io.grokgrid.keys.Defaults;
import io.grokgrid.keys.Key;
import io.grokgrid.keys.KeyValues;
import io.grokgrid.keys.Leaves;
import io.grokgrid.keys.Values;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * What a file says of the keys of {@code run}, which a grid varies, or of those of {@code sweep} or
 * {@code llc}.
 *
 * @param values with defaults for all other keys
 * @param given in the order of the keys; defaults stand in for what could not be read
 * @param chosen the kinds that its runs can be of
 */
record Base(KeyValues values, Map<Key, Given> given, Chosen chosen) {
  /**
   * @param top {@code run}, {@code sweep} or {@code llc}
   */
  static Base read(Document configuration, String top, Chosen chosen, Problems problems) {
    Map<String, Place> substituted = top.equals("run") ? configuration.substituted() : Map.of();
    Map<Key, Given> given = new LinkedHashMap<>();
    KeyValues values = Defaults.VALUES;
    Values reader = new Values(chosen, problems);
    for (Map.Entry<Key, ConfigValue> each :
        Leaves.orDefaults(configuration.root(), top, chosen, problems).entrySet()) {
      Key key = each.getKey();
      ConfigValue written = placed(key, each.getValue(), substituted);
      Object read = reader.read(key, key.fullPath(), written);
      Object value = read == null ? Defaults.VALUES.get(key) : read;
      Place place = Place.of(written.origin());
      given.put(key, new Given(key, key.fullPath(), value, place, read == null));
      values = values.with(key, value);
    }
    return new Base(values, given, chosen);
  }

  Given get(Key key) {
    return Objects.requireNonNull(given.get(key));
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
