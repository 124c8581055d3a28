package io.grokgrid.pair;

import io.grokgrid.math.Products;
import io.grokgrid.math.Vectors;

/**
 * The matrix products of a chunk of n pairs in {@link PairKernel}, in place, with the product (C,
 * F) transposed as the tables have it. Rows of hidden units and of d logits are those of x (n, F +
 * C).
 */
final class PairProducts {
  private final Products products = new Products();
  private final float[] tables;
  private final float[] gradients;
  private final int productAt;
  private final int hidden;
  private final int classes;
  private final int answers;
  private final int width;
  private boolean adds;

  /**
   * @param tables flat, which hold the product
   * @param gradients likewise
   */
  PairProducts(PairGeometry geometry, float[] tables, float[] gradients) {
    this.tables = tables;
    this.gradients = gradients;
    productAt = geometry.productAt();
    hidden = geometry.hidden();
    classes = geometry.classes();
    answers = geometry.answers();
    width = geometry.width();
  }

  /** logits (n, C) = hidden product^T. */
  void forward(float[] x, int n, float[] logits) {
    products.multiplyByTransposed(
        x,
        Vectors.LEAD,
        width,
        tables,
        productAt,
        hidden,
        logits,
        Vectors.LEAD,
        classes,
        n,
        hidden,
        answers,
        false);
  }

  /** Before the first chunk that is differentiated. */
  void startGradient() {
    adds = false;
  }

  /** dHidden (n, F) = d logits product; and d product += d logits^T hidden. */
  void backward(float[] x, int n, float[] dHidden) {
    int logits = Vectors.LEAD + hidden;
    products.multiply(
        x,
        logits,
        width,
        1,
        tables,
        productAt,
        hidden,
        dHidden,
        Vectors.LEAD,
        hidden,
        n,
        answers,
        hidden,
        false);
    products.multiply(
        x,
        logits,
        1,
        width,
        x,
        Vectors.LEAD,
        width,
        gradients,
        productAt,
        hidden,
        answers,
        n,
        hidden,
        adds);
    adds = true;
  }
}
