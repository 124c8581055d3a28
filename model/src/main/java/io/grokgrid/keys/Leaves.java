package io.grokgrid.keys;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import io.grokgrid.hocon.Place;
import io.grokgrid.hocon.Problems;
import io.grokgrid.hocon.Written;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The keys in {@code sweep}, or in an object of the shape of {@code run}: sections of keys. */
public final class Leaves {
  private static final Comparator<Map.Entry<Key, ConfigValue>> AS_WRITTEN =
      Comparator.<Map.Entry<Key, ConfigValue>>comparingInt(leaf -> line(leaf.getValue()))
          .thenComparing(Map.Entry::getKey);

  private final String top;
  private final Chosen chosen;
  private final Problems problems;
  private final Map<Key, ConfigValue> found = new HashMap<>();

  private Leaves(String top, Chosen chosen, Problems problems) {
    this.top = top;
    this.chosen = chosen;
    this.problems = problems;
  }

  /**
   * In the order of their lines, settings last; what is no key goes to problems.
   *
   * @param top {@code run}, {@code grid} or {@code sweep}
   * @param chosen the kinds whose keys can be meant
   */
  public static Map<Key, ConfigValue> of(
      ConfigObject object, String top, Chosen chosen, Problems problems) {
    Leaves leaves = new Leaves(top, chosen, problems);
    if (top.equals(Key.SWEEP_SECTION)) {
      object
          .keySet()
          .forEach(name -> leaves.leaf(top, top, name, object.getOrDefault(name, object)));
    } else {
      object.forEach(leaves::section);
    }
    Map<Key, ConfigValue> ordered = new LinkedHashMap<>();
    leaves.found.entrySet().stream()
        .sorted(AS_WRITTEN)
        .forEach(leaf -> ordered.put(leaf.getKey(), leaf.getValue()));
    return ordered;
  }

  /**
   * Every key of {@code run} or {@code sweep} in its order, with its default where the file has
   * none; what is no key goes to problems.
   */
  public static Map<Key, ConfigValue> orDefaults(
      ConfigObject root, String top, Chosen chosen, Problems problems) {
    Map<Key, ConfigValue> leaves = of(object(root, top, problems), top, chosen, problems);
    Map<Key, ConfigValue> all = new LinkedHashMap<>();
    for (Key key : top.equals(Key.SWEEP_SECTION) ? Key.SWEEP : Key.ALL) {
      all.put(key, leaves.getOrDefault(key, Defaults.value(key)));
    }
    return all;
  }

  private void section(String name, ConfigValue value) {
    Place place = Place.of(value.origin());
    String path = top + "." + name;
    if (!Schema.SECTIONS.contains(name)) {
      Optional<String> meant = Schema.meantAsSection(name, top, chosen);
      problems.addUnknown(place, path, meant, Schema.SECTIONS);
    } else if (value instanceof ConfigObject section) {
      section.forEach((key, leaf) -> leaf(path, name, key, leaf));
    } else {
      problems.add(place, path, "must be an object", Written.describe(value));
    }
  }

  /**
   * @param within path of the section
   */
  private void leaf(String within, String section, String name, ConfigValue value) {
    Key key = Key.find(section, name);
    if (key == null) {
      Optional<String> meant = Schema.meantInSection(section, name, top, chosen);
      Place place = Place.of(value.origin());
      problems.addUnknown(place, within + "." + name, meant, Schema.names(section, chosen));
    } else {
      found.put(key, value);
    }
  }

  private static int line(ConfigValue value) {
    Place place = Place.of(value.origin());
    return place.isSetting() ? Integer.MAX_VALUE : place.line();
  }

  /** Notes a top-level value that should be an object and is not. */
  private static ConfigObject object(ConfigObject root, String name, Problems problems) {
    ConfigValue value = root.get(name);
    if (value instanceof ConfigObject object) {
      return object;
    }
    if (value != null) {
      problems.add(Place.of(value.origin()), name, "must be an object", Written.describe(value));
    }
    return Defaults.CONFIG.getObject(name);
  }

  /** Notes the keys at the top that are none of {@link Schema#TOP}. */
  public static void checkTop(ConfigObject root, Chosen chosen, Problems problems) {
    List<String> unknown = root.keySet().stream().filter(k -> !Schema.TOP.contains(k)).toList();
    for (String name : unknown) {
      ConfigValue value = root.getOrDefault(name, root);
      Place place = Place.of(value.origin());
      problems.addUnknown(place, name, Schema.meantAtTop(name, chosen), Schema.TOP);
    }
  }
}
