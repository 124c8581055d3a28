package io.grokgrid.pair;

import java.util.Arrays;

/** The pairs of a chunk in the order of an operand: those that have it in common follow. */
final class Groups {
  private final int[] ends; // by operand, behind the one before
  private final int[] rows;

  /**
   * @param operands that there are
   * @param most pairs in a chunk
   */
  Groups(int operands, int most) {
    ends = new int[operands];
    rows = new int[most];
  }

  /** Orders the n pairs from index {@code from} on by these operands. */
  void order(int[] operands, int from, int n) {
    Arrays.fill(ends, 0);
    for (int row = 0; row < n; row++) {
      ends[operands[from + row]]++;
    }
    int start = 0;
    for (int operand = 0; operand < ends.length; operand++) {
      int count = ends[operand];
      ends[operand] = start;
      start += count;
    }
    for (int row = 0; row < n; row++) {
      rows[ends[operands[from + row]]++] = row;
    }
  }

  /** The pairs in this order, each by its row in the chunk. */
  int[] rows() {
    return rows;
  }

  /** Where the pairs of an operand begin among {@link #rows}. */
  int start(int operand) {
    return operand == 0 ? 0 : ends[operand - 1];
  }

  /** Where they end; the same where there are none. */
  int end(int operand) {
    return ends[operand];
  }
}
