package io.grokgrid.keys;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an annotation of a record's component says of another key: {@code training.optimizer !=
 * sgd}.
 *
 * @param path of the other key
 * @param isValue whether it must have the value, else any other
 * @param value as it is written in files
 */
record Condition(String path, boolean isValue, String value) {
  /** Those that {@code and} joins. */
  static List<Condition> all(String text) {
    return Stream.of(text.split(" and ")).map(Condition::of).toList();
  }

  private static Condition of(String text) {
    String[] words = text.split(" ", -1);
    return new Condition(words[0], words[1].equals("="), words[2]);
  }

  Key key() {
    return Key.of(path);
  }

  /** Whether it holds where the key has this value; not where the key says nothing. */
  boolean accepts(@Nullable Object found) {
    return found != null && isValue == isSame(found);
  }

  private boolean isSame(Object found) {
    return found instanceof Number number
        ? number.doubleValue() == Double.parseDouble(value)
        : found.toString().equals(value);
  }
}
