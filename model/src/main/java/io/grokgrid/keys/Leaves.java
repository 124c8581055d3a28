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
import org.jspecify.annotations.Nullable;

/**
 * The keys in {@code sweep} or {@code llc}, or in an object of the shape of {@code run}: sections
 * of keys.
 */
public final class Leaves {
  private static final Comparator<Map.Entry<Key, ConfigValue>> AS_WRITTEN =
      Comparator.<Map.Entry<Key, ConfigValue>>comparingInt(leaf -> line(leaf.getValue()))
          .thenComparing(Map.Entry::getKey);

  public static final List<String> TOP = List.of("sweep", "run", "grid", "llc");

  private final String top;
  private final Meant meant;
  private final Problems problems;
  private final Map<Key, ConfigValue> found = new HashMap<>();

  private Leaves(String top, Chosen chosen, Problems problems) {
    this.top = top;
    this.meant = new Meant(top.equals("grid") ? top : "run", chosen);
    this.problems = problems;
  }

  /**
   * In the order of their lines, settings last; what is no key goes to problems.
   *
   * @param top {@code run}, {@code grid}, {@code sweep} or {@code llc}
   * @param chosen the kinds whose keys can be meant
   */
  public static Map<Key, ConfigValue> of(
      ConfigObject object, String top, Chosen chosen, Problems problems) {
    Leaves leaves = new Leaves(top, chosen, problems);
    if (Key.APART.contains(top)) {
      object.keySet().forEach(key -> leaves.leaf(top, top, key, object.getOrDefault(key, object)));
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
   * Every key of {@code run}, {@code sweep} or {@code llc} in its order, with its default where the
   * file has none; what is no key goes to problems.
   */
  public static Map<Key, ConfigValue> orDefaults(
      ConfigObject root, String top, Chosen chosen, Problems problems) {
    ConfigObject defaults = Defaults.CONFIG.getObject(top);
    ConfigObject written = object(root.getOrDefault(top, defaults), top, problems);
    Map<Key, ConfigValue> leaves = of(written == null ? defaults : written, top, chosen, problems);
    Map<Key, ConfigValue> all = new LinkedHashMap<>();
    for (Key key : Key.APART.contains(top) ? Key.apart(top) : Key.ALL) {
      all.put(key, leaves.getOrDefault(key, Defaults.value(key)));
    }
    return all;
  }

  /** Null after noting that it is none. */
  private static @Nullable ConfigObject object(ConfigValue value, String path, Problems problems) {
    if (value instanceof ConfigObject object) {
      return object;
    }
    problems.add(Place.of(value.origin()), path, "must be an object", Written.describe(value));
    return null;
  }

  private void section(String name, ConfigValue value) {
    String path = top + "." + name;
    if (!Key.SECTIONS.contains(name)) {
      Place place = Place.of(value.origin());
      problems.addUnknown(place, path, meant.asSection(name), Key.SECTIONS);
      return;
    }
    ConfigObject section = object(value, path, problems);
    if (section != null) {
      section.forEach((key, leaf) -> leaf(path, name, key, leaf));
    }
  }

  /**
   * @param within path of the section
   */
  private void leaf(String within, String section, String name, ConfigValue value) {
    Key key = Key.find(section, name);
    if (key != null) {
      found.put(key, value);
      return;
    }
    Place place = Place.of(value.origin());
    Optional<String> guess = meant.inSection(section, name);
    problems.addUnknown(place, within + "." + name, guess, meant.names(section));
  }

  private static int line(ConfigValue value) {
    Place place = Place.of(value.origin());
    return place.isSetting() ? Integer.MAX_VALUE : place.line();
  }

  /** Notes the keys at the top that are none of {@link #TOP}. */
  public static void checkTop(ConfigObject root, Chosen chosen, Problems problems) {
    Meant meant = new Meant("run", chosen);
    root.keySet().stream()
        .filter(name -> !TOP.contains(name))
        .forEach(
            name -> {
              Place place = Place.of(root.getOrDefault(name, root).origin());
              problems.addUnknown(place, name, meant.atTop(name), TOP);
            });
  }
}
