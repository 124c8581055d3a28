package io.grokgrid.math;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of matrices too small for a call into the engine, on {@code float[]}. The right matrix
 * is packed: its columns in panels of {@link #COLUMNS}, each panel row after row. {@link #ROWS}
 * rows of the left one are multiplied by a panel at a time, in the order of the depth, so that the
 * same numbers give the same bits.
 */
public final class Panels {
  /** Rows of a result that are made at once. */
  public static final int ROWS = 8;

  /** Columns of a panel. */
  public static final int COLUMNS = Vectors.BLOCK;

  private static final VectorSpecies<Float> SPECIES = Lanes.SPECIES;
  private static final int LANES = Lanes.COUNT;

  private Panels() {}

  /** The smallest multiple of {@link #ROWS} that is at least {@code rows}. */
  public static int paddedRows(int rows) {
    return (rows + ROWS - 1) / ROWS * ROWS;
  }

  /**
   * Packs a matrix (depth, columns) with its rows {@code stride} apart.
   *
   * @param columns a multiple of {@link #COLUMNS}
   */
  public static void pack(float[] b, int at, int depth, int stride, int columns, float[] panels) {
    int to = Vectors.LEAD;
    for (int j = 0; j < columns; j += COLUMNS) {
      for (int k = 0; k < depth; k++) {
        System.arraycopy(b, at + k * stride + j, panels, to, COLUMNS);
        to += COLUMNS;
      }
    }
  }

  /**
   * Packs the transpose (depth, rows) of a matrix with {@code rows} rows, {@code stride} apart;
   * columns that it lacks are 0.
   *
   * @param depth numbers of a row that count
   */
  public static void packTransposed(
      float[] b, int at, int rows, int stride, int depth, float[] panels) {
    for (int j = 0; j < rows; j += COLUMNS) {
      int panel = Vectors.LEAD + j * depth;
      int columns = Math.min(COLUMNS, rows - j);
      if (columns < COLUMNS) {
        Arrays.fill(panels, panel, panel + depth * COLUMNS, 0);
      }
      for (int column = 0; column < columns; column++) {
        spread(b, at + (j + column) * stride, depth, panels, panel + column);
      }
    }
  }

  private static void spread(float[] row, int from, int depth, float[] panels, int to) {
    for (int k = 0; k < depth; k++) {
      panels[to + k * COLUMNS] = row[from + k];
    }
  }

  /**
   * c = a b for {@link #ROWS} rows and one panel: c[at + i stride + j] = sum over k below depth of
   * a[from + i rowStride + k depthStride] panel[k, j].
   *
   * @param panel where b's rows begin in {@code panels}
   */
  public static void multiply(
      float[] a,
      int from,
      int rowStride,
      int depthStride,
      int depth,
      float[] panels,
      int panel,
      float[] c,
      int at,
      int stride) {
    FloatVector c00 = Lanes.zero();
    FloatVector c01 = c00;
    FloatVector c10 = c00;
    FloatVector c11 = c00;
    FloatVector c20 = c00;
    FloatVector c21 = c00;
    FloatVector c30 = c00;
    FloatVector c31 = c00;
    FloatVector c40 = c00;
    FloatVector c41 = c00;
    FloatVector c50 = c00;
    FloatVector c51 = c00;
    FloatVector c60 = c00;
    FloatVector c61 = c00;
    FloatVector c70 = c00;
    FloatVector c71 = c00;
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, panels, panel + k * COLUMNS);
      FloatVector b1 = FloatVector.fromArray(SPECIES, panels, panel + k * COLUMNS + LANES);
      int i = from + k * depthStride;
      FloatVector x = Lanes.all(a[i]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      x = Lanes.all(a[i + rowStride]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      x = Lanes.all(a[i + 2 * rowStride]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      x = Lanes.all(a[i + 3 * rowStride]);
      c30 = x.fma(b0, c30);
      c31 = x.fma(b1, c31);
      x = Lanes.all(a[i + 4 * rowStride]);
      c40 = x.fma(b0, c40);
      c41 = x.fma(b1, c41);
      x = Lanes.all(a[i + 5 * rowStride]);
      c50 = x.fma(b0, c50);
      c51 = x.fma(b1, c51);
      x = Lanes.all(a[i + 6 * rowStride]);
      c60 = x.fma(b0, c60);
      c61 = x.fma(b1, c61);
      x = Lanes.all(a[i + 7 * rowStride]);
      c70 = x.fma(b0, c70);
      c71 = x.fma(b1, c71);
    }
    c00.intoArray(c, at);
    c01.intoArray(c, at + LANES);
    c10.intoArray(c, at + stride);
    c11.intoArray(c, at + stride + LANES);
    c20.intoArray(c, at + 2 * stride);
    c21.intoArray(c, at + 2 * stride + LANES);
    c30.intoArray(c, at + 3 * stride);
    c31.intoArray(c, at + 3 * stride + LANES);
    c40.intoArray(c, at + 4 * stride);
    c41.intoArray(c, at + 4 * stride + LANES);
    c50.intoArray(c, at + 5 * stride);
    c51.intoArray(c, at + 5 * stride + LANES);
    c60.intoArray(c, at + 6 * stride);
    c61.intoArray(c, at + 6 * stride + LANES);
    c70.intoArray(c, at + 7 * stride);
    c71.intoArray(c, at + 7 * stride + LANES);
  }
}
