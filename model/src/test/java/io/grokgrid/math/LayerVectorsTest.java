package io.grokgrid.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.grokgrid.base.Randomness;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Row operations against their definitions in double arithmetic. */
class LayerVectorsTest {
  private static final int WIDTH = 19;
  private static final int N = 32;
  private static final double EPSILON = 1e-5;

  private final float[] lanes = new float[Vectors.BLOCK];
  private final float[] ones = new float[Vectors.LEAD + N];
  private final float[] x = row(1);
  private final float[] scale = row(2);
  private final float[] shift = row(3);
  private final float[] d = row(4);

  LayerVectorsTest() {
    Arrays.fill(ones, Vectors.LEAD, Vectors.LEAD + WIDTH, 1);
  }

  private static float[] row(long seed) {
    Randomness random = Randomness.stream(seed, "rows");
    float[] values = new float[Vectors.LEAD + N];
    for (int i = 0; i < WIDTH; i++) {
      values[Vectors.LEAD + i] = (float) (1 + random.nextGaussian());
    }
    return values;
  }

  private static double[] numbers(float[] row) {
    return IntStream.range(0, WIDTH).mapToDouble(i -> row[Vectors.LEAD + i]).toArray();
  }

  /** The norm's product with d, of x with its number i changed. */
  private double objective(int changed, double by) {
    double[] values = numbers(x);
    values[changed] += by;
    double mean = Arrays.stream(values).average().orElseThrow();
    double variance =
        Arrays.stream(values).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
    double sum = 0;
    for (int i = 0; i < WIDTH; i++) {
      double normal = (values[i] - mean) / Math.sqrt(variance + EPSILON);
      sum += d[Vectors.LEAD + i] * (normal * scale[Vectors.LEAD + i] + shift[Vectors.LEAD + i]);
    }
    return sum;
  }

  @Test
  void layerNormAndItsGradientLeaveThePaddingOut() {
    int at = Vectors.LEAD;
    float[] normal = new float[x.length];
    float[] y = new float[x.length];
    float inverse = LayerVectors.normalize(x, at, normal, at, ones, WIDTH, N, EPSILON, lanes);
    LayerVectors.scaleAndShift(normal, at, scale, shift, y, at, N);
    double product = IntStream.range(at, at + N).mapToDouble(i -> (double) y[i] * d[i]).sum();
    assertThat(product).isCloseTo(objective(0, 0), within(1e-4));
    float[] scales = new float[x.length];
    float[] shifts = new float[x.length];
    float[] gradient = d.clone();
    LayerVectors.normalizeGradient(
        gradient, at, normal, at, inverse, ones, scale, scales, shifts, WIDTH, N, lanes);
    for (int i = 0; i < WIDTH; i++) {
      double slope = (objective(i, 1e-4) - objective(i, -1e-4)) / 2e-4;
      assertThat((double) gradient[at + i]).isCloseTo(slope, within(1e-4));
      assertThat(scales[at + i]).isEqualTo(d[at + i] * normal[at + i]);
      assertThat(shifts[at + i]).isEqualTo(d[at + i]);
    }
    for (int i = WIDTH; i < N; i++) {
      assertThat(y[at + i]).isZero();
      assertThat(gradient[at + i]).isZero();
    }
  }

  @Test
  void turningTakesTheNeighbours() {
    float[] from = new float[N + 2 * Vectors.BLOCK];
    for (int i = 0; i < from.length; i++) {
      from[i] = i;
    }
    float[] to = new float[N];
    float[] own = row(5);
    float[] next = row(6);
    float[] previous = row(7);
    LayerVectors.turn(from, 1, own, next, previous, Vectors.LEAD, to, 0, N);
    float[] twice = to.clone();
    LayerVectors.addTurned(from, 1, own, next, previous, Vectors.LEAD, twice, 0, N);
    for (int i = 0; i < N; i++) {
      int at = Vectors.LEAD + i;
      double sum = own[at] * (i + 1.0) + next[at] * (i + 2.0) + previous[at] * i;
      assertThat((double) to[i]).isCloseTo(sum, within(1e-4));
      assertThat(twice[i]).isEqualTo(to[i] + to[i]);
    }
  }

  @Test
  void takesHeadsOneByOne() {
    int width = 16;
    float[] products = new float[4];
    LayerVectors.dotHeads(
        x, Vectors.LEAD, d, Vectors.LEAD, 2, width, products, 1, new float[Vectors.BLOCK]);
    float[] sums = shift.clone();
    LayerVectors.addHeads(sums, Vectors.LEAD, x, Vectors.LEAD, products, 1, 2, width);
    assertThat(new float[] {products[0], products[3]}).containsOnly(0);
    for (int h = 0; h < 2; h++) {
      int at = Vectors.LEAD + h * width;
      double exact = IntStream.range(at, at + width).mapToDouble(i -> (double) x[i] * d[i]).sum();
      assertThat((double) products[1 + h]).isCloseTo(exact, within(1e-5));
      for (int i = at; i < at + width; i++) {
        double sum = shift[i] + (double) products[1 + h] * x[i];
        assertThat((double) sums[i]).isCloseTo(sum, within(1e-5));
      }
    }
  }

  @Test
  void multipliesByFactors() {
    float[] y = x.clone();
    LayerVectors.multiply(y, Vectors.LEAD, d, Vectors.LEAD, N);
    for (int i = Vectors.LEAD; i < y.length; i++) {
      assertThat(y[i]).isEqualTo(x[i] * d[i]);
    }
  }
}
