package io.grokgrid.net;

/** Placeholder for the javadoc link until the next commit. */
final class Parameters {
  private Parameters() {}
}
