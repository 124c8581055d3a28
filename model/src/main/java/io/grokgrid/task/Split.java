package io.grokgrid.task;

import io.grokgrid.base.Randomness;

/** How the entries of a table are ordered before the first part of them is taken for training. */
public enum Split {
  /** A shuffle by this project's own generator. */
  JAVA,
  /**
   * CPython's {@code random.seed(seed)}, then {@code random.shuffle} of the entries in
   * lexicographic order.
   */
  PYTHON,
  /** {@code torch.manual_seed(seed)}, then {@code torch.randperm} on the CPU. */
  TORCH;

  /**
   * The order of n entries: its element i is the lexicographic number of the entry that comes at
   * place i.
   *
   * @param seed any number for java; python drops the sign, torch takes the low 32 bits, as they do
   *     themselves
   */
  public int[] order(int n, long seed) {
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      order[i] = i;
    }
    switch (this) {
      case JAVA -> Randomness.stream(seed, "split").shuffle(order);
      case PYTHON -> shuffleAsPython(order, MersenneTwister.seededByPython(seed));
      case TORCH -> shuffleAsTorch(order, MersenneTwister.seeded((int) seed));
    }
    return order;
  }

  /** From the end; each index by rejection on as many random bits as the bound has. */
  private static void shuffleAsPython(int[] order, MersenneTwister random) {
    for (int i = order.length - 1; i > 0; i--) {
      int bits = 32 - Integer.numberOfLeadingZeros(i + 1);
      int j = random.nextInt() >>> (32 - bits);
      while (j > i) {
        j = random.nextInt() >>> (32 - bits);
      }
      swap(order, i, j);
    }
  }

  /** From the start; each index by the remainder of a 32 bit number. */
  private static void shuffleAsTorch(int[] order, MersenneTwister random) {
    int n = order.length;
    for (int i = 0; i < n - 1; i++) {
      swap(order, i, i + Integer.remainderUnsigned(random.nextInt(), n - i));
    }
  }

  private static void swap(int[] order, int i, int j) {
    int swapped = order[i];
    order[i] = order[j];
    order[j] = swapped;
  }
}
