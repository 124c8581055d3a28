package io.grokgrid.hocon;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import io.grokgrid.base.Shown;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Notes substitutions that nothing resolves, and takes them out so that the rest can be read. */
final class Unresolved {
  private static final Pattern SUBSTITUTION = Pattern.compile("\\$\\{[^}]*}");

  /** No key lies deeper: grid, section, key, and from of a range. */
  private static final int DEEPEST = 4;

  private final Config from;
  private final Problems problems;

  /**
   * @param from what they were to be resolved with
   */
  Unresolved(Config from, Problems problems) {
    this.from = from;
    this.problems = problems;
  }

  ConfigObject prune(ConfigObject root) {
    return prune(root, "", 1);
  }

  private ConfigObject prune(ConfigObject object, String prefix, int depth) {
    ConfigObject pruned = object;
    for (String key : List.copyOf(object.keySet())) {
      ConfigValue value = object.get(key);
      String path = prefix + key;
      if (value == null || value.atKey(key).isResolved()) {
        continue;
      }
      if (value instanceof ConfigObject child && isKnown(child) && depth < DEEPEST) {
        pruned = pruned.withValue(key, prune(child, path + ".", depth + 1));
      } else {
        note(value, path);
        pruned = pruned.withoutKey(key);
      }
    }
    return pruned;
  }

  /** The library throws where it cannot say yet which keys there are. */
  private static boolean isKnown(ConfigObject value) {
    try {
      int unusedSize = value.size();
      return true;
    } catch (ConfigException.NotResolved e) {
      return false;
    }
  }

  /** Not by the value's own text, which can be endless where substitutions repeat each other. */
  private void note(ConfigValue value, String path) {
    String what = "a substitution";
    try {
      Config unused = value.atKey("value").resolveWith(from);
    } catch (ConfigException e) {
      Matcher first = SUBSTITUTION.matcher(String.valueOf(e.getMessage()));
      what = first.find() ? Shown.cut(first.group()) : what;
    }
    problems.add(Place.of(value.origin()), path, what + " could not be resolved");
  }
}
