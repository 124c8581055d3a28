package io.grokgrid.console;

/**
 * One thing that is to be done.
 *
 * @param seconds that it takes, about
 * @param steps that it takes
 * @param mayStop whether it may end before, as runs do that stop after their grok step
 */
record Piece(double seconds, int steps, boolean mayStop) {
  /** How much of it is done, 0 to 1. */
  double share(Report report) {
    return Math.min(1, (double) report.step() / steps);
  }
}
