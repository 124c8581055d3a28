package io.grokgrid.keys;

import static java.util.Objects.requireNonNull;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigValue;
import io.grokgrid.hocon.Place;
import io.grokgrid.hocon.Problems;

/** What {@code reference.conf} says. */
public final class Defaults {
  /** The value of a key that is worked out from other keys of the same run. */
  public static final String AUTO = "auto";

  public static final Config CONFIG = config();

  public static final KeyValues VALUES = values();

  private Defaults() {}

  /** Whether {@code auto} is a value of {@code key}. */
  static boolean isDerived(Key key) {
    return !key.type().isEnum() && value(key).unwrapped().equals(AUTO);
  }

  /** As it is written. */
  public static ConfigValue value(Key key) {
    return CONFIG.getValue(key.fullPath());
  }

  /**
   * Only {@code sweep}, {@code llc} and {@code run}: on a class path with other programs, all their
   * reference.conf files are read as one.
   */
  private static Config config() {
    ConfigParseOptions options =
        ConfigParseOptions.defaults().setAllowMissing(false).setOriginDescription(Place.DEFAULT);
    Config all =
        ConfigFactory.parseResources(Defaults.class.getClassLoader(), "reference.conf", options);
    return all.withOnlyPath("sweep")
        .withFallback(all.withOnlyPath("llc"))
        .withFallback(all.withOnlyPath("run"));
  }

  private static KeyValues values() {
    Problems problems = new Problems();
    Values reader = new Values(Chosen.ANY, problems);
    KeyValues read =
        KeyValues.of(
            key -> requireNonNull(reader.read(key, key.fullPath(), value(key)), key::fullPath));
    problems.done();
    return read;
  }
}
