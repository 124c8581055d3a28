package io.grokgrid.pair;

import java.util.Arrays;

/** Pairs of operands and their answers. */
public final class Pairs {
  private final int[] left;
  private final int[] right;
  private final int[] answers;

  /**
   * Takes the arrays over.
   *
   * @param left first operands
   * @param right second operands
   * @param answers classes
   */
  public Pairs(int[] left, int[] right, int[] answers) {
    this.left = left;
    this.right = right;
    this.answers = answers;
  }

  int[] left() {
    return left;
  }

  int[] right() {
    return right;
  }

  int[] answers() {
    return answers;
  }

  public int size() {
    return left.length;
  }

  /** Pairs from index {@code from} to {@code until}, the latter excluded. */
  Pairs range(int from, int until) {
    return new Pairs(
        Arrays.copyOfRange(left, from, until),
        Arrays.copyOfRange(right, from, until),
        Arrays.copyOfRange(answers, from, until));
  }
}
