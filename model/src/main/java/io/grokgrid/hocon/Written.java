package io.grokgrid.hocon;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Values as texts. */
public final class Written {
  private static final int MOST_SHOWN = 20;

  private Written() {}

  /** The value as it was written, or null of an object, a list or null. */
  public static @Nullable String text(ConfigValue value) {
    return switch (value.valueType()) {
      case NUMBER, STRING, BOOLEAN -> value.atKey("value").getString("value");
      case OBJECT, LIST, NULL -> null;
    };
  }

  /** The same, of an object or a list what it is. */
  public static String describe(ConfigValue value) {
    if (value.valueType() == ConfigValueType.OBJECT) {
      return "an object";
    }
    return value instanceof ConfigList list ? describe(list) : String.valueOf(value.unwrapped());
  }

  /** Its values if they are few; where lists hold each other they can be endless. */
  private static String describe(ConfigList list) {
    List<String> texts = list.stream().limit(MOST_SHOWN).map(Written::shown).toList();
    return "[" + String.join(", ", texts) + (list.size() > MOST_SHOWN ? ", ..]" : "]");
  }

  private static String shown(ConfigValue value) {
    String text = text(value);
    return text == null ? ".." : text;
  }
}
