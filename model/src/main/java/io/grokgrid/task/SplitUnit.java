package io.grokgrid.task;

/** What stays together when a table is split. */
public enum SplitUnit {
  /** Every entry by itself. */
  PAIR,
  /**
   * Entries (a, b) and (b, a), so that no entry of the test has been seen with its operands
   * exchanged.
   */
  UNORDERED_PAIR
}
