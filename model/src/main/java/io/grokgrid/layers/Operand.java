package io.grokgrid.layers;

import io.grokgrid.math.Vectors;

/** Rows that products read, which other work does not write over. */
final class Operand {
  /** From {@link Vectors#LEAD} on. */
  final float[] rows;

  private final int width;

  /**
   * @param rows may be another operand's too, if they are not needed at the same time
   */
  Operand(float[] rows, int width) {
    this.rows = rows;
    this.width = width;
  }

  /** With memory of its own for so many rows. */
  static Operand of(int rows, int width) {
    return new Operand(Work.rows(rows, width), width);
  }

  /** Takes n rows. */
  void putAll(float[] from, int n) {
    System.arraycopy(from, Vectors.LEAD, rows, Vectors.LEAD, n * width);
  }

  /** Takes one of such rows. */
  void put(float[] from, int row) {
    System.arraycopy(from, at(row), rows, at(row), width);
  }

  /** Where a row begins. */
  int at(int row) {
    return Vectors.LEAD + row * width;
  }
}
