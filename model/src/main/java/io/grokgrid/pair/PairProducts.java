package io.grokgrid.pair;

/**
 * The matrix products of a chunk of n pairs in {@link PairKernel}, with the product (C, F)
 * transposed as the tables have it. Rows of hidden units and of d logits are those of x (n, F + C).
 */
sealed interface PairProducts permits ArrayProducts, CoreProducts {
  /** logits (n, C) = hidden product^T. */
  void forward(float[] x, int n, float[] logits);

  /** Before the first chunk that is differentiated. */
  void startGradient();

  /** dHidden (n, F) = d logits product; and d product += d logits^T hidden. */
  void backward(float[] x, int n, float[] dHidden);

  /** Puts d product where {@link PairGeometry#productAt} says; its padding is left. */
  void readGradient(float[] tables);
}
