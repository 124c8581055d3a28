package io.grokgrid.store;

import java.io.Serializable;

/**
 * Something below {@code runs} that is not as this program wrote it.
 *
 * @param path of the file or folder
 * @param what is wrong with it, so that "path what" reads as a sentence: "is empty (0 bytes)"
 * @param holdsRuns whether runs may be in it that cannot be read: to train now could train them
 *     twice
 * @param mend what to do
 */
public record Damage(String path, String what, boolean holdsRuns, String mend)
    implements Serializable {
  private static final String REPAIR = "verify --repair takes it out";

  /** Damage that {@link io.grokgrid.verify.Repair} takes out. */
  public Damage(String path, String what, boolean holdsRuns) {
    this(path, what, holdsRuns, REPAIR);
  }

  /** What may be whole, but is not to be read by this user. */
  static Damage denied(String path) {
    return new Damage(path, "cannot be read: permission denied", true, "make it readable (chmod)");
  }

  public boolean isToTakeOut() {
    return mend.equals(REPAIR);
  }

  /** What it is, and what to do. */
  @Override
  public String toString() {
    return path + " " + what + "; " + mend;
  }
}
