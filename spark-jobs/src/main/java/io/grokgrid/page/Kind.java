package io.grokgrid.page;

import java.util.Locale;

/** How the values of a column are packed; see {@link PackedColumn}. */
public enum Kind {
  /** Anything as text: varints into a dictionary, which the head of the table has. */
  TEXT,
  /** Integers and booleans (0 and 1): zigzag varints of differences. */
  INT,
  /** Exact: 8 bytes a value, little-endian. */
  FLOAT64,
  /** Doubles to four significant digits: zigzag varints of differences of {@link FourDigits}. */
  SIG4;

  String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
