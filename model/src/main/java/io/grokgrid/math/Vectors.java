package io.grokgrid.math;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Arithmetic on rows of {@code float[]} with the processor's vector instructions, as {@link Lanes}
 * has them. Every row's length is a multiple of {@link #BLOCK}.
 *
 * <p>Only exactly rounded operations in a fixed order are used (no library function of the vector
 * API, no reduction in an order that it may choose), so that interpreted and compiled code give the
 * same bits. All methods use one vector species: mixing several slows every one of them.
 */
public final class Vectors {
  private static final VectorSpecies<Float> SPECIES = Lanes.SPECIES;
  private static final int LANES = Lanes.COUNT;

  /** What lengths of rows are multiples of. */
  public static final int BLOCK = 2 * LANES;

  /**
   * Where the first row of an array begins, in floats. An array's numbers lie 16 bytes behind its
   * start, so that rows of {@link #BLOCK}s are aligned to whole vectors where objects are, as by
   * -XX:ObjectAlignmentInBytes=32. Without it the results are the same, and storing takes twice as
   * long.
   */
  public static final int LEAD = 4;

  private static final float INVERSE_ROOT_TWO_PI = (float) (1 / Math.sqrt(2 * Math.PI));

  private Vectors() {}

  /** The smallest multiple of {@link #BLOCK} that is at least {@code length}. */
  public static int padded(int length) {
    return (length + BLOCK - 1) / BLOCK * BLOCK;
  }

  /**
   * to[at..] = from[start..] + sum over four heads t of w_t rows[r + t stride..] + v_t rows[s + t
   * stride..], n wide.
   */
  public static void mix(
      float[] to,
      int at,
      float[] from,
      int start,
      float[] rows,
      int stride,
      int r,
      float w0,
      float w1,
      float w2,
      float w3,
      int s,
      float v0,
      float v1,
      float v2,
      float v3,
      int n) {
    for (int i = 0; i < n; i += LANES) {
      FloatVector sum = FloatVector.fromArray(SPECIES, from, start + i);
      sum = FloatVector.fromArray(SPECIES, rows, r + i).fma(Lanes.all(w0), sum);
      sum = FloatVector.fromArray(SPECIES, rows, r + stride + i).fma(Lanes.all(w1), sum);
      sum = FloatVector.fromArray(SPECIES, rows, r + 2 * stride + i).fma(Lanes.all(w2), sum);
      sum = FloatVector.fromArray(SPECIES, rows, r + 3 * stride + i).fma(Lanes.all(w3), sum);
      sum = FloatVector.fromArray(SPECIES, rows, s + i).fma(Lanes.all(v0), sum);
      sum = FloatVector.fromArray(SPECIES, rows, s + stride + i).fma(Lanes.all(v1), sum);
      sum = FloatVector.fromArray(SPECIES, rows, s + 2 * stride + i).fma(Lanes.all(v2), sum);
      sum = FloatVector.fromArray(SPECIES, rows, s + 3 * stride + i).fma(Lanes.all(v3), sum);
      sum.intoArray(to, at + i);
    }
  }

  /** to[at..] = from[start..] + w rows[r..] + v rows[s..], n wide. */
  public static void mix(
      float[] to,
      int at,
      float[] from,
      int start,
      float[] rows,
      int r,
      float w,
      int s,
      float v,
      int n) {
    for (int i = 0; i < n; i += LANES) {
      FloatVector sum = FloatVector.fromArray(SPECIES, from, start + i);
      sum = FloatVector.fromArray(SPECIES, rows, r + i).fma(Lanes.all(w), sum);
      FloatVector.fromArray(SPECIES, rows, s + i).fma(Lanes.all(v), sum).intoArray(to, at + i);
    }
  }

  /** to[at..] = from[start..] + weight row[r..], n wide. */
  public static void mix(
      float[] to, int at, float[] from, int start, float[] row, int r, float weight, int n) {
    FloatVector w = Lanes.all(weight);
    for (int i = 0; i < n; i += LANES) {
      FloatVector.fromArray(SPECIES, row, r + i)
          .fma(w, FloatVector.fromArray(SPECIES, from, start + i))
          .intoArray(to, at + i);
    }
  }

  /** to[at..] += row[r..], n wide. */
  public static void add(float[] to, int at, float[] row, int r, int n) {
    for (int i = 0; i < n; i += LANES) {
      FloatVector.fromArray(SPECIES, to, at + i)
          .add(FloatVector.fromArray(SPECIES, row, r + i))
          .intoArray(to, at + i);
    }
  }

  /** to[at..] += weight row[r..], n wide. */
  public static void add(float[] to, int at, float[] row, int r, float weight, int n) {
    mix(to, at, to, at, row, r, weight, n);
  }

  /**
   * Makes eight rows, each k wide, columns of rows that are {@code stride} apart: of eight by eight
   * numbers blocks of four by four change places, then of two by two, then numbers.
   *
   * @param row from a row to the next
   */
  static void transpose(float[] from, int at, int row, int k, float[] to, int start, int stride) {
    for (int i = 0; i < k; i += LANES) {
      int f = at + i;
      FloatVector a0 = FloatVector.fromArray(SPECIES, from, f);
      FloatVector a1 = FloatVector.fromArray(SPECIES, from, f + row);
      FloatVector a2 = FloatVector.fromArray(SPECIES, from, f + 2 * row);
      FloatVector a3 = FloatVector.fromArray(SPECIES, from, f + 3 * row);
      FloatVector a4 = FloatVector.fromArray(SPECIES, from, f + 4 * row);
      FloatVector a5 = FloatVector.fromArray(SPECIES, from, f + 5 * row);
      FloatVector a6 = FloatVector.fromArray(SPECIES, from, f + 6 * row);
      FloatVector a7 = FloatVector.fromArray(SPECIES, from, f + 7 * row);
      FloatVector b0 = a0.blend(a4.rearrange(Lanes.BY_FOUR), Lanes.FOURS);
      FloatVector b4 = a0.rearrange(Lanes.BY_FOUR).blend(a4, Lanes.FOURS);
      FloatVector b1 = a1.blend(a5.rearrange(Lanes.BY_FOUR), Lanes.FOURS);
      FloatVector b5 = a1.rearrange(Lanes.BY_FOUR).blend(a5, Lanes.FOURS);
      FloatVector b2 = a2.blend(a6.rearrange(Lanes.BY_FOUR), Lanes.FOURS);
      FloatVector b6 = a2.rearrange(Lanes.BY_FOUR).blend(a6, Lanes.FOURS);
      FloatVector b3 = a3.blend(a7.rearrange(Lanes.BY_FOUR), Lanes.FOURS);
      FloatVector b7 = a3.rearrange(Lanes.BY_FOUR).blend(a7, Lanes.FOURS);
      FloatVector c0 = b0.blend(b2.rearrange(Lanes.BY_TWO), Lanes.TWOS);
      FloatVector c2 = b0.rearrange(Lanes.BY_TWO).blend(b2, Lanes.TWOS);
      FloatVector c1 = b1.blend(b3.rearrange(Lanes.BY_TWO), Lanes.TWOS);
      FloatVector c3 = b1.rearrange(Lanes.BY_TWO).blend(b3, Lanes.TWOS);
      FloatVector c4 = b4.blend(b6.rearrange(Lanes.BY_TWO), Lanes.TWOS);
      FloatVector c6 = b4.rearrange(Lanes.BY_TWO).blend(b6, Lanes.TWOS);
      FloatVector c5 = b5.blend(b7.rearrange(Lanes.BY_TWO), Lanes.TWOS);
      FloatVector c7 = b5.rearrange(Lanes.BY_TWO).blend(b7, Lanes.TWOS);
      int t = start + i * stride;
      c0.blend(c1.rearrange(Lanes.BY_ONE), Lanes.ONES).intoArray(to, t);
      c0.rearrange(Lanes.BY_ONE).blend(c1, Lanes.ONES).intoArray(to, t + stride);
      c2.blend(c3.rearrange(Lanes.BY_ONE), Lanes.ONES).intoArray(to, t + 2 * stride);
      c2.rearrange(Lanes.BY_ONE).blend(c3, Lanes.ONES).intoArray(to, t + 3 * stride);
      c4.blend(c5.rearrange(Lanes.BY_ONE), Lanes.ONES).intoArray(to, t + 4 * stride);
      c4.rearrange(Lanes.BY_ONE).blend(c5, Lanes.ONES).intoArray(to, t + 5 * stride);
      c6.blend(c7.rearrange(Lanes.BY_ONE), Lanes.ONES).intoArray(to, t + 6 * stride);
      c6.rearrange(Lanes.BY_ONE).blend(c7, Lanes.ONES).intoArray(to, t + 7 * stride);
    }
  }

  /** sums[r + t stride..] += w_t x[one..] + v_t x[other..] for four heads t, n wide. */
  public static void scatter(
      float[] x,
      int one,
      float w0,
      float w1,
      float w2,
      float w3,
      int other,
      float v0,
      float v1,
      float v2,
      float v3,
      float[] sums,
      int r,
      int stride,
      int n) {
    for (int i = 0; i < n; i += LANES) {
      FloatVector first = FloatVector.fromArray(SPECIES, x, one + i);
      FloatVector second = FloatVector.fromArray(SPECIES, x, other + i);
      Lanes.addBoth(sums, r + i, first, w0, second, v0);
      Lanes.addBoth(sums, r + stride + i, first, w1, second, v1);
      Lanes.addBoth(sums, r + 2 * stride + i, first, w2, second, v2);
      Lanes.addBoth(sums, r + 3 * stride + i, first, w3, second, v3);
    }
  }

  /** sums[r..] += w x[one..] + v x[other..], n wide. */
  public static void scatter(
      float[] x, int one, float w, int other, float v, float[] sums, int r, int n) {
    for (int i = 0; i < n; i += LANES) {
      FloatVector first = FloatVector.fromArray(SPECIES, x, one + i);
      Lanes.addBoth(sums, r + i, first, w, FloatVector.fromArray(SPECIES, x, other + i), v);
    }
  }

  /**
   * The scalar products of x[one..] and x[other..] with rows[r + t stride..] for four heads t, n
   * wide.
   *
   * @param lanes work space, 8 vectors of them
   * @param products receives the four of the one, then those of the other
   */
  public static void dot(
      float[] x,
      int one,
      int other,
      float[] rows,
      int r,
      int stride,
      int n,
      float[] lanes,
      float[] products) {
    FloatVector one0 = Lanes.zero();
    FloatVector one1 = Lanes.zero();
    FloatVector one2 = Lanes.zero();
    FloatVector one3 = Lanes.zero();
    FloatVector other0 = Lanes.zero();
    FloatVector other1 = Lanes.zero();
    FloatVector other2 = Lanes.zero();
    FloatVector other3 = Lanes.zero();
    for (int i = 0; i < n; i += LANES) {
      FloatVector first = FloatVector.fromArray(SPECIES, x, one + i);
      FloatVector second = FloatVector.fromArray(SPECIES, x, other + i);
      FloatVector row = FloatVector.fromArray(SPECIES, rows, r + i);
      one0 = first.fma(row, one0);
      other0 = second.fma(row, other0);
      row = FloatVector.fromArray(SPECIES, rows, r + stride + i);
      one1 = first.fma(row, one1);
      other1 = second.fma(row, other1);
      row = FloatVector.fromArray(SPECIES, rows, r + 2 * stride + i);
      one2 = first.fma(row, one2);
      other2 = second.fma(row, other2);
      row = FloatVector.fromArray(SPECIES, rows, r + 3 * stride + i);
      one3 = first.fma(row, one3);
      other3 = second.fma(row, other3);
    }
    one0.intoArray(lanes, 0);
    one1.intoArray(lanes, LANES);
    one2.intoArray(lanes, 2 * LANES);
    one3.intoArray(lanes, 3 * LANES);
    other0.intoArray(lanes, 4 * LANES);
    other1.intoArray(lanes, 5 * LANES);
    other2.intoArray(lanes, 6 * LANES);
    other3.intoArray(lanes, 7 * LANES);
    for (int t = 0; t < 8; t++) {
      products[t] = Lanes.sumOfLanes(lanes, t * LANES);
    }
  }

  /** The scalar product of row[at..] and tables[r..], n wide. */
  public static float dot(float[] row, int at, float[] tables, int r, int n, float[] lanes) {
    FloatVector sum = Lanes.zero();
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = FloatVector.fromArray(SPECIES, row, at + i);
      sum = x.fma(FloatVector.fromArray(SPECIES, tables, r + i), sum);
    }
    sum.intoArray(lanes, 0);
    return Lanes.sumOfLanes(lanes, 0);
  }

  /** x[at..] = factors[start..] slope[start..], n wide. */
  public static void multiply(float[] x, int at, float[] factors, float[] slope, int start, int n) {
    for (int i = 0; i < n; i += LANES) {
      FloatVector.fromArray(SPECIES, factors, start + i)
          .mul(FloatVector.fromArray(SPECIES, slope, start + i))
          .intoArray(x, at + i);
    }
  }

  /** x[at..] = max(x, 0), NaN where x is; n wide. */
  public static void relu(float[] x, int at, int n) {
    for (int i = at; i < at + n; i += LANES) {
      FloatVector value = FloatVector.fromArray(SPECIES, x, i);
      value.blend(0f, value.compare(VectorOperators.LE, 0f)).intoArray(x, i);
    }
  }

  /** x[at..] stays 0 where it is 0, and is d[from..] elsewhere; n wide. */
  public static void zeroWhereZero(float[] x, int at, float[] d, int from, int n) {
    for (int i = 0; i < n; i += LANES) {
      FloatVector value = FloatVector.fromArray(SPECIES, x, at + i);
      FloatVector.fromArray(SPECIES, d, from + i)
          .blend(0f, value.compare(VectorOperators.EQ, 0f))
          .intoArray(x, at + i);
    }
  }

  /** x[at..] = x^2, slope[to..] 2 x; n wide. */
  public static void square(float[] x, int at, float[] slope, int to, int n) {
    for (int i = 0; i < n; i += LANES) {
      FloatVector value = FloatVector.fromArray(SPECIES, x, at + i);
      value.mul(value).intoArray(x, at + i);
      value.add(value).intoArray(slope, to + i);
    }
  }

  /**
   * x[at..] = x Phi(x), slope[to..] Phi(x) + x phi(x), with Phi and phi the standard normal
   * distribution and its density (Hendrycks and Gimpel 2016, equation 1); n wide.
   */
  public static void gelu(float[] x, int at, float[] slope, int to, int n) {
    for (int i = 0; i < n; i += LANES) {
      FloatVector value = FloatVector.fromArray(SPECIES, x, at + i);
      FloatVector gauss = Lanes.exp(value.mul(value).mul(-0.5f));
      FloatVector half = Lanes.halfErfc(value.abs(), gauss);
      FloatVector phi = half.blend(Lanes.one().sub(half), value.compare(VectorOperators.GT, 0f));
      value.mul(phi).intoArray(x, at + i);
      value.mul(gauss).mul(INVERSE_ROOT_TWO_PI).add(phi).intoArray(slope, to + i);
    }
  }

  /** row[at..] += more[from..], n wide; the largest of the sums, NaN if there is one. */
  public static float addAndFindMax(
      float[] row, int at, float[] more, int from, int n, float[] lanes) {
    FloatVector most = Lanes.all(Float.NEGATIVE_INFINITY);
    for (int i = 0; i < n; i += LANES) {
      FloatVector sum =
          FloatVector.fromArray(SPECIES, row, at + i)
              .add(FloatVector.fromArray(SPECIES, more, from + i));
      sum.intoArray(row, at + i);
      most = most.max(sum);
    }
    most.intoArray(lanes, 0);
    float max = lanes[0];
    for (int i = 1; i < LANES; i++) {
      max = Math.max(max, lanes[i]);
    }
    return max;
  }

  /** row[at..] = Lanes.exp(row - max), n wide; the sum of them. */
  public static float expOfDifference(float[] row, int at, float max, int n, float[] lanes) {
    FloatVector sum = Lanes.zero();
    for (int i = at; i < at + n; i += LANES) {
      FloatVector e = Lanes.exp(FloatVector.fromArray(SPECIES, row, i).sub(max));
      e.intoArray(row, i);
      sum = sum.add(e);
    }
    sum.intoArray(lanes, 0);
    return Lanes.sumOfLanes(lanes, 0);
  }

  /** row[at..] *= factor, n wide. */
  public static void scale(float[] row, int at, float factor, int n) {
    for (int i = at; i < at + n; i += LANES) {
      FloatVector.fromArray(SPECIES, row, i).mul(factor).intoArray(row, i);
    }
  }

  /**
   * Softmax over the rows rows[at + k stride..], k below count, each n wide, in place.
   *
   * @param count of keys
   */
  public static void softmax(float[] rows, int at, int count, int stride, int n) {
    for (int i = at; i < at + n; i += LANES) {
      FloatVector most = FloatVector.fromArray(SPECIES, rows, i);
      for (int k = 1; k < count; k++) {
        most = most.max(FloatVector.fromArray(SPECIES, rows, i + k * stride));
      }
      FloatVector sum = Lanes.zero();
      for (int k = 0; k < count; k++) {
        FloatVector e = Lanes.exp(FloatVector.fromArray(SPECIES, rows, i + k * stride).sub(most));
        e.intoArray(rows, i + k * stride);
        sum = sum.add(e);
      }
      FloatVector inverse = Lanes.one().div(sum);
      for (int k = 0; k < count; k++) {
        FloatVector e = FloatVector.fromArray(SPECIES, rows, i + k * stride);
        e.mul(inverse).intoArray(rows, i + k * stride);
      }
    }
  }

  /**
   * The adjoint of {@link #softmax}: replaces gradients of its results by factor times those of its
   * arguments, w (g - sum of w g). The rows are weights[from + k stride..] and d[at + k stride..],
   * k below count, each n wide. What all g have in common is subtracted first: with weights that
   * round to a sum of not quite 1 it would not go.
   */
  public static void softmaxGradient(
      float[] weights, int from, float[] d, int at, float factor, int count, int stride, int n) {
    for (int i = 0; i < n; i += LANES) {
      FloatVector first = FloatVector.fromArray(SPECIES, d, at + i);
      FloatVector mean = Lanes.zero();
      for (int k = 0; k < count; k++) {
        FloatVector w = FloatVector.fromArray(SPECIES, weights, from + i + k * stride);
        FloatVector g = FloatVector.fromArray(SPECIES, d, at + i + k * stride).sub(first);
        mean = w.fma(g, mean);
      }
      for (int k = 0; k < count; k++) {
        FloatVector w = FloatVector.fromArray(SPECIES, weights, from + i + k * stride);
        FloatVector g = FloatVector.fromArray(SPECIES, d, at + i + k * stride).sub(first);
        w.mul(g.sub(mean)).mul(factor).intoArray(d, at + i + k * stride);
      }
    }
  }

  /** Copies rows of n numbers. */
  public static void copyRows(
      float[] from, int at, int stride, float[] to, int start, int toStride, int rows, int n) {
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < n; i += LANES) {
        FloatVector.fromArray(SPECIES, from, at + row * stride + i)
            .intoArray(to, start + row * toStride + i);
      }
    }
  }
}
