package io.grokgrid.layers;

import io.grokgrid.math.Vectors;
import io.grokgrid.tensor.SharedFloats;

/** Work space that all layers use in turn. */
final class Work {
  final float[] made;
  final float[] narrow;
  final float[] wide;
  final SharedFloats shared;

  /**
   * @param rows at most
   * @param width D
   * @param widest of all rows
   */
  Work(int rows, int width, int widest) {
    made = new float[Vectors.LEAD + rows * width];
    narrow = new float[Vectors.LEAD + rows * width];
    wide = new float[Vectors.LEAD + rows * widest];
    shared = new SharedFloats(Math.multiplyExact(rows, widest));
  }
}
