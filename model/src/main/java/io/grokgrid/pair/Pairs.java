package io.grokgrid.pair;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

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

  /**
   * An order of the first {@code count} pairs, in indices: tile by tile of the square that operands
   * span, a tile holding as many as the kernel takes at a time, so that those have few operands and
   * their rows stay in the cache.
   */
  public static int[] order(int[] left, int[] right, int count) {
    int side = 1;
    for (int i = 0; i < count; i++) {
      side = Math.max(side, 1 + Math.max(left[i], right[i]));
    }
    int tile = (int) Math.ceil(side * Math.sqrt(Math.min(1, (double) PairKernel.CHUNK / count)));
    return IntStream.range(0, count)
        .boxed()
        .sorted(
            Comparator.<Integer>comparingInt(i -> left[i] / tile)
                .thenComparingInt(i -> right[i] / tile)
                .thenComparingInt(i -> left[i])
                .thenComparingInt(i -> right[i]))
        .mapToInt(i -> i)
        .toArray();
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
