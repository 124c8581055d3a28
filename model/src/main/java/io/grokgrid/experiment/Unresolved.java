package io.grokgrid.experiment;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Notes substitutions that nothing resolves, and takes them out so that the rest can be read. */
final class Unresolved {
  private static final Pattern SUBSTITUTION = Pattern.compile("\\$\\{[^}]*}");

  private final Problems problems;

  Unresolved(Problems problems) {
    this.problems = problems;
  }

  ConfigObject prune(ConfigObject root) {
    return prune(root, "");
  }

  private ConfigObject prune(ConfigObject object, String prefix) {
    ConfigObject pruned = object;
    for (String key : List.copyOf(object.keySet())) {
      ConfigValue value = object.get(key);
      String path = prefix + key;
      if (value instanceof ConfigObject child && isKnown(value)) {
        pruned = pruned.withValue(key, prune(child, path + "."));
      } else if (value != null && !isResolved(value)) {
        note(value, path);
        pruned = pruned.withoutKey(key);
      }
    }
    return pruned;
  }

  private static boolean isResolved(ConfigValue value) {
    return isKnown(value)
        && (!(value instanceof ConfigList list) || list.stream().allMatch(Unresolved::isWhole));
  }

  private static boolean isWhole(ConfigValue element) {
    if (element instanceof ConfigObject object) {
      return isKnown(element) && object.values().stream().allMatch(Unresolved::isWhole);
    }
    return isResolved(element);
  }

  /** The library throws where it cannot say yet what a value is, or which keys it has. */
  private static boolean isKnown(ConfigValue value) {
    try {
      ConfigValueType unusedType = value.valueType();
      int unusedSize = value instanceof ConfigObject object ? object.size() : 0;
      return true;
    } catch (ConfigException.NotResolved e) {
      return false;
    }
  }

  private void note(ConfigValue value, String path) {
    Matcher first = SUBSTITUTION.matcher(value.render(ConfigRenderOptions.concise()));
    String what = first.find() ? first.group() : "a substitution";
    problems.add(Place.of(value.origin()), path, what + " could not be resolved");
  }
}
