package io.grokgrid.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.grokgrid.base.Randomness;
import io.grokgrid.tensor.LossForm;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RowLossTest {
  private static final int CLASSES = 13;

  /** As in the paper, its 1e-30 included; written apart from ours. */
  private static double stablemax(double x) {
    return x >= 0 ? x + 1 : 1 / (1 - x + 1e-30);
  }

  private static double loss(LossForm form, double[] x, int answer) {
    if (form == LossForm.MEAN_SQUARED_ERROR) {
      double sum = 0;
      for (int c = 0; c < x.length; c++) {
        sum += Math.pow(c == answer ? 1 - x[c] : x[c], 2);
      }
      return sum / x.length;
    }
    double[] s =
        Arrays.stream(x)
            .map(z -> form == LossForm.STABLEMAX ? stablemax(z) : Math.exp(z))
            .toArray();
    return -Math.log(s[answer] / Arrays.stream(s).sum());
  }

  private static float[] logits(double deviation) {
    Randomness random = Randomness.stream(3, "logits");
    float[] x = new float[CLASSES];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) (deviation * random.nextGaussian());
    }
    return x;
  }

  /** Central differences of the definition in double, somewhere within a longer array. */
  @ParameterizedTest
  @EnumSource
  void gradientIsTheSlopeOfTheLoss(LossForm form) {
    float[] logits = logits(3);
    double[] x = new double[CLASSES];
    Arrays.setAll(x, i -> logits[i]);
    for (int answer = 0; answer < CLASSES; answer++) {
      float[] row = new float[CLASSES + 3];
      System.arraycopy(logits, 0, row, 2, CLASSES);
      double found = form.rowLoss().differentiate(row, 2, CLASSES, answer, 0.5f);
      assertThat(found).isCloseTo(loss(form, x, answer), within(2e-6));
      for (int i = 0; i < CLASSES; i++) {
        double[] more = x.clone();
        double[] less = x.clone();
        more[i] += 1e-5;
        less[i] -= 1e-5;
        double slope = (loss(form, more, answer) - loss(form, less, answer)) / 2e-5;
        assertThat((double) row[2 + i]).isCloseTo(0.5 * slope, within(1e-7));
      }
      assertThat(row[0] + row[1] + row[CLASSES + 2]).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(names = "MEAN_SQUARED_ERROR", mode = EnumSource.Mode.EXCLUDE)
  void lossAtEqualLogitsIsTheLogarithmOfTheClasses(LossForm form) {
    for (float logit : new float[] {-7, 0, 7}) {
      float[] x = new float[CLASSES];
      Arrays.fill(x, logit);
      double found = form.rowLoss().differentiate(x, 0, CLASSES, 4, 1);
      assertThat(found).isCloseTo(Math.log(CLASSES), within(1e-6));
    }
  }

  /**
   * With z at the answer and 0 elsewhere, log(1 + (C - 1) / (z + 1)): where the softmax's loss has
   * underflowed and its gradient vanished, this one has not.
   */
  @Test
  void stablemaxFallsAsTheReciprocalOfTheLead() {
    for (float z : new float[] {10, 1e3f, 1e6f}) {
      float[] x = new float[CLASSES];
      x[0] = z;
      double found = LossForm.STABLEMAX.rowLoss().differentiate(x, 0, CLASSES, 0, 1);
      double wrong = CLASSES - 1;
      double expected = Math.log1p(wrong / (z + 1.0));
      assertThat(found).isCloseTo(expected, within(1e-14 * expected));
      double slope = -wrong / ((z + 1.0) * (z + 1.0 + wrong));
      assertThat((double) x[0]).isCloseTo(slope, within(1e-7 * -slope));
    }
  }

  /** Padding is of no measurable weight. */
  @Test
  void stablemaxOfThePaddedRowIsThatOfTheRow() {
    float[] row = logits(3);
    float[] padded = Arrays.copyOf(row, Vectors.padded(CLASSES));
    Arrays.fill(padded, CLASSES, padded.length, -1e30f);
    RowLoss loss = LossForm.STABLEMAX.rowLoss();
    double found = loss.differentiate(padded, 0, padded.length, 5, 1);
    assertThat(found).isEqualTo(loss.differentiate(row, 0, CLASSES, 5, 1));
    assertThat(Arrays.copyOf(padded, CLASSES)).isEqualTo(row);
    assertThat(Arrays.copyOfRange(padded, CLASSES, padded.length)).containsOnly(0);
  }

  /** Of logits that are all a: ((1 - a)^2 + (C - 1) a^2) / C; least, (C - 1) / C^2, at 1 / C. */
  @Test
  void squaredErrorIsTheMeanOverTheClasses() {
    for (double a : new double[] {0, 1, -0.5, 1.0 / CLASSES}) {
      float[] padded = new float[Vectors.padded(CLASSES)];
      Arrays.fill(padded, (float) a);
      Arrays.fill(padded, CLASSES, padded.length, RowLoss.NO_CLASS);
      double found = new RowLoss.Squared().differentiate(padded, 0, padded.length, 4, 1);
      double expected = (Math.pow(1 - a, 2) + (CLASSES - 1) * a * a) / CLASSES;
      assertThat(found).isCloseTo(expected, within(1e-7));
      assertThat((double) padded[4]).isCloseTo(2 * (a - 1) / CLASSES, within(1e-7));
      assertThat((double) padded[5]).isCloseTo(2 * a / CLASSES, within(1e-7));
      assertThat(Arrays.copyOfRange(padded, CLASSES, padded.length)).containsOnly(0);
    }
  }

  @ParameterizedTest
  @EnumSource
  void noInfiniteLogitHasAFiniteLoss(LossForm form) {
    for (int answer : new int[] {2, 3}) {
      float[] x = logits(1);
      x[2] = Float.POSITIVE_INFINITY;
      assertThat(form.rowLoss().differentiate(x, 0, CLASSES, answer, 1)).isNotFinite();
    }
  }
}
