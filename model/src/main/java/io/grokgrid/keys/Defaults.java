package io.grokgrid.keys;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigValue;
import io.grokgrid.hocon.Place;
import io.grokgrid.hocon.Problems;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
      Stream.concat(Schema.SWEEP.stream(), Key.ALL.stream())
          .filter(key -> !key.type().isEnum() && value(key).unwrapped().equals(AUTO))
          .collect(Collectors.toUnmodifiableSet());

  /** The values of {@link Key#ALL}, in that order. */
  private static final List<Object> RUN = runValues();

  private Defaults() {}

  /** Whether {@code auto} is a value of {@code key}. */
  static boolean isDerived(Key key) {
    return DERIVED.contains(key);
  }

  public static ConfigValue value(Key key) {
    String top = key.section().equals("sweep") ? "sweep" : "run." + key.section();
    ConfigObject section = CONFIG.getObject(top);
    return Objects.requireNonNull(section.get(key.name()), key.path());
  }

  /** The default of every key of {@link Key#ALL}, in that order. */
  public static List<Object> run() {
    return RUN;
  }

  private static List<Object> runValues() {
    Problems problems = new Problems();
    Values values = new Values(Chosen.ANY, problems);
    List<Object> read =
        Key.ALL.stream()
            .flatMap(key -> Stream.ofNullable(values.read(key, "run." + key.path(), value(key))))
            .toList();
    problems.done();
    return read;
  }
}
