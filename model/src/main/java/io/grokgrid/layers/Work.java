package io.grokgrid.layers;

import io.grokgrid.math.Products;
import io.grokgrid.math.Vectors;

/** Work space that all layers use in turn. */
final class Work {
  final float[] made;
  final float[] narrow;
  final float[] wide;
  final Products products = new Products();

  /**
   * @param rows at most
   * @param width D
   * @param widest of all rows
   */
  Work(int rows, int width, int widest) {
    made = rows(rows, width);
    narrow = rows(rows, width);
    wide = rows(rows, widest);
  }

  /** Room for rows. */
  static float[] rows(int rows, int width) {
    return new float[Math.addExact(Vectors.LEAD, Math.multiplyExact(rows, width))];
  }
}
