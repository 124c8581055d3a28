package io.grokgrid.task;

/** In which order a table's entries are numbered for the split. */
public enum SplitOrder {
  /** By first operand, then by second. */
  OPERANDS,
  /**
   * By answer, then by second operand: of a division by its quotient, as Power et al. 2022 make
   * their table, a = b c of each c and b. Only of a table that has one entry of each.
   */
  QUOTIENTS
}
