package io.grokgrid.tables;

import java.io.Serializable;

/**
 * Something below {@code runs} that is not as this program wrote it.
 *
 * @param path of the file or folder
 * @param what is wrong with it, so that "path what" reads as a sentence: "is empty (0 bytes)"
 * @param holdsRuns whether runs may be in it that cannot be read: to train now could train them
 *     twice
 */
public record Damage(String path, String what, boolean holdsRuns) implements Serializable {
  static final String MEND = "verify --repair takes it out";

  /** What it is, and what to do. */
  @Override
  public String toString() {
    return path + " " + what + "; " + MEND;
  }
}
