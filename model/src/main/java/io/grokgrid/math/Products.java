package io.grokgrid.math;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of matrices in {@code float[]}: what a library would win is less than the copies to it
 * take. As in {@link Vectors}, only exactly rounded operations in a fixed order are used.
 *
 * <p>Tiles of the result are summed in registers: at most 16 of them, since with more the compiler
 * gives up and puts every vector on the heap. B is first copied to panels with rows of one length,
 * so that what the inner loop reads is checked before it, and its few indices stay in registers: of
 * loops with strides for all, half of the processes had one that was a fifth slower.
 *
 * <p>An instance is for one thread.
 */
public final class Products {
  private static final VectorSpecies<Float> SPECIES = Lanes.SPECIES;
  private static final int LANES = Lanes.COUNT;
  private static final int TILE = 4;

  private static final int WIDTH = TILE * LANES;

  private final float[] tile = new float[TILE * WIDTH];
  private float[] panel = new float[0]; // (k, WIDTH), of B or B^T
  private float[] few = new float[0]; // fewer than a vector's rows of B

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
    if (k == 1 && adds) {
      for (int row = 0; row < m; row++) {
        Vectors.add(c, cAt + row * cRow, b, bAt, a[aAt + row * aRow], n);
      }
      return;
    }
    makeRoom(k);
    for (int column = 0; column < n; column += WIDTH) {
      int width = Math.min(WIDTH, n - column);
      Vectors.copyRows(b, bAt + column, bRow, panel, Vectors.LEAD, WIDTH, k, width);
      multiplyPanel(a, aAt, aRow, aColumn, c, cAt + column, cRow, m, k, width, adds);
    }
  }

  private void makeRoom(int k) {
    if (panel.length < Vectors.LEAD + k * WIDTH) {
      panel = new float[Vectors.LEAD + k * WIDTH];
      few = new float[k * LANES];
    }
  }

  /**
   * C = A B^T, or C += A B^T, for A (m, k) and B (n, k) whose rows are each in one piece. Rows of C
   * are as long as the next multiple of {@link Vectors#BLOCK}; behind the n-th number they get 0.
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
    makeRoom(k);
    for (int column = 0; column < n; column += WIDTH) {
      int width = Math.min(WIDTH, n - column);
      packTransposed(b, bAt + column * bRow, bRow, width, k);
      int padded = Vectors.padded(width);
      multiplyPanel(a, aAt, aRow, 1, c, cAt + column, cRow, m, k, padded, adds);
    }
  }

  /** The columns of the panel become the rows of B, and behind the last, up to a block, 0. */
  private void packTransposed(float[] b, int at, int bRow, int rows, int k) {
    for (int row = 0; row < Vectors.padded(rows); row += LANES) {
      int to = Vectors.LEAD + row;
      if (row + LANES <= rows) {
        Vectors.transpose(b, at + row * bRow, bRow, k, panel, to, WIDTH);
      } else {
        Arrays.fill(few, 0, LANES * k, 0);
        for (int i = row; i < rows; i++) {
          System.arraycopy(b, at + i * bRow, few, (i - row) * k, k);
        }
        Vectors.transpose(few, 0, k, k, panel, to, WIDTH);
      }
    }
  }

  /** A times the panel, of which at most {@link #WIDTH} columns count. */
  private void multiplyPanel(
      float[] a,
      int aAt,
      int aRow,
      int aColumn,
      float[] c,
      int cAt,
      int cRow,
      int m,
      int k,
      int width,
      boolean adds) {
    for (int row = 0; row < m; row += TILE) {
      int from = aAt + row * aRow;
      int to = cAt + row * cRow;
      int last = Math.min(TILE, m - row) - 1;
      if (adds) {
        tile(a, from, aRow, aColumn, panel, tile, 0, WIDTH, last, k, width);
        for (int i = 0; i <= last; i++) {
          Vectors.add(c, to + i * cRow, tile, i * WIDTH, width);
        }
      } else {
        tile(a, from, aRow, aColumn, panel, c, to, cRow, last, k, width);
      }
    }
  }

  /** A tile of C, of {@code last} + 1 rows. */
  private static void tile(
      float[] a,
      int a0,
      int aRow,
      int aColumn,
      float[] panel,
      float[] c,
      int c0,
      int cRow,
      int last,
      int k,
      int width) {
    if (width < WIDTH) {
      fourByTwo(a, a0, aRow, aColumn, panel, c, c0, cRow, last, k);
    } else if (last == 0) {
      oneByFour(a, a0, aColumn, panel, c, c0, k);
    } else if (aColumn == 1) {
      fourRowsByFour(a, a0, aRow, panel, c, c0, cRow, last, k);
    } else {
      fourByFour(a, a0, aRow, aColumn, panel, c, c0, cRow, last, k);
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
    for (int i = 0; i < k; i++) {
      int y = Vectors.LEAD + i * WIDTH;
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

  /** Likewise, of rows of A that are each in one piece, for the same reason as the panels. */
  private static void fourRowsByFour(
      float[] a, int a0, int aRow, float[] b, float[] c, int c0, int cRow, int last, int k) {
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
    for (int i = 0; i < k; i++) {
      int x = a0 + i;
      int y = Vectors.LEAD + i * WIDTH;
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
    for (int i = 0; i < k; i++) {
      int y = Vectors.LEAD + i * WIDTH;
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
      float[] a, int a0, int aColumn, float[] b, float[] c, int c0, int k) {
    FloatVector s0 = Lanes.zero();
    FloatVector s1 = Lanes.zero();
    FloatVector s2 = Lanes.zero();
    FloatVector s3 = Lanes.zero();
    int x = a0;
    for (int i = 0; i < k; i++) {
      int y = Vectors.LEAD + i * WIDTH;
      FloatVector w = Lanes.all(a[x]);
      s0 = FloatVector.fromArray(SPECIES, b, y).fma(w, s0);
      s1 = FloatVector.fromArray(SPECIES, b, y + LANES).fma(w, s1);
      s2 = FloatVector.fromArray(SPECIES, b, y + 2 * LANES).fma(w, s2);
      s3 = FloatVector.fromArray(SPECIES, b, y + 3 * LANES).fma(w, s3);
      x += aColumn;
    }
    s0.intoArray(c, c0);
    s1.intoArray(c, c0 + LANES);
    s2.intoArray(c, c0 + 2 * LANES);
    s3.intoArray(c, c0 + 3 * LANES);
  }
}
