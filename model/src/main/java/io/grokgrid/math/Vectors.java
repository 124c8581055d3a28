package io.grokgrid.math;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Arithmetic on rows of {@code float[]} with the processor's vector instructions: the one class
 * that knows them. Every row's length is a multiple of {@link #BLOCK}.
 *
 * <p>Only exactly rounded operations in a fixed order are used (no library function of the vector
 * API, no reduction in an order that it may choose), so that interpreted and compiled code give the
 * same bits. All methods use one vector species: mixing several slows every one of them.
 */
public final class Vectors {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_256;
  private static final int LANES = SPECIES.length();

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
  private static final float LEAST_EXPONENT = -87;
  private static final float LOG2_E = 1.4426950408889634f;
  private static final float LN2_HIGH = 0.693359375f;
  private static final float LN2_LOW = -2.12194440e-4f;

  /** Added and subtracted, it rounds a float to a whole number. */
  private static final float ROUNDER = 0x1.8p23f;

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
      sum = FloatVector.fromArray(SPECIES, rows, r + i).fma(all(w0), sum);
      sum = FloatVector.fromArray(SPECIES, rows, r + stride + i).fma(all(w1), sum);
      sum = FloatVector.fromArray(SPECIES, rows, r + 2 * stride + i).fma(all(w2), sum);
      sum = FloatVector.fromArray(SPECIES, rows, r + 3 * stride + i).fma(all(w3), sum);
      sum = FloatVector.fromArray(SPECIES, rows, s + i).fma(all(v0), sum);
      sum = FloatVector.fromArray(SPECIES, rows, s + stride + i).fma(all(v1), sum);
      sum = FloatVector.fromArray(SPECIES, rows, s + 2 * stride + i).fma(all(v2), sum);
      sum = FloatVector.fromArray(SPECIES, rows, s + 3 * stride + i).fma(all(v3), sum);
      sum.intoArray(to, at + i);
    }
  }

  private static FloatVector all(float value) {
    return FloatVector.broadcast(SPECIES, value);
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
      sum = FloatVector.fromArray(SPECIES, rows, r + i).fma(all(w), sum);
      FloatVector.fromArray(SPECIES, rows, s + i).fma(all(v), sum).intoArray(to, at + i);
    }
  }

  /** to[at..] = from[start..] + weight row[r..], n wide. */
  public static void mix(
      float[] to, int at, float[] from, int start, float[] row, int r, float weight, int n) {
    FloatVector w = FloatVector.broadcast(SPECIES, weight);
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
      addBoth(sums, r + i, first, w0, second, v0);
      addBoth(sums, r + stride + i, first, w1, second, v1);
      addBoth(sums, r + 2 * stride + i, first, w2, second, v2);
      addBoth(sums, r + 3 * stride + i, first, w3, second, v3);
    }
  }

  private static void addBoth(
      float[] sums, int at, FloatVector first, float w, FloatVector second, float v) {
    FloatVector sum = FloatVector.fromArray(SPECIES, sums, at);
    second.fma(all(v), first.fma(all(w), sum)).intoArray(sums, at);
  }

  /** sums[r..] += w x[one..] + v x[other..], n wide. */
  public static void scatter(
      float[] x, int one, float w, int other, float v, float[] sums, int r, int n) {
    for (int i = 0; i < n; i += LANES) {
      FloatVector first = FloatVector.fromArray(SPECIES, x, one + i);
      addBoth(sums, r + i, first, w, FloatVector.fromArray(SPECIES, x, other + i), v);
    }
  }

  private static FloatVector zero() {
    return FloatVector.zero(SPECIES);
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
    FloatVector one0 = zero();
    FloatVector one1 = zero();
    FloatVector one2 = zero();
    FloatVector one3 = zero();
    FloatVector other0 = zero();
    FloatVector other1 = zero();
    FloatVector other2 = zero();
    FloatVector other3 = zero();
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
      products[t] = sumOfLanes(lanes, t * LANES);
    }
  }

  /** The scalar product of row[at..] and tables[r..], n wide. */
  public static float dot(float[] row, int at, float[] tables, int r, int n, float[] lanes) {
    FloatVector sum = zero();
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = FloatVector.fromArray(SPECIES, row, at + i);
      sum = x.fma(FloatVector.fromArray(SPECIES, tables, r + i), sum);
    }
    sum.intoArray(lanes, 0);
    return sumOfLanes(lanes, 0);
  }

  /** Of {@link #LANES} numbers, in a fixed order. */
  private static float sumOfLanes(float[] lanes, int from) {
    float sum = 0;
    for (int i = from; i < from + LANES; i++) {
      sum += lanes[i];
    }
    return sum;
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
      FloatVector gauss = exp(value.mul(value).mul(-0.5f));
      FloatVector half = halfErfc(value.abs(), gauss);
      FloatVector phi = half.blend(one().sub(half), value.compare(VectorOperators.GT, 0f));
      value.mul(phi).intoArray(x, at + i);
      value.mul(gauss).mul(INVERSE_ROOT_TWO_PI).add(phi).intoArray(slope, to + i);
    }
  }

  private static FloatVector one() {
    return FloatVector.broadcast(SPECIES, 1f);
  }

  /**
   * erfc(x / sqrt 2) / 2 for x of at least 0, given exp(-x^2 / 2): the form of Abramowitz and
   * Stegun 7.1.26 with eight coefficients, which were interpolated at Chebyshev's nodes; absolute
   * error below 3e-8.
   */
  private static FloatVector halfErfc(FloatVector x, FloatVector gauss) {
    FloatVector t = one().div(x.mul((float) (0.42 / Math.sqrt(2))).add(1f));
    FloatVector sum = FloatVector.broadcast(SPECIES, 0.07166510674345504f);
    sum = sum.fma(t, FloatVector.broadcast(SPECIES, -0.3252730116847904f));
    sum = sum.fma(t, FloatVector.broadcast(SPECIES, 0.44743881891209886f));
    sum = sum.fma(t, FloatVector.broadcast(SPECIES, -0.13480035250773278f));
    sum = sum.fma(t, FloatVector.broadcast(SPECIES, 0.2698498061560154f));
    sum = sum.fma(t, FloatVector.broadcast(SPECIES, 0.19477285788042767f));
    sum = sum.fma(t, FloatVector.broadcast(SPECIES, 0.23951358486828442f));
    sum = sum.fma(t, FloatVector.broadcast(SPECIES, 0.23683320126571242f));
    return sum.mul(t).mul(gauss).mul(0.5f);
  }

  /**
   * e^x for x of at most 0, with a relative error below 2e-7; 0 below -87. Cephes's expf: x = k ln
   * 2 + r, and a polynomial for e^r.
   */
  private static FloatVector exp(FloatVector x) {
    FloatVector shifted = x.mul(LOG2_E).add(ROUNDER);
    FloatVector k = shifted.sub(ROUNDER);
    FloatVector r = k.fma(FloatVector.broadcast(SPECIES, -LN2_HIGH), x);
    r = k.fma(FloatVector.broadcast(SPECIES, -LN2_LOW), r);
    FloatVector sum = FloatVector.broadcast(SPECIES, 1.9875691500e-4f);
    sum = sum.fma(r, FloatVector.broadcast(SPECIES, 1.3981999507e-3f));
    sum = sum.fma(r, FloatVector.broadcast(SPECIES, 8.3334519073e-3f));
    sum = sum.fma(r, FloatVector.broadcast(SPECIES, 4.1665795894e-2f));
    sum = sum.fma(r, FloatVector.broadcast(SPECIES, 1.6666665459e-1f));
    sum = sum.fma(r, FloatVector.broadcast(SPECIES, 5.0000001201e-1f));
    sum = sum.fma(r.mul(r), r.add(1f));
    IntVector power = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
    return sum.reinterpretAsInts()
        .add(power)
        .reinterpretAsFloats()
        .blend(0f, x.compare(VectorOperators.LT, LEAST_EXPONENT));
  }

  /** row[at..] += more[from..], n wide; the largest of the sums, NaN if there is one. */
  public static float addAndFindMax(
      float[] row, int at, float[] more, int from, int n, float[] lanes) {
    FloatVector most = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
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

  /** row[at..] = exp(row - max), n wide; the sum of them. */
  public static float expOfDifference(float[] row, int at, float max, int n, float[] lanes) {
    FloatVector sum = FloatVector.zero(SPECIES);
    for (int i = at; i < at + n; i += LANES) {
      FloatVector e = exp(FloatVector.fromArray(SPECIES, row, i).sub(max));
      e.intoArray(row, i);
      sum = sum.add(e);
    }
    sum.intoArray(lanes, 0);
    return sumOfLanes(lanes, 0);
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
      FloatVector sum = FloatVector.zero(SPECIES);
      for (int k = 0; k < count; k++) {
        FloatVector e = exp(FloatVector.fromArray(SPECIES, rows, i + k * stride).sub(most));
        e.intoArray(rows, i + k * stride);
        sum = sum.add(e);
      }
      FloatVector inverse = one().div(sum);
      for (int k = 0; k < count; k++) {
        FloatVector e = FloatVector.fromArray(SPECIES, rows, i + k * stride);
        e.mul(inverse).intoArray(rows, i + k * stride);
      }
    }
  }

  /**
   * The adjoint of {@link #softmax}: replaces gradients of its results by those of its arguments, w
   * (g - sum of w g).
   */
  public static void softmaxGradient(
      float[] weights, float[] gradients, int at, int count, int stride, int n) {
    for (int i = at; i < at + n; i += LANES) {
      FloatVector mean = FloatVector.zero(SPECIES);
      for (int k = 0; k < count; k++) {
        FloatVector w = FloatVector.fromArray(SPECIES, weights, i + k * stride);
        mean = w.fma(FloatVector.fromArray(SPECIES, gradients, i + k * stride), mean);
      }
      for (int k = 0; k < count; k++) {
        FloatVector w = FloatVector.fromArray(SPECIES, weights, i + k * stride);
        FloatVector g = FloatVector.fromArray(SPECIES, gradients, i + k * stride);
        w.mul(g.sub(mean)).intoArray(gradients, i + k * stride);
      }
    }
  }
}
