package io.grokgrid.experiment;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The keys in an object of the shape of {@code run}: sections that hold keys. */
final class Leaves {
  private static final Comparator<Map.Entry<Key, ConfigValue>> AS_WRITTEN =
      Comparator.<Map.Entry<Key, ConfigValue>>comparingInt(leaf -> line(leaf.getValue()))
          .thenComparingInt(leaf -> Key.ALL.indexOf(leaf.getKey()));

  private final String top;
  private final Problems problems;
  private final Map<Key, ConfigValue> found = new HashMap<>();

  private Leaves(String top, Problems problems) {
    this.top = top;
    this.problems = problems;
  }

  /**
   * In the order of their lines, settings last; what is no key goes to problems.
   *
   * @param top {@code run} or {@code grid}
   */
  static Map<Key, ConfigValue> of(ConfigObject object, String top, Problems problems) {
    Leaves leaves = new Leaves(top, problems);
    object.forEach(leaves::section);
    Map<Key, ConfigValue> ordered = new LinkedHashMap<>();
    leaves.found.entrySet().stream()
        .sorted(AS_WRITTEN)
        .forEach(leaf -> ordered.put(leaf.getKey(), leaf.getValue()));
    return ordered;
  }

  private void section(String name, ConfigValue value) {
    Place place = Place.of(value.origin());
    String path = top + "." + name;
    if (!Schema.SECTIONS.contains(name)) {
      problems.add(place, path, Schema.unknownSection(name, top));
    } else if (value instanceof ConfigObject section) {
      section.forEach((key, leaf) -> leaf(name, key, leaf));
    } else {
      problems.add(place, path, "must be an object", Values.describe(value));
    }
  }

  private void leaf(String section, String name, ConfigValue value) {
    Key key = Schema.runKey(section, name);
    if (key == null) {
      String path = top + "." + section + "." + name;
      problems.add(Place.of(value.origin()), path, Schema.unknownKey(section, name, top));
    } else {
      found.put(key, value);
    }
  }

  private static int line(ConfigValue value) {
    Place place = Place.of(value.origin());
    return place.isSetting() ? Integer.MAX_VALUE : place.line();
  }

  /** Notes a top-level value that should be an object and is not. */
  static ConfigObject object(ConfigObject root, String name, Problems problems) {
    ConfigValue value = root.get(name);
    if (value instanceof ConfigObject object) {
      return object;
    }
    if (value != null) {
      problems.add(Place.of(value.origin()), name, "must be an object", Values.describe(value));
    }
    return Defaults.CONFIG.getObject(name);
  }

  /** Notes the keys at the top that are none of {@link Schema#TOP}. */
  static void checkTop(ConfigObject root, Problems problems) {
    List<String> unknown = root.keySet().stream().filter(k -> !Schema.TOP.contains(k)).toList();
    for (String name : unknown) {
      ConfigValue value = root.getOrDefault(name, root);
      problems.add(Place.of(value.origin()), name, Schema.unknownAtTop(name));
    }
  }
}
