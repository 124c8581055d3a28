package io.grokgrid.math;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The one kind of vector that all kernels use, and what they share that takes or gives such
 * vectors.
 *
 * <p>A vector is a register only where all that it goes through is compiled as one; in a call it is
 * an object. So everything here is to be inlined, and no kernel into its callers, whose size would
 * stop that halfway: {@code submit/grokgrid} tells the compiler both (but for {@link Products},
 * whose kernels are too large to be inlined anywhere). Even so, of a kernel that has come to 18,000
 * of the compiler's nodes (NodeCountInliningCutoff) only the vector API's own methods are inlined
 * on; so the largest, {@link Vectors#transpose}, uses nothing from here but constants.
 */
final class Lanes {
  static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_256;
  static final int COUNT = SPECIES.length();

  private static final float LEAST_EXPONENT = -87;
  private static final float LOG2_E = 1.4426950408889634f;
  private static final float LN2_HIGH = 0.693359375f;
  private static final float LN2_LOW = -2.12194440e-4f;

  /** Added and subtracted, it rounds a float to a whole number. */
  private static final float ROUNDER = 0x1.8p23f;

  /** Exchange blocks of so many lanes with their neighbours. */
  static final VectorShuffle<Float> BY_FOUR = exchange(4);

  static final VectorShuffle<Float> BY_TWO = exchange(2);
  static final VectorShuffle<Float> BY_ONE = exchange(1);

  /** Every second block of so many lanes. */
  static final VectorMask<Float> FOURS = second(4);

  static final VectorMask<Float> TWOS = second(2);
  static final VectorMask<Float> ONES = second(1);

  private Lanes() {}

  private static VectorShuffle<Float> exchange(int size) {
    return VectorShuffle.fromOp(SPECIES, lane -> lane ^ size);
  }

  private static VectorMask<Float> second(int size) {
    long lanes = 0;
    for (int lane = 0; lane < COUNT; lane++) {
      lanes |= (lane & size) == 0 ? 0 : 1L << lane;
    }
    return VectorMask.fromLong(SPECIES, lanes);
  }

  static FloatVector all(float value) {
    return FloatVector.broadcast(SPECIES, value);
  }

  static FloatVector zero() {
    return FloatVector.zero(SPECIES);
  }

  static FloatVector one() {
    return FloatVector.broadcast(SPECIES, 1f);
  }

  /** Of {@link #COUNT} numbers, in a fixed order. */
  static float sumOfLanes(float[] lanes, int from) {
    float sum = 0;
    for (int i = from; i < from + COUNT; i++) {
      sum += lanes[i];
    }
    return sum;
  }

  /**
   * Likewise of a vector.
   *
   * @param lanes work space
   */
  static float sum(FloatVector sums, float[] lanes) {
    sums.intoArray(lanes, 0);
    return sumOfLanes(lanes, 0);
  }

  /** sums[at..] += w first + v second. */
  static void addBoth(
      float[] sums, int at, FloatVector first, float w, FloatVector second, float v) {
    FloatVector sum = FloatVector.fromArray(SPECIES, sums, at);
    second.fma(all(v), first.fma(all(w), sum)).intoArray(sums, at);
  }

  /**
   * erfc(x / sqrt 2) / 2 for x of at least 0, given exp(-x^2 / 2): the form of Abramowitz and
   * Stegun 7.1.26 with eight coefficients, which were interpolated at Chebyshev's nodes; absolute
   * error below 3e-8.
   */
  static FloatVector halfErfc(FloatVector x, FloatVector gauss) {
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
  static FloatVector exp(FloatVector x) {
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

  /** As {@link LayerVectors#turn} says, of one vector. */
  static FloatVector turned(
      float[] x, int from, float[] own, float[] next, float[] previous, int row) {
    FloatVector sum =
        FloatVector.fromArray(SPECIES, x, from).mul(FloatVector.fromArray(SPECIES, own, row));
    sum =
        FloatVector.fromArray(SPECIES, x, from + 1)
            .fma(FloatVector.fromArray(SPECIES, next, row), sum);
    return FloatVector.fromArray(SPECIES, x, from - 1)
        .fma(FloatVector.fromArray(SPECIES, previous, row), sum);
  }
}
