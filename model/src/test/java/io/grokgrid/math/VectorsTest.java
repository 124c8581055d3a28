package io.grokgrid.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.grokgrid.base.Randomness;
import io.grokgrid.net.Activation;
import io.grokgrid.tensor.LossForm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Row operations against their definitions in double arithmetic. */
class VectorsTest {
  private static final int N = 4096;

  private final float[] lanes = new float[4 * Vectors.BLOCK];

  /** From -range to range, evenly. */
  private static float[] even(float range) {
    float[] values = new float[N];
    for (int i = 0; i < N; i++) {
      values[i] = range * (2f * i / (N - 1) - 1);
    }
    return values;
  }

  @Test
  void exponentialsAreRightToFloatPrecisionAndZeroWhereTheyWouldBeSubnormal() {
    float[] x = even(50);
    float[] e = x.clone();
    float sum = Vectors.expOfDifference(e, 0, 50, N, lanes);
    double expected = 0;
    for (int i = 0; i < N; i++) {
      double exact = Math.exp(x[i] - 50f);
      expected += exact;
      if (x[i] - 50 < -87) {
        assertThat(e[i]).isZero();
      } else {
        assertThat((double) e[i]).as("exp(%s)", x[i] - 50).isCloseTo(exact, within(3e-7 * exact));
      }
    }
    assertThat((double) sum).isCloseTo(expected, within(1e-6 * expected));
  }

  @Test
  void geluAndItsSlopeAreThoseOfTheNormalDistribution() {
    float[] x = even(9);
    float[] gelu = x.clone();
    float[] slope = new float[N];
    Vectors.gelu(gelu, 0, slope, 0, N);
    for (int i = 0; i < N; i++) {
      double phi = Math.exp(-0.5 * x[i] * x[i]) / Math.sqrt(2 * Math.PI);
      double distribution = distribution(x[i]);
      assertThat((double) gelu[i]).isCloseTo(x[i] * distribution, within(3e-7 * Math.max(1, x[i])));
      assertThat((double) slope[i]).isCloseTo(distribution + x[i] * phi, within(3e-7));
    }
  }

  /** Phi(x) by its power series, 1/2 + phi(x) (x + x^3/3 + x^5/15 + ..). */
  private static double distribution(double x) {
    double term = x;
    double sum = x;
    for (int n = 1; n < 400; n++) {
      term *= x * x / (2 * n + 1);
      sum += term;
    }
    return 0.5 + Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI) * sum;
  }

  @Test
  void noOperationHidesANotANumber() {
    for (Activation activation : Activation.values()) {
      float[] x = new float[Vectors.BLOCK];
      x[3] = Float.NaN;
      activation.apply(x, 0, new float[Vectors.BLOCK], 0, Vectors.BLOCK);
      assertThat(x[3]).as("%s", activation).isNaN();
      assertThat(x[4]).as("%s", activation).isZero();
    }
    float[] logits = new float[Vectors.BLOCK];
    logits[5] = Float.NaN;
    float[] none = new float[Vectors.BLOCK];
    for (LossForm form : LossForm.values()) {
      RowLoss loss = form.rowLoss();
      assertThat(loss.differentiate(logits.clone(), 0, none, 0, Vectors.BLOCK, 1, 1)).isNaN();
    }
  }

  @Test
  void softmaxAndItsAdjointAreThoseOfTheDefinition() {
    Randomness random = Randomness.stream(1, "softmax");
    int n = Vectors.BLOCK;
    float[] scores = new float[3 * n];
    float[] upstream = new float[3 * n];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = (float) (5 * random.nextGaussian());
      upstream[i] = (float) random.nextGaussian();
    }
    float[] weights = scores.clone();
    float[] gradient = upstream.clone();
    Vectors.softmax(weights, 0, 3, n, n);
    Vectors.softmaxGradient(weights, 0, gradient, 0, 1, 3, n, n);
    for (int i = 0; i < n; i++) {
      assertSoftmax(i, scores, upstream, weights, gradient);
    }
  }

  /** Of the three scores i, i + n and i + 2 n. */
  private static void assertSoftmax(
      int i, float[] scores, float[] upstream, float[] weights, float[] gradient) {
    double all = 0;
    double mean = 0;
    for (int at = i; at < scores.length; at += Vectors.BLOCK) {
      all += Math.exp(scores[at]);
      mean += Math.exp(scores[at]) * upstream[at];
    }
    for (int at = i; at < scores.length; at += Vectors.BLOCK) {
      double weight = Math.exp(scores[at]) / all;
      assertThat((double) weights[at]).isCloseTo(weight, within(1e-6));
      assertThat((double) gradient[at])
          .isCloseTo(weight * (upstream[at] - mean / all), within(2e-6));
    }
  }

  /**
   * In float32 arithmetic, to float32's relative precision: however far the answer leads or lags.
   */
  @ParameterizedTest
  @ValueSource(doubles = {-60, -8, 0, 6, 12, 25, 60})
  void crossEntropyWithoutCancellationIsThatOfDoubleArithmetic(double lead) {
    Randomness random = Randomness.stream(2, "logits");
    float[] logits = new float[2 * Vectors.BLOCK];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) random.nextGaussian();
    }
    logits[7] = (float) lead;
    double wrong = 0;
    for (int i = 0; i < logits.length; i++) {
      wrong += i == 7 ? 0 : Math.exp((double) logits[i] - logits[7]);
    }
    float[] gradient = logits.clone();
    RowLoss loss = LossForm.FLOAT64.rowLoss();
    double found =
        loss.differentiate(gradient, 0, new float[logits.length], 0, logits.length, 7, 1);
    assertThat(found).isCloseTo(Math.log1p(wrong), within(1e-6 * Math.log1p(wrong)));
    assertThat((double) gradient[7])
        .isCloseTo(-wrong / (1 + wrong), within(1e-6 * wrong / (1 + wrong)));
    double first = Math.exp((double) logits[0] - logits[7]) / (1 + wrong);
    assertThat((double) gradient[0]).isCloseTo(first, within(1e-6 * first));
    assertThat(loss.correct()).isEqualTo(lead > 5);
  }
}
