package io.grokgrid.algebra;

import io.grokgrid.math.Vectors;

/** Columns of matrices, all rows of them one behind the other. */
final class Part {
  final int column;
  final int width; // with padding
  final boolean isTrained;
  final boolean[] given; // rows whose gradient has been written, while settling
  float[] values;
  float[] gradients; // likewise from at on
  int at;
  int stride;
  int used; // rows, from the first on

  Part(int rows, int column, int width, boolean trained, boolean inPlace) {
    this.column = column;
    this.width = width;
    isTrained = trained;
    given = new boolean[rows];
    values = new float[inPlace ? 0 : Vectors.LEAD + rows * width];
    gradients = new float[trained ? values.length : 0];
    at = Vectors.LEAD;
    stride = width;
    used = rows;
  }

  int row(int row) {
    return at + row * stride;
  }

  /** Whether the gradient of these rows is there already, so that more is added. */
  boolean isGiven(int from, int count) {
    boolean first = given[from];
    for (int row = from; row < from + count; row++) {
      if (given[row] != first) {
        throw new IllegalStateException("rows with and without gradient");
      }
      given[row] = true;
    }
    return first;
  }
}
