package io.grokgrid.layers;

import io.grokgrid.math.Vectors;
import io.grokgrid.net.Layout;
import java.util.Arrays;

/**
 * A trained table of rows that lie in the heap, a layer norm's scale or a bias too: its numbers and
 * its gradient, each row padded with zeros, from {@link Vectors#LEAD} on.
 */
final class Trained {
  final float[] values;
  final float[] gradient;
  private final int offset;
  private final int rows;
  private final int columns;
  private final int width;

  /**
   * @param rows of the tensor that are used, from the first
   * @param columns numbers in a row
   */
  Trained(Layout.Tensor tensor, int rows, int columns) {
    offset = tensor.offset();
    this.rows = rows;
    this.columns = columns;
    width = Vectors.padded(columns);
    values = new float[Vectors.LEAD + rows * width];
    gradient = new float[values.length];
  }

  /** One row. */
  static Trained row(Layout.Tensor tensor) {
    return new Trained(tensor, 1, tensor.size());
  }

  /** Numbers in a row, without the padding. */
  int columns() {
    return columns;
  }

  /** Takes its numbers, and sets its gradient to 0. */
  void load(float[] parameters) {
    for (int row = 0; row < rows; row++) {
      System.arraycopy(
          parameters, offset + row * columns, values, Vectors.LEAD + row * width, columns);
    }
    Arrays.fill(gradient, 0);
  }

  /** Puts its gradient where it belongs. */
  void store(float[] to) {
    for (int row = 0; row < rows; row++) {
      System.arraycopy(gradient, Vectors.LEAD + row * width, to, offset + row * columns, columns);
    }
  }

  /** Of the only row: adds it to n rows. */
  void addTo(float[] x, int n) {
    for (int row = 0; row < n; row++) {
      Vectors.add(x, Vectors.LEAD + row * width, values, Vectors.LEAD, width);
    }
  }

  /** Of the only row: the adjoint of {@link #addTo}. */
  void collect(float[] d, int n) {
    for (int row = 0; row < n; row++) {
      Vectors.add(gradient, Vectors.LEAD, d, Vectors.LEAD + row * width, width);
    }
  }
}
