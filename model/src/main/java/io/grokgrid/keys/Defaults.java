package io.grokgrid.keys;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigValue;
import io.grokgrid.hocon.Place;
import io.grokgrid.hocon.Problems;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** What {@code reference.conf} says. */
public final class Defaults {
  /** The value of a key that is worked out from other keys of the same run. */
  public static final String AUTO = "auto";

  /**
   * Only {@code sweep} and {@code run}: on a class path with other programs, all their
   * reference.conf files are read as one.
   */
  public static final Config CONFIG =
      ConfigFactory.parseResources(
              Defaults.class.getClassLoader(),
              "reference.conf",
              ConfigParseOptions.defaults()
                  .setAllowMissing(false)
                  .setOriginDescription(Place.DEFAULT))
          .root()
          .entrySet()
          .stream()
          .filter(entry -> Set.of("sweep", "run").contains(entry.getKey()))
          .map(entry -> entry.getValue().atKey(entry.getKey()))
          .reduce(ConfigFactory.empty(), Config::withFallback);

  private static final Set<Key> DERIVED =
      Key.EVERY.stream()
          .filter(key -> !key.type().isEnum() && value(key).unwrapped().equals(AUTO))
          .collect(Collectors.toUnmodifiableSet());

  public static final KeyValues VALUES = values();

  private Defaults() {}

  /** Whether {@code auto} is a value of {@code key}. */
  static boolean isDerived(Key key) {
    return DERIVED.contains(key);
  }

  /** As it is written. */
  public static ConfigValue value(Key key) {
    return CONFIG.getValue(key.fullPath());
  }

  private static KeyValues values() {
    Problems problems = new Problems();
    Values values = new Values(Chosen.ANY, problems);
    KeyValues read =
        KeyValues.of(
            key ->
                Objects.requireNonNull(
                    values.read(key, key.fullPath(), value(key)), key::fullPath));
    problems.done();
    return read;
  }
}
