package io.grokgrid.store;

/** A store that a command cannot go on with; the message says which place, why, and what to do. */
public final class BrokenStore extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public BrokenStore(String message) {
    super(message);
  }
}
