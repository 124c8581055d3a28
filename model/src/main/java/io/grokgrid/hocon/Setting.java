package io.grokgrid.hocon;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import io.grokgrid.base.Shown;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One {@code --set path=value}.
 *
 * @param path begins with sweep, run or grid
 * @param value with unresolved substitutions
 */
record Setting(List<String> path, ConfigValue value) {
  private static final String VALUE = "value";

  /**
   * Parses all; what is wrong goes to problems.
   *
   * @param sections of {@code run}, which can be named alone: {@code training.steps}
   */
  static List<Setting> parse(
      List<String> settings, Set<String> sections, Limits limits, Problems problems) {
    if (!settings.isEmpty()) {
      limits.checkSettings(place(settings.get(0)), settings.size());
    }
    return settings.stream()
        .flatMap(text -> parse(text, limits, problems).stream())
        .map(setting -> setting.fromTheTop(sections))
        .toList();
  }

  private static Place place(String text) {
    return Place.of(Place.SETTING + Shown.whole(text), 0);
  }

  private static Optional<Setting> parse(String text, Limits limits, Problems problems) {
    Place place = place(text);
    int equals = text.indexOf('=');
    String fault = fault(text, equals);
    if (!fault.isEmpty()) {
      problems.add(place, fault);
      return Optional.empty();
    }
    Outline outline = Outline.of(new Source(place.source(), null, text), true, limits, problems);
    if (outline.fits() && !outline.includes().isEmpty()) {
      problems.add(place, "a setting must not include a file");
    }
    return outline.fits() && outline.includes().isEmpty()
        ? parse(place, text.substring(0, equals), text.substring(equals + 1), problems)
        : Optional.empty();
  }

  private static Optional<Setting> parse(Place place, String path, String text, Problems problems) {
    try {
      List<String> elements = ConfigUtil.splitPath(path.strip());
      ConfigValue value = value(place, text);
      if (value != null) {
        return Optional.of(new Setting(elements, value));
      }
      problems.add(place, "must be one path=value");
    } catch (ConfigException | StackOverflowError e) {
      Unparsed.note(e, place, problems);
    }
    return Optional.empty();
  }

  /** What HOCON would take for something else; empty if that is nothing. */
  private static String fault(String text, int equals) {
    if (equals < 1) {
      return "must be path=value";
    }
    String path = text.substring(0, equals).strip();
    String value = text.substring(equals + 1).strip();
    if (path.endsWith("+")) {
      String key = Shown.cut(path.substring(0, path.length() - 1).strip());
      return "must be path=value, not +=: write the whole list, as in " + key + "=[0,1,2]";
    }
    boolean listed =
        value.indexOf(',') > 0 && value.chars().noneMatch(c -> "[]{}=:\"".indexOf(c) >= 0);
    if (!listed) {
      return "";
    }
    return path.startsWith("sweep.")
        ? "must be one path=value; a text with a comma needs quotes"
        : "must be one path=value; a list is written " + list(path, value);
  }

  private static String list(String path, String value) {
    String below = path.startsWith("run.") ? path.substring("run.".length()) : path;
    String key = below.startsWith("grid.") ? below : "grid." + below;
    return Shown.cut(key + "=[" + value.replaceAll("\\s", "") + "]");
  }

  /** Null if the text holds more than a value. */
  private static @Nullable ConfigValue value(Place place, String text) {
    ConfigParseOptions options = ConfigParseOptions.defaults().setOriginDescription(place.source());
    ConfigObject parsed = ConfigFactory.parseString(VALUE + " = " + text, options).root();
    return parsed.keySet().equals(Set.of(VALUE)) ? parsed.get(VALUE) : null;
  }

  private Setting fromTheTop(Set<String> sections) {
    return sections.contains(path.get(0))
        ? new Setting(Stream.concat(Stream.of("run"), path.stream()).toList(), value)
        : this;
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
