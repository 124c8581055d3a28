package io.grokgrid.hocon;

import com.typesafe.config.ConfigException;
import java.util.regex.Pattern;

/** What the library says of a text that it cannot read, in this project's words. */
final class Unparsed {
  private static final Pattern ADVICE = Pattern.compile("(?s) \\(if you (intended|want) .*");
  private static final String KEY_EXPECTED = "expecting a close parentheses ')' here, not: ";
  private static final String END_EXPECTED = "Expecting end of input or a comma, got ";

  private Unparsed() {}

  /**
   * Notes why a text could not be read.
   *
   * @param place if the library names none
   */
  static void note(Throwable failure, Place place, Problems problems) {
    if (failure instanceof ConfigException e) {
      note(e, place, problems);
    } else if (failure instanceof StackOverflowError) {
      problems.add(place, "substitutions must not lead on so often");
    } else {
      problems.add(place, "cannot be read as HOCON: " + failure);
    }
  }

  private static void note(ConfigException e, Place place, Problems problems) {
    String message = String.valueOf(e.getMessage());
    if (e.origin() == null) {
      problems.add(place, cleaned(message));
      return;
    }
    String prefix = e.origin().description() + ": ";
    Place named = Place.of(e.origin());
    // The library has places of its own where it reads a path.
    problems.add(
        named.source().equals("path parameter") || named.isDefault() ? place : named,
        cleaned(message.startsWith(prefix) ? message.substring(prefix.length()) : message));
  }

  /** Without the advice, which is about other programs, and the words that mislead. */
  private static String cleaned(String message) {
    if (message.contains("Cannot concatenate")) {
      return "values that are joined, by += or side by side, must be of one kind:"
          + " a list can only be joined to a list";
    }
    return ADVICE
        .matcher(message.strip())
        .replaceFirst("")
        .replace(KEY_EXPECTED, "a key must stand here, was ")
        .replace(END_EXPECTED, "a new line or a comma must stand here, was ");
  }
}
