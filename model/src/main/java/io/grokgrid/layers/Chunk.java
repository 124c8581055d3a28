package io.grokgrid.layers;

import java.util.Arrays;

/**
 * Some sequences of a batch, N rows in all: those of the first position, then those of the second,
 * and so on. What a causal network makes at a position depends on the tokens up to it only, so that
 * neighbours which begin alike have one row there; positions that are asked have one a sequence,
 * and with dropout all have.
 */
final class Chunk {
  private final int length;
  private final int merged;
  private final int capacity;
  private final int[] places; // (T, capacity)
  private final int[] tokens; // (N)
  private final int[] positions; // (N)
  private final int[] firsts; // (T + 1)
  private final int[] numbers; // (N), in the batch
  private int sequences;

  /**
   * @param length T
   * @param merged positions, from the first, that neighbours may have in common
   * @param capacity sequences at most
   */
  Chunk(int length, int merged, int capacity) {
    this.length = length;
    this.merged = merged;
    this.capacity = capacity;
    places = new int[length * capacity];
    tokens = new int[length * capacity];
    positions = new int[length * capacity];
    firsts = new int[length + 1];
    numbers = new int[length * capacity];
  }

  /**
   * Takes the sequences order[from..].
   *
   * @param all tokens, (B, T) flat
   * @param merges whether they may have rows in common
   */
  void set(long[] all, int[] order, int from, int n, boolean merges) {
    sequences = n;
    int rows = 0;
    for (int t = 0; t < length; t++) {
      firsts[t] = rows;
      for (int s = 0; s < n; s++) {
        int at = order[from + s] * length;
        if (merges
            && s > 0
            && t < merged
            && beginAlike(all, at, order[from + s - 1] * length, t + 1)) {
          places[t * capacity + s] = rows - 1;
        } else {
          tokens[rows] = (int) all[at + t];
          positions[rows] = t;
          numbers[rows] = order[from + s] * length + t;
          places[t * capacity + s] = rows++;
        }
      }
    }
    firsts[length] = rows;
  }

  private static boolean beginAlike(long[] all, int one, int other, int tokens) {
    return Arrays.equals(all, one, one + tokens, all, other, other + tokens);
  }

  int sequences() {
    return sequences;
  }

  /** N. */
  int rows() {
    return firsts[length];
  }

  /** The first row of the last {@code asked} positions. */
  int first(int asked) {
    return firsts[length - asked];
  }

  /** The row of position t of sequence s. */
  int row(int s, int t) {
    return places[t * capacity + s];
  }

  /** Whether that row is no earlier sequence's. */
  boolean owns(int s, int t) {
    return s == 0 || row(s, t) != row(s - 1, t);
  }

  int token(int row) {
    return tokens[row];
  }

  int position(int row) {
    return positions[row];
  }

  /**
   * Where a row is in an array (B, S, ..) of a batch.
   *
   * @param row of the last S positions
   */
  int number(int row, int asked) {
    int number = numbers[first(asked) + row]; // in (B, T, ..)
    return number - (number / length + 1) * (length - asked);
  }

  /** The number of a sequence in the batch. */
  int sequence(int s) {
    return numbers[row(s, length - 1)] / length;
  }
}
