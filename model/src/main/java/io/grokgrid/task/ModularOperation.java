package io.grokgrid.task;

/**
 * A binary operation on the residues modulo p (Power et al. 2022, appendix A.1.1; the same names as
 * in configuration). Division is by enumerating quotients: a / b is the c with b c = a.
 */
public enum ModularOperation {
  ADD,
  SUBTRACT,
  MULTIPLY,
  DIVIDE,
  X2_PLUS_Y2,
  X2_PLUS_XY_PLUS_Y2,
  X2_PLUS_XY_PLUS_Y2_PLUS_X,
  X3_PLUS_XY,
  X3_PLUS_XY2_PLUS_Y,
  /** a / b where b is odd, else a - b. */
  DIVIDE_OR_SUBTRACT;

  /** Whether the table needs quotients, and so a prime modulus. */
  public boolean divides() {
    return this == DIVIDE || this == DIVIDE_OR_SUBTRACT;
  }

  /**
   * The whole table.
   *
   * @return entry {@code a * p + b} is the answer to (a, b), or -1 where there is none (division by
   *     zero)
   */
  public int[] table(int p) {
    int[] answers = new int[p * p];
    int[] quotients = divides() ? quotients(p) : new int[0];
    for (int a = 0; a < p; a++) {
      for (int b = 0; b < p; b++) {
        int pair = a * p + b;
        answers[pair] =
            switch (this) {
              case DIVIDE -> quotients[pair];
              case DIVIDE_OR_SUBTRACT -> b % 2 == 1 ? quotients[pair] : Math.floorMod(a - b, p);
              default -> (int) Math.floorMod(polynomial(a, b), (long) p);
            };
      }
    }
    return answers;
  }

  private long polynomial(long x, long y) {
    return switch (this) {
      case ADD -> x + y;
      case SUBTRACT -> x - y;
      case MULTIPLY -> x * y;
      case X2_PLUS_Y2 -> x * x + y * y;
      case X2_PLUS_XY_PLUS_Y2 -> x * x + x * y + y * y;
      case X2_PLUS_XY_PLUS_Y2_PLUS_X -> x * x + x * y + y * y + x;
      case X3_PLUS_XY -> x * x * x + x * y;
      case X3_PLUS_XY2_PLUS_Y -> x * x * x + x * y * y + y;
      case DIVIDE, DIVIDE_OR_SUBTRACT ->
          throw new IllegalStateException(this + " is no polynomial");
    };
  }

  /** Entry {@code a * p + b} is the c with b c = a modulo the prime p; -1 for b = 0. */
  private static int[] quotients(int p) {
    int[] quotients = new int[p * p];
    for (int a = 0; a < p; a++) {
      quotients[a * p] = -1;
    }
    for (int b = 1; b < p; b++) {
      for (int c = 0; c < p; c++) {
        quotients[b * c % p * p + b] = c;
      }
    }
    return quotients;
  }
}
