package io.grokgrid.pair;

/**
 * The rows that {@link PairKernel} mixes for a pair, F + C wide each, and their gradients: a base,
 * and for each head one of the first and one of the second operand.
 */
interface KernelRows {
  /** All rows. */
  float[] rows();

  /** The gradient of {@link #rows}. */
  float[] gradients();

  /** How many rows an operand has. */
  int heads();

  /**
   * Where the row of head 0 for an operand begins; the next head's is {@link #headStride} further.
   */
  int row(int position, int operand);

  int headStride();

  /** Whether all pairs have the same base, else each second operand its own. */
  boolean hasOneBase();

  int baseRow(int right);

  /** Where the gradient of the product begins in the flat gradient of the tables. */
  int productAt();
}
