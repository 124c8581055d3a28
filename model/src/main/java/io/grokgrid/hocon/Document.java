package io.grokgrid.hocon;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import io.grokgrid.base.Shown;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A file with all that it includes, settings above it and defaults below, substitutions resolved.
 * Nothing is known here about which keys there are, but for the three at the top.
 *
 * @param root the rest of the file; what could not be resolved is noted and left out
 * @param grids one object, or the members of a union; empty where the file has no grid
 * @param isUnion whether the file has a list of grids
 * @param substituted where values that hold substitutions were written, by path
 */
public record Document(
    ConfigObject root, List<ConfigObject> grids, boolean isUnion, Map<String, Place> substituted) {
  private static final ConfigResolveOptions RESOLUTION =
      ConfigResolveOptions.defaults().setAllowUnresolved(true);

  /**
   * Reads a file; what is wrong goes to problems.
   *
   * @param defaults below the file: an object {@code run} of all sections, and others
   * @throws InvalidConfiguration if what is wrong leaves nothing to go on with
   */
  public static Document read(
      Path file, List<String> settings, Config defaults, Problems problems) {
    return read(source(file, problems), settings, defaults, problems);
  }

  /** Reads a text that is there already. */
  public static Document read(
      Source source, List<String> settings, Config defaults, Problems problems) {
    Limits limits = new Limits(problems);
    List<Setting> parsed =
        Setting.parse(settings, defaults.getObject("run").keySet(), limits, problems);
    Config written = Includes.parse(source, limits, problems).toConfig();
    limits.checkSubstitutions();
    Config layers = overrides(parsed).withFallback(written).withFallback(defaults);
    Config resolved = resolve(layers, layers, source.place(0), problems);
    @Nullable ConfigValue grid = grid(resolved, parsed, problems);
    return new Document(
        resolved.root().withoutKey("grid"),
        grid == null ? List.of() : members(grid, problems),
        grid instanceof ConfigList,
        limits.holders());
  }

  /** With the settings that change it. */
  private static @Nullable ConfigValue grid(
      Config resolved, List<Setting> settings, Problems problems) {
    @Nullable ConfigValue grid = resolved.root().get("grid");
    for (Setting setting : settings) {
      // An optional substitution that nothing resolves, ${?X}, is no value and changes nothing.
      @Nullable ConfigValue value = resolve(setting, resolved, problems);
      if (value != null && setting.isInGrid()) {
        grid = with(grid, setting, value);
      } else if (value != null && setting.isInRun() && grid != null) {
        grid = without(grid, setting.below(), value);
      }
    }
    return grid;
  }

  private static Source source(Path file, Problems problems) {
    Place place = Place.of(file);
    try {
      Optional<Source> source = Source.file(file);
      if (source.isPresent()) {
        return source.get();
      }
      problems.add(place, "no such file; looked for " + Shown.path("" + file.toAbsolutePath()));
    } catch (Source.Unreadable e) {
      problems.add(Place.of(place.source(), e.line()), String.valueOf(e.getMessage()));
    }
    throw problems.invalid();
  }

  /** Settings outside the grid, the last one first. */
  private static Config overrides(List<Setting> settings) {
    return settings.stream()
        .filter(setting -> !setting.isInGrid())
        .map(setting -> at(setting.path(), setting.value()))
        .reduce(ConfigFactory.empty(), (before, next) -> next.withFallback(before));
  }

  /** The library's own way would give the objects around the value an origin of their own. */
  private static Config at(List<String> path, ConfigValue value) {
    ConfigValue nested = value;
    for (int i = path.size() - 1; i >= 0; i--) {
      nested =
          ConfigFactory.empty().root().withValue(path.get(i), nested).withOrigin(value.origin());
    }
    return ((ConfigObject) nested).toConfig();
  }

  private static @Nullable ConfigValue resolve(Setting setting, Config from, Problems problems) {
    Config value = setting.value().atKey(setting.name());
    Place place = Place.of(setting.value().origin());
    return resolve(value, from, place, problems).root().get(setting.name());
  }

  /**
   * @param place of what the library names none of
   */
  private static Config resolve(Config layers, Config from, Place place, Problems problems) {
    try {
      Config resolved = layers.resolveWith(from, RESOLUTION);
      return new Unresolved(from, problems).prune(resolved.root()).toConfig();
    } catch (ConfigException | StackOverflowError e) {
      Unparsed.note(e, place, problems);
      throw problems.invalid();
    }
  }

  /** A whole grid, or a key in the grid or in each member of a union. */
  private static ConfigValue with(@Nullable ConfigValue grid, Setting setting, ConfigValue value) {
    if (setting.below().isEmpty()) {
      return value;
    }
    if (grid instanceof ConfigList union) {
      return list(union, union.stream().map(member -> set(member, setting.below(), value)));
    }
    return set(grid == null ? ConfigFactory.empty().root() : grid, setting.below(), value);
  }

  private static ConfigValue set(ConfigValue grid, List<String> path, ConfigValue value) {
    return grid instanceof ConfigObject object
        ? at(path, value)
            .withFallback(object.toConfig().withoutPath(ConfigUtil.joinPath(path)))
            .root()
        : grid;
  }

  /** Drops the axes that {@code value} at {@code path} below {@code run} takes the place of. */
  private static ConfigValue without(ConfigValue grid, List<String> path, ConfigValue value) {
    if (grid instanceof ConfigList union) {
      return list(union, union.stream().map(member -> without(member, path, value)));
    }
    if (!(grid instanceof ConfigObject axes)) {
      return grid;
    }
    if (path.size() < 2 && value instanceof ConfigObject section) {
      ConfigValue left = axes;
      for (Map.Entry<String, ConfigValue> entry : section.entrySet()) {
        List<String> below = Stream.concat(path.stream(), Stream.of(entry.getKey())).toList();
        left = without(left, below, entry.getValue());
      }
      return left;
    }
    return axes.toConfig().withoutPath(ConfigUtil.joinPath(path)).root();
  }

  private static ConfigValue list(ConfigList like, Stream<ConfigValue> members) {
    return ConfigValueFactory.fromIterable(members.toList()).withOrigin(like.origin());
  }

  private static List<ConfigObject> members(ConfigValue grid, Problems problems) {
    List<ConfigValue> written = grid instanceof ConfigList union ? union : List.of(grid);
    String rule =
        grid instanceof ConfigList ? "must hold objects" : "must be an object or a list of objects";
    if (written.isEmpty()) {
      problems.add(Place.of(grid.origin()), "grid", "must have at least one member, was []");
    }
    List<ConfigObject> members = new ArrayList<>();
    for (ConfigValue member : written) {
      if (member instanceof ConfigObject object) {
        members.add(object);
      } else {
        problems.add(Place.of(member.origin()), "grid", rule, Written.describe(member));
      }
    }
    return members;
  }
}
