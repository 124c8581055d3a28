package io.grokgrid.keys;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What annotations of a record's components say of another key: {@code training.optimizer != sgd}.
 *
 * @param path of the other key
 * @param isValue whether it must have the value, else any other
 * @param value as it is written in files
 */
record Condition(String path, boolean isValue, String value) {
  private static final Pattern FORM = Pattern.compile("(\\S+) (=|!=) (\\S+)");

  /** Those that {@code and} joins. */
  static List<Condition> all(String text) {
    return Stream.of(text.split(" and ")).map(Condition::of).toList();
  }

  private static Condition of(String text) {
    Matcher parts = FORM.matcher(text);
    if (!parts.matches()) {
      throw new IllegalStateException("no condition: " + text);
    }
    return new Condition(parts.group(1), parts.group(2).equals("="), parts.group(3));
  }
}
