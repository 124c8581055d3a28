package io.grokgrid.experiment;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One {@code --set path=value}.
 *
 * @param path begins with sweep, run or grid
 * @param value with unresolved substitutions
 */
record Setting(List<String> path, ConfigValue value) {
  private static final String VALUE = "value";

  static List<Setting> parse(List<String> settings, Problems problems) {
    return settings.stream().flatMap(text -> parse(text, problems).stream()).toList();
  }

  private static Optional<Setting> parse(String text, Problems problems) {
    Place place = new Place(Place.SETTING + text, 0);
    int equals = text.indexOf('=');
    if (equals < 1) {
      problems.add(place, "must be path=value");
      return Optional.empty();
    }
    try {
      List<String> path = ConfigUtil.splitPath(text.substring(0, equals).strip());
      ConfigValue value = value(place, text.substring(equals + 1));
      if (value == null) {
        problems.add(place, "must be one path=value");
        return Optional.empty();
      }
      return Optional.of(new Setting(fromTheTop(path), value));
    } catch (ConfigException e) {
      Includes.note(e, problems);
      return Optional.empty();
    }
  }

  /** Null if the text holds more than a value. */
  private static @Nullable ConfigValue value(Place place, String text) {
    ConfigParseOptions options =
        ConfigParseOptions.defaults().setOriginDescription(place.toString());
    ConfigObject parsed = ConfigFactory.parseString(VALUE + " = " + text, options).root();
    return parsed.keySet().equals(Set.of(VALUE)) ? parsed.get(VALUE) : null;
  }

  /** Sections of {@code run} can be named alone: {@code training.steps}. */
  private static List<String> fromTheTop(List<String> path) {
    if (!Schema.SECTIONS.contains(path.get(0))) {
      return path;
    }
    List<String> full = new ArrayList<>(List.of("run"));
    full.addAll(path);
    return full;
  }

  /** The whole path as one text. */
  String name() {
    return ConfigUtil.joinPath(path);
  }

  boolean isInGrid() {
    return path.get(0).equals("grid");
  }

  boolean isInRun() {
    return path.get(0).equals("run");
  }

  /** The path below sweep, run or grid. */
  List<String> below() {
    return path.subList(1, path.size());
  }
}
