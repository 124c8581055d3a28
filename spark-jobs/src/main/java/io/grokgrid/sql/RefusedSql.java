package io.grokgrid.sql;

import org.jspecify.annotations.Nullable;

/**
 * SQL that is wrong, or does more than ask; the message says how, and where. Knows nothing of
 * Spark: a command that refuses before Spark starts loads none of it.
 */
public final class RefusedSql extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public RefusedSql(String message, Throwable cause) {
    super(message, cause);
  }

  public RefusedSql(String message) {
    super(message);
  }

  /** One line of at most {@code longest} characters, for a terminal. */
  public static String cut(@Nullable String text, int longest) {
    String line = String.valueOf(text).strip().replaceAll("\\s+", " ").replaceAll("\\p{C}", "?");
    return line.length() <= longest ? line : line.substring(0, longest - 3) + " ..";
  }
}
