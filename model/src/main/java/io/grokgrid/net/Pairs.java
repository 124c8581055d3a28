package io.grokgrid.net;

import java.util.Arrays;

/**
 * Pairs of operands and their answers.
 *
 * @param left first operands
 * @param right second operands
 * @param answers classes
 */
public record Pairs(int[] left, int[] right, int[] answers) {
  public int size() {
    return left.length;
  }

  /** Pairs number {@code from} to {@code until}, the latter excluded. */
  public Pairs range(int from, int until) {
    return new Pairs(
        Arrays.copyOfRange(left, from, until),
        Arrays.copyOfRange(right, from, until),
        Arrays.copyOfRange(answers, from, until));
  }
}
