package io.grokgrid.math;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of small matrices in {@code float[]}, where calling a library takes longer than they do.
 * As in {@link Vectors}, only exactly rounded operations in a fixed order are used.
 *
 * <p>Tiles of the result are summed in registers: at most 16 of them, since with more the compiler
 * gives up and puts every vector on the heap.
 */
public final class Products {
  private static final VectorSpecies<Float> SPECIES = Lanes.SPECIES;
  private static final int LANES = Lanes.COUNT;
  private static final int TILE = 4;

  private final float[] lanes = new float[TILE * TILE * LANES];
  private final float[] tile = new float[TILE * TILE * LANES];

  /**
   * C = A B, or C += A B. A (m, k) lies anyhow, A^T for example; rows of B (k, n) and of C (m, n)
   * are each in one piece.
   *
   * @param aRow from a row of A to the next
   * @param aColumn from a column of A to the next
   * @param bRow from a row of B to the next, and likewise {@code cRow}
   * @param n a multiple of {@link Vectors#BLOCK}
   * @param adds whether to what C holds
   */
  public void multiply(
      float[] a,
      int aAt,
      int aRow,
      int aColumn,
      float[] b,
      int bAt,
      int bRow,
      float[] c,
      int cAt,
      int cRow,
      int m,
      int k,
      int n,
      boolean adds) {
    for (int column = 0; column < n; column += TILE * LANES) {
      int width = Math.min(TILE * LANES, n - column);
      for (int row = 0; row < m; row += TILE) {
        int from = aAt + row * aRow;
        int to = cAt + row * cRow + column;
        int last = Math.min(TILE, m - row) - 1;
        if (adds) {
          tile(
              a, from, aRow, aColumn, b, bAt + column, bRow, tile, 0, TILE * LANES, last, k, width);
          for (int i = 0; i <= last; i++) {
            Vectors.add(c, to + i * cRow, tile, i * TILE * LANES, width);
          }
        } else {
          tile(a, from, aRow, aColumn, b, bAt + column, bRow, c, to, cRow, last, k, width);
        }
      }
    }
  }

  /** A tile of C, of {@code last} + 1 rows. */
  private static void tile(
      float[] a,
      int a0,
      int aRow,
      int aColumn,
      float[] b,
      int b0,
      int bRow,
      float[] c,
      int c0,
      int cRow,
      int last,
      int k,
      int width) {
    if (width < TILE * LANES) {
      fourByTwo(a, a0, aRow, aColumn, b, b0, bRow, c, c0, cRow, last, k);
    } else if (last == 0) {
      oneByFour(a, a0, aColumn, b, b0, bRow, c, c0, k);
    } else {
      fourByFour(a, a0, aRow, aColumn, b, b0, bRow, c, c0, cRow, last, k);
    }
  }

  /**
   * A tile of C, four rows by four vectors. Of fewer rows the last, which is number {@code last},
   * is made several times. To what C holds nothing is added here: only so much is inlined into one
   * method, and a vector that goes into a call is put on the heap.
   */
  private static void fourByFour(
      float[] a,
      int a0,
      int aRow,
      int aColumn,
      float[] b,
      int b0,
      int bRow,
      float[] c,
      int c0,
      int cRow,
      int last,
      int k) {
    FloatVector s00 = Lanes.zero();
    FloatVector s01 = Lanes.zero();
    FloatVector s02 = Lanes.zero();
    FloatVector s03 = Lanes.zero();
    FloatVector s10 = Lanes.zero();
    FloatVector s11 = Lanes.zero();
    FloatVector s12 = Lanes.zero();
    FloatVector s13 = Lanes.zero();
    FloatVector s20 = Lanes.zero();
    FloatVector s21 = Lanes.zero();
    FloatVector s22 = Lanes.zero();
    FloatVector s23 = Lanes.zero();
    FloatVector s30 = Lanes.zero();
    FloatVector s31 = Lanes.zero();
    FloatVector s32 = Lanes.zero();
    FloatVector s33 = Lanes.zero();
    int a1 = Math.min(last, 1) * aRow;
    int a2 = Math.min(last, 2) * aRow;
    int a3 = last * aRow;
    int x = a0;
    int y = b0;
    for (int i = 0; i < k; i++) {
      FloatVector y0 = FloatVector.fromArray(SPECIES, b, y);
      FloatVector y1 = FloatVector.fromArray(SPECIES, b, y + LANES);
      FloatVector y2 = FloatVector.fromArray(SPECIES, b, y + 2 * LANES);
      FloatVector y3 = FloatVector.fromArray(SPECIES, b, y + 3 * LANES);
      FloatVector w = Lanes.all(a[x]);
      s00 = y0.fma(w, s00);
      s01 = y1.fma(w, s01);
      s02 = y2.fma(w, s02);
      s03 = y3.fma(w, s03);
      w = Lanes.all(a[x + a1]);
      s10 = y0.fma(w, s10);
      s11 = y1.fma(w, s11);
      s12 = y2.fma(w, s12);
      s13 = y3.fma(w, s13);
      w = Lanes.all(a[x + a2]);
      s20 = y0.fma(w, s20);
      s21 = y1.fma(w, s21);
      s22 = y2.fma(w, s22);
      s23 = y3.fma(w, s23);
      w = Lanes.all(a[x + a3]);
      s30 = y0.fma(w, s30);
      s31 = y1.fma(w, s31);
      s32 = y2.fma(w, s32);
      s33 = y3.fma(w, s33);
      x += aColumn;
      y += bRow;
    }
    int c1 = c0 + Math.min(last, 1) * cRow;
    int c2 = c0 + Math.min(last, 2) * cRow;
    int c3 = c0 + last * cRow;
    s00.intoArray(c, c0);
    s01.intoArray(c, c0 + LANES);
    s02.intoArray(c, c0 + 2 * LANES);
    s03.intoArray(c, c0 + 3 * LANES);
    s10.intoArray(c, c1);
    s11.intoArray(c, c1 + LANES);
    s12.intoArray(c, c1 + 2 * LANES);
    s13.intoArray(c, c1 + 3 * LANES);
    s20.intoArray(c, c2);
    s21.intoArray(c, c2 + LANES);
    s22.intoArray(c, c2 + 2 * LANES);
    s23.intoArray(c, c2 + 3 * LANES);
    s30.intoArray(c, c3);
    s31.intoArray(c, c3 + LANES);
    s32.intoArray(c, c3 + 2 * LANES);
    s33.intoArray(c, c3 + 3 * LANES);
  }

  private static void fourByTwo(
      float[] a,
      int a0,
      int aRow,
      int aColumn,
      float[] b,
      int b0,
      int bRow,
      float[] c,
      int c0,
      int cRow,
      int last,
      int k) {
    FloatVector s00 = Lanes.zero();
    FloatVector s01 = Lanes.zero();
    FloatVector s10 = Lanes.zero();
    FloatVector s11 = Lanes.zero();
    FloatVector s20 = Lanes.zero();
    FloatVector s21 = Lanes.zero();
    FloatVector s30 = Lanes.zero();
    FloatVector s31 = Lanes.zero();
    int a1 = Math.min(last, 1) * aRow;
    int a2 = Math.min(last, 2) * aRow;
    int a3 = last * aRow;
    int x = a0;
    int y = b0;
    for (int i = 0; i < k; i++) {
      FloatVector y0 = FloatVector.fromArray(SPECIES, b, y);
      FloatVector y1 = FloatVector.fromArray(SPECIES, b, y + LANES);
      FloatVector w = Lanes.all(a[x]);
      s00 = y0.fma(w, s00);
      s01 = y1.fma(w, s01);
      w = Lanes.all(a[x + a1]);
      s10 = y0.fma(w, s10);
      s11 = y1.fma(w, s11);
      w = Lanes.all(a[x + a2]);
      s20 = y0.fma(w, s20);
      s21 = y1.fma(w, s21);
      w = Lanes.all(a[x + a3]);
      s30 = y0.fma(w, s30);
      s31 = y1.fma(w, s31);
      x += aColumn;
      y += bRow;
    }
    int c1 = c0 + Math.min(last, 1) * cRow;
    int c2 = c0 + Math.min(last, 2) * cRow;
    int c3 = c0 + last * cRow;
    s00.intoArray(c, c0);
    s01.intoArray(c, c0 + LANES);
    s10.intoArray(c, c1);
    s11.intoArray(c, c1 + LANES);
    s20.intoArray(c, c2);
    s21.intoArray(c, c2 + LANES);
    s30.intoArray(c, c3);
    s31.intoArray(c, c3 + LANES);
  }

  private static void oneByFour(
      float[] a, int a0, int aColumn, float[] b, int b0, int bRow, float[] c, int c0, int k) {
    FloatVector s0 = Lanes.zero();
    FloatVector s1 = Lanes.zero();
    FloatVector s2 = Lanes.zero();
    FloatVector s3 = Lanes.zero();
    int x = a0;
    int y = b0;
    for (int i = 0; i < k; i++) {
      FloatVector w = Lanes.all(a[x]);
      s0 = FloatVector.fromArray(SPECIES, b, y).fma(w, s0);
      s1 = FloatVector.fromArray(SPECIES, b, y + LANES).fma(w, s1);
      s2 = FloatVector.fromArray(SPECIES, b, y + 2 * LANES).fma(w, s2);
      s3 = FloatVector.fromArray(SPECIES, b, y + 3 * LANES).fma(w, s3);
      x += aColumn;
      y += bRow;
    }
    s0.intoArray(c, c0);
    s1.intoArray(c, c0 + LANES);
    s2.intoArray(c, c0 + 2 * LANES);
    s3.intoArray(c, c0 + 3 * LANES);
  }

  /**
   * C = A B^T, or C += A B^T, for A (m, k) and B (n, k) whose rows are each in one piece.
   *
   * @param aRow from a row of A to the next, and likewise {@code bRow} and {@code cRow}
   * @param k a multiple of {@link Vectors#BLOCK}
   * @param adds whether to what C holds
   */
  public void multiplyByTransposed(
      float[] a,
      int aAt,
      int aRow,
      float[] b,
      int bAt,
      int bRow,
      float[] c,
      int cAt,
      int cRow,
      int m,
      int k,
      int n,
      boolean adds) {
    for (int row = 0; row < m; row += TILE) {
      int from = aAt + row * aRow;
      int to = cAt + row * cRow;
      int rows = Math.min(TILE, m - row);
      for (int column = 0; column < n; column += TILE) {
        int columns = Math.min(TILE, n - column);
        int other = bAt + column * bRow;
        if (rows == 1) {
          dotFour(a, from, b, other, bRow, columns - 1, k, lanes);
          sums(lanes, 0, c, to + column, columns, adds);
        } else {
          dotFourByFour(a, from, aRow, rows - 1, b, other, bRow, columns - 1, k, lanes);
          for (int i = 0; i < rows; i++) {
            sums(lanes, i * TILE * LANES, c, to + i * cRow + column, columns, adds);
          }
        }
      }
    }
  }

  /** c[at..] (+)= the sums of {@code count} vectors' lanes. */
  private static void sums(float[] lanes, int from, float[] c, int at, int count, boolean adds) {
    for (int i = 0; i < count; i++) {
      int l = from + i * LANES;
      float even = (lanes[l] + lanes[l + 4]) + (lanes[l + 2] + lanes[l + 6]);
      float odd = (lanes[l + 1] + lanes[l + 5]) + (lanes[l + 3] + lanes[l + 7]);
      c[at + i] = adds ? c[at + i] + (even + odd) : even + odd;
    }
  }

  /** The products of four rows of A and four of B, lane by lane; last ones as in a tile. */
  private static void dotFourByFour(
      float[] a,
      int a0,
      int aRow,
      int lastRow,
      float[] b,
      int b0,
      int bRow,
      int lastColumn,
      int k,
      float[] lanes) {
    int a1 = a0 + Math.min(lastRow, 1) * aRow;
    int a2 = a0 + Math.min(lastRow, 2) * aRow;
    int a3 = a0 + lastRow * aRow;
    int b1 = b0 + Math.min(lastColumn, 1) * bRow;
    int b2 = b0 + Math.min(lastColumn, 2) * bRow;
    int b3 = b0 + lastColumn * bRow;
    FloatVector s00 = Lanes.zero();
    FloatVector s01 = Lanes.zero();
    FloatVector s02 = Lanes.zero();
    FloatVector s03 = Lanes.zero();
    FloatVector s10 = Lanes.zero();
    FloatVector s11 = Lanes.zero();
    FloatVector s12 = Lanes.zero();
    FloatVector s13 = Lanes.zero();
    FloatVector s20 = Lanes.zero();
    FloatVector s21 = Lanes.zero();
    FloatVector s22 = Lanes.zero();
    FloatVector s23 = Lanes.zero();
    FloatVector s30 = Lanes.zero();
    FloatVector s31 = Lanes.zero();
    FloatVector s32 = Lanes.zero();
    FloatVector s33 = Lanes.zero();
    for (int i = 0; i < k; i += LANES) {
      FloatVector y0 = FloatVector.fromArray(SPECIES, b, b0 + i);
      FloatVector y1 = FloatVector.fromArray(SPECIES, b, b1 + i);
      FloatVector y2 = FloatVector.fromArray(SPECIES, b, b2 + i);
      FloatVector y3 = FloatVector.fromArray(SPECIES, b, b3 + i);
      FloatVector x = FloatVector.fromArray(SPECIES, a, a0 + i);
      s00 = x.fma(y0, s00);
      s01 = x.fma(y1, s01);
      s02 = x.fma(y2, s02);
      s03 = x.fma(y3, s03);
      x = FloatVector.fromArray(SPECIES, a, a1 + i);
      s10 = x.fma(y0, s10);
      s11 = x.fma(y1, s11);
      s12 = x.fma(y2, s12);
      s13 = x.fma(y3, s13);
      x = FloatVector.fromArray(SPECIES, a, a2 + i);
      s20 = x.fma(y0, s20);
      s21 = x.fma(y1, s21);
      s22 = x.fma(y2, s22);
      s23 = x.fma(y3, s23);
      x = FloatVector.fromArray(SPECIES, a, a3 + i);
      s30 = x.fma(y0, s30);
      s31 = x.fma(y1, s31);
      s32 = x.fma(y2, s32);
      s33 = x.fma(y3, s33);
    }
    s00.intoArray(lanes, 0);
    s01.intoArray(lanes, LANES);
    s02.intoArray(lanes, 2 * LANES);
    s03.intoArray(lanes, 3 * LANES);
    s10.intoArray(lanes, 4 * LANES);
    s11.intoArray(lanes, 5 * LANES);
    s12.intoArray(lanes, 6 * LANES);
    s13.intoArray(lanes, 7 * LANES);
    s20.intoArray(lanes, 8 * LANES);
    s21.intoArray(lanes, 9 * LANES);
    s22.intoArray(lanes, 10 * LANES);
    s23.intoArray(lanes, 11 * LANES);
    s30.intoArray(lanes, 12 * LANES);
    s31.intoArray(lanes, 13 * LANES);
    s32.intoArray(lanes, 14 * LANES);
    s33.intoArray(lanes, 15 * LANES);
  }

  /** The products of row[at..] and four rows from rows[r0..] on, lane by lane. */
  private static void dotFour(
      float[] row, int at, float[] rows, int r0, int stride, int last, int k, float[] lanes) {
    int r1 = r0 + Math.min(last, 1) * stride;
    int r2 = r0 + Math.min(last, 2) * stride;
    int r3 = r0 + last * stride;
    FloatVector s0 = Lanes.zero();
    FloatVector s1 = Lanes.zero();
    FloatVector s2 = Lanes.zero();
    FloatVector s3 = Lanes.zero();
    for (int i = 0; i < k; i += LANES) {
      FloatVector x = FloatVector.fromArray(SPECIES, row, at + i);
      s0 = x.fma(FloatVector.fromArray(SPECIES, rows, r0 + i), s0);
      s1 = x.fma(FloatVector.fromArray(SPECIES, rows, r1 + i), s1);
      s2 = x.fma(FloatVector.fromArray(SPECIES, rows, r2 + i), s2);
      s3 = x.fma(FloatVector.fromArray(SPECIES, rows, r3 + i), s3);
    }
    s0.intoArray(lanes, 0);
    s1.intoArray(lanes, LANES);
    s2.intoArray(lanes, 2 * LANES);
    s3.intoArray(lanes, 3 * LANES);
  }
}
