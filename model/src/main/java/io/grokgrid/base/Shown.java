package io.grokgrid.base;

/** What users wrote, in messages: on one line, harmless to a terminal, no longer than is read. */
public final class Shown {
  private static final int LONGEST = 80;
  private static final int LONGEST_PATH = 500;

  private Shown() {}

  /** The text, with the characters that cannot be seen as escapes. */
  public static String whole(String text) {
    StringBuilder shown = new StringBuilder();
    text.codePoints().forEach(c -> append(shown, c));
    return shown.toString();
  }

  /** The same, or its beginning and its length. */
  public static String cut(String text) {
    return cut(text, LONGEST);
  }

  /** The same, of a file. */
  public static String path(String text) {
    return cut(text, LONGEST_PATH);
  }

  private static String cut(String text, int longest) {
    if (text.codePointCount(0, text.length()) <= longest) {
      return whole(text);
    }
    int end = text.offsetByCodePoints(0, longest);
    return whole(text.substring(0, end)) + ".. (" + text.length() + " characters)";
  }

  private static void append(StringBuilder shown, int c) {
    switch (c) {
      case '\n' -> shown.append("\\n");
      case '\r' -> shown.append("\\r");
      case '\t' -> shown.append("\\t");
      default -> {
        if (isVisible(c)) {
          shown.appendCodePoint(c);
        } else {
          shown.append(
              Character.isBmpCodePoint(c) ? "\\u%04x".formatted(c) : "\\U%08x".formatted(c));
        }
      }
    }
  }

  /** Controls, marks that turn the direction of writing, line ends of Unicode, halves of pairs. */
  private static boolean isVisible(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }
}
