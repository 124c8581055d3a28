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

/** The keys in an object of the shape of {@code run}: sections that hold keys. */
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
   * @param top {@code run} or {@code grid}
   * @param chosen the kinds whose keys can be meant
   */
  public static Map<Key, ConfigValue> of(
      ConfigObject object, String top, Chosen chosen, Problems problems) {
    Leaves leaves = new Leaves(top, chosen, problems);
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
      Optional<String> meant = Schema.meantAsSection(name, top, chosen);
      problems.addUnknown(place, path, meant, Schema.SECTIONS);
    } else if (value instanceof ConfigObject section) {
      section.forEach((key, leaf) -> leaf(name, key, leaf));
    } else {
      problems.add(place, path, "must be an object", Written.describe(value));
    }
  }

  private void leaf(String section, String name, ConfigValue value) {
    Key key = Key.find(section, name);
    if (key == null) {
      String path = top + "." + section + "." + name;
      Optional<String> meant = Schema.meantInSection(section, name, top, chosen);
      Place place = Place.of(value.origin());
      problems.addUnknown(place, path, meant, Schema.names(section, chosen));
    } else {
      found.put(key, value);
    }
  }

  private static int line(ConfigValue value) {
    Place place = Place.of(value.origin());
    return place.isSetting() ? Integer.MAX_VALUE : place.line();
  }

  /** Notes a top-level value that should be an object and is not. */
  public static ConfigObject object(ConfigObject root, String name, Problems problems) {
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
