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

  /** to[at..] = from[start..] + sum over the four terms t of w_t tables[r_t..], n wide. */
  public static void mix(
      float[] to,
      int at,
      float[] from,
      int start,
      float[] tables,
      int r0,
      int r1,
      int r2,
      int r3,
      float w0,
      float w1,
      float w2,
      float w3,
      int n) {
    FloatVector weight0 = FloatVector.broadcast(SPECIES, w0);
    FloatVector weight1 = FloatVector.broadcast(SPECIES, w1);
    FloatVector weight2 = FloatVector.broadcast(SPECIES, w2);
    FloatVector weight3 = FloatVector.broadcast(SPECIES, w3);
    for (int i = 0; i < n; i += LANES) {
      FloatVector sum = FloatVector.fromArray(SPECIES, from, start + i);
      sum = FloatVector.fromArray(SPECIES, tables, r0 + i).fma(weight0, sum);
      sum = FloatVector.fromArray(SPECIES, tables, r1 + i).fma(weight1, sum);
      sum = FloatVector.fromArray(SPECIES, tables, r2 + i).fma(weight2, sum);
      sum = FloatVector.fromArray(SPECIES, tables, r3 + i).fma(weight3, sum);
      sum.intoArray(to, at + i);
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

  /** sums[r_t..] += w_t row[at..] for the four terms t, n wide. */
  public static void scatter(
      float[] row,
      int at,
      float[] sums,
      int r0,
      int r1,
      int r2,
      int r3,
      float w0,
      float w1,
      float w2,
      float w3,
      int n) {
    FloatVector weight0 = FloatVector.broadcast(SPECIES, w0);
    FloatVector weight1 = FloatVector.broadcast(SPECIES, w1);
    FloatVector weight2 = FloatVector.broadcast(SPECIES, w2);
    FloatVector weight3 = FloatVector.broadcast(SPECIES, w3);
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = FloatVector.fromArray(SPECIES, row, at + i);
      x.fma(weight0, FloatVector.fromArray(SPECIES, sums, r0 + i)).intoArray(sums, r0 + i);
      x.fma(weight1, FloatVector.fromArray(SPECIES, sums, r1 + i)).intoArray(sums, r1 + i);
      x.fma(weight2, FloatVector.fromArray(SPECIES, sums, r2 + i)).intoArray(sums, r2 + i);
      x.fma(weight3, FloatVector.fromArray(SPECIES, sums, r3 + i)).intoArray(sums, r3 + i);
    }
  }

  /**
   * The scalar products of row[at..] and tables[r_t..] for the four terms t, n wide.
   *
   * @param lanes work space, 2 {@link #BLOCK}
   * @param products receives them
   */
  public static void dot(
      float[] row,
      int at,
      float[] tables,
      int r0,
      int r1,
      int r2,
      int r3,
      int n,
      float[] lanes,
      float[] products) {
    FloatVector sum0 = FloatVector.zero(SPECIES);
    FloatVector sum1 = FloatVector.zero(SPECIES);
    FloatVector sum2 = FloatVector.zero(SPECIES);
    FloatVector sum3 = FloatVector.zero(SPECIES);
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = FloatVector.fromArray(SPECIES, row, at + i);
      sum0 = x.fma(FloatVector.fromArray(SPECIES, tables, r0 + i), sum0);
      sum1 = x.fma(FloatVector.fromArray(SPECIES, tables, r1 + i), sum1);
      sum2 = x.fma(FloatVector.fromArray(SPECIES, tables, r2 + i), sum2);
      sum3 = x.fma(FloatVector.fromArray(SPECIES, tables, r3 + i), sum3);
    }
    sum0.intoArray(lanes, 0);
    sum1.intoArray(lanes, LANES);
    sum2.intoArray(lanes, 2 * LANES);
    sum3.intoArray(lanes, 3 * LANES);
    for (int t = 0; t < 4; t++) {
      products[t] = sumOfLanes(lanes, t * LANES);
    }
  }

  /** The scalar product of row[at..] and tables[r..], n wide. */
  public static float dot(float[] row, int at, float[] tables, int r, int n, float[] lanes) {
    FloatVector sum = FloatVector.zero(SPECIES);
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
