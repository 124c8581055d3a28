package io.grokgrid.math;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * What a transformer's layers do to single rows beside products: layer norm, softmax of scores,
 * rotation by position; forwards and backwards. Rows and the order of operations are as in {@link
 * Vectors}.
 */
public final class LayerVectors {
  private static final VectorSpecies<Float> SPECIES = Lanes.SPECIES;
  private static final int LANES = Lanes.COUNT;

  private LayerVectors() {}

  /**
   * to[at..] = (x[from..] - mean) / sqrt(variance + epsilon) over the first {@code width} of n
   * numbers; the others, 0 in x, stay 0.
   *
   * @param ones 1 for each of the first, 0 for the others, from {@link Vectors#LEAD} on
   * @param lanes work space, {@link Vectors#BLOCK}
   * @return what was multiplied by, 1 / sqrt(variance + epsilon)
   */
  public static float normalize(
      float[] x,
      int from,
      float[] to,
      int at,
      float[] ones,
      int width,
      int n,
      double epsilon,
      float[] lanes) {
    float mean = sum(x, from, n, lanes) / width;
    float squares = center(x, from, to, at, ones, mean, n, lanes);
    float inverse = (float) (1 / Math.sqrt(squares / width + epsilon));
    Vectors.scale(to, at, inverse, n);
    return inverse;
  }

  private static float sum(float[] x, int from, int n, float[] lanes) {
    FloatVector sum = Lanes.zero();
    for (int i = 0; i < n; i += LANES) {
      sum = sum.add(FloatVector.fromArray(SPECIES, x, from + i));
    }
    return Lanes.sum(sum, lanes);
  }

  /** to = x - mean ones; the sum of its squares. */
  private static float center(
      float[] x, int from, float[] to, int at, float[] ones, float mean, int n, float[] lanes) {
    FloatVector minusMean = Lanes.all(-mean);
    FloatVector squares = Lanes.zero();
    for (int i = 0; i < n; i += LANES) {
      FloatVector one = FloatVector.fromArray(SPECIES, ones, Vectors.LEAD + i);
      FloatVector centered =
          one.fma(minusMean, FloatVector.fromArray(SPECIES, x, from + i)); // exact factor 1 or 0
      centered.intoArray(to, at + i);
      squares = centered.fma(centered, squares);
    }
    return Lanes.sum(squares, lanes);
  }

  /** to[at..] = x[from..] scale + shift, n wide, scale and shift from {@link Vectors#LEAD} on. */
  public static void scaleAndShift(
      float[] x, int from, float[] scale, float[] shift, float[] to, int at, int n) {
    for (int i = 0; i < n; i += LANES) {
      FloatVector.fromArray(SPECIES, x, from + i)
          .fma(
              FloatVector.fromArray(SPECIES, scale, Vectors.LEAD + i),
              FloatVector.fromArray(SPECIES, shift, Vectors.LEAD + i))
          .intoArray(to, at + i);
    }
  }

  /**
   * The adjoint of {@link #normalize} behind {@link #scaleAndShift}: replaces the gradient d[at..]
   * of a result by that of x, and adds those of scale and shift.
   *
   * @param normal from {@code from} on, what {@link #normalize} made
   * @param inverse what it returned
   */
  public static void normalizeGradient(
      float[] d,
      int at,
      float[] normal,
      int from,
      float inverse,
      float[] ones,
      float[] scale,
      float[] scaleGradient,
      float[] shiftGradient,
      int width,
      int n,
      float[] lanes) {
    parameterGradients(d, at, normal, from, scaleGradient, shiftGradient, n);
    scaleRow(d, at, scale, n);
    float mean = sum(d, at, n, lanes) / width;
    float slope = Vectors.dot(d, at, normal, from, n, lanes) / width;
    for (int i = 0; i < n; i += LANES) {
      FloatVector one = FloatVector.fromArray(SPECIES, ones, Vectors.LEAD + i);
      FloatVector x = FloatVector.fromArray(SPECIES, normal, from + i);
      FloatVector g = FloatVector.fromArray(SPECIES, d, at + i).sub(one.mul(mean));
      g.sub(x.mul(slope)).mul(inverse).intoArray(d, at + i);
    }
  }

  private static void parameterGradients(
      float[] d, int at, float[] normal, int from, float[] scale, float[] shift, int n) {
    for (int i = 0; i < n; i += LANES) {
      FloatVector g = FloatVector.fromArray(SPECIES, d, at + i);
      FloatVector x = FloatVector.fromArray(SPECIES, normal, from + i);
      int to = Vectors.LEAD + i;
      g.fma(x, FloatVector.fromArray(SPECIES, scale, to)).intoArray(scale, to);
      g.add(FloatVector.fromArray(SPECIES, shift, to)).intoArray(shift, to);
    }
  }

  private static void scaleRow(float[] d, int at, float[] scale, int n) {
    for (int i = 0; i < n; i += LANES) {
      FloatVector.fromArray(SPECIES, d, at + i)
          .mul(FloatVector.fromArray(SPECIES, scale, Vectors.LEAD + i))
          .intoArray(d, at + i);
    }
  }

  /**
   * to[start + h] = the scalar product of a[from + h n..] and b[at + h n..], n wide, for each head
   * h.
   *
   * @param lanes work space, a vector a head
   */
  public static void dotHeads(
      float[] a,
      int from,
      float[] b,
      int at,
      int heads,
      int n,
      float[] to,
      int start,
      float[] lanes) {
    for (int h = 0; h < heads; h++) {
      FloatVector sum = Lanes.zero();
      for (int i = h * n; i < h * n + n; i += LANES) {
        FloatVector x = FloatVector.fromArray(SPECIES, a, from + i);
        sum = x.fma(FloatVector.fromArray(SPECIES, b, at + i), sum);
      }
      sum.intoArray(lanes, h * LANES);
    }
    for (int h = 0; h < heads; h++) {
      to[start + h] = Lanes.sumOfLanes(lanes, h * LANES);
    }
  }

  /** to[at + h n..] += weights[start + h] row[from + h n..], n wide, for each head h. */
  public static void addHeads(
      float[] to, int at, float[] row, int from, float[] weights, int start, int heads, int n) {
    for (int h = 0; h < heads; h++) {
      FloatVector weight = Lanes.all(weights[start + h]);
      for (int i = h * n; i < h * n + n; i += LANES) {
        FloatVector.fromArray(SPECIES, row, from + i)
            .fma(weight, FloatVector.fromArray(SPECIES, to, at + i))
            .intoArray(to, at + i);
      }
    }
  }

  /** x[at..] *= factors[from..], n wide. */
  public static void multiply(float[] x, int at, float[] factors, int from, int n) {
    for (int i = 0; i < n; i += LANES) {
      FloatVector.fromArray(SPECIES, x, at + i)
          .mul(FloatVector.fromArray(SPECIES, factors, from + i))
          .intoArray(x, at + i);
    }
  }

  /**
   * rows[at + k stride..] = scale rows + bias[from + k stride..] for k below count, {@link
   * Vectors#BLOCK} wide.
   */
  public static void scaleAndAdd(
      float[] rows, int at, float scale, float[] bias, int from, int count, int stride) {
    FloatVector factor = Lanes.all(scale);
    for (int k = 0; k < count; k++) {
      int to = at + k * stride;
      int start = from + k * stride;
      FloatVector.fromArray(SPECIES, rows, to)
          .fma(factor, FloatVector.fromArray(SPECIES, bias, start))
          .intoArray(rows, to);
      FloatVector.fromArray(SPECIES, rows, to + LANES)
          .fma(factor, FloatVector.fromArray(SPECIES, bias, start + LANES))
          .intoArray(rows, to + LANES);
    }
  }

  /**
   * to[at..] = x[from..] own + x[from + 1..] next + x[from - 1..] previous, the factors from {@code
   * row} on, n wide; x has a number before and a vector behind.
   */
  public static void turn(
      float[] x,
      int from,
      float[] own,
      float[] next,
      float[] previous,
      int row,
      float[] to,
      int at,
      int n) {
    for (int i = 0; i < n; i += LANES) {
      Lanes.turned(x, from + i, own, next, previous, row + i).intoArray(to, at + i);
    }
  }

  /** As {@link #turn}, but adds to what there is. */
  public static void addTurned(
      float[] x,
      int from,
      float[] own,
      float[] next,
      float[] previous,
      int row,
      float[] to,
      int at,
      int n) {
    for (int i = 0; i < n; i += LANES) {
      Lanes.turned(x, from + i, own, next, previous, row + i)
          .add(FloatVector.fromArray(SPECIES, to, at + i))
          .intoArray(to, at + i);
    }
  }
}
