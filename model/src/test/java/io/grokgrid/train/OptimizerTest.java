package io.grokgrid.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.Shape;
import io.grokgrid.base.Randomness;
import io.grokgrid.net.Initialization;
import io.grokgrid.net.Layout;
import io.grokgrid.net.Models;
import io.grokgrid.net.TransformerSpec;
import io.grokgrid.step.Specs;
import io.grokgrid.step.TrainingSpec;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class OptimizerTest {
  private static final int SIZE = 1000;
  private static final int UPDATES = 1000;

  /** Which AdamW updates under muon too. */
  private static List<Layout.Tensor> embedding(int size) {
    return List.of(
        new Layout.Tensor("w", Layout.Role.EMBEDDING, new Shape(size), 0, size, 1, size));
  }

  /** torch.optim's formulas in float64, written from its documentation and independent of ours. */
  @ParameterizedTest
  @EnumSource
  void staysWithinOneMillionthOfAFloat64Reference(TrainingSpec.OptimizerKind kind) {
    TrainingSpec spec = Specs.training().optimizer(kind).momentum(0.9).spec();
    Randomness random = Randomness.stream(1, "test");
    float[] ours = gaussian(random);
    double[] reference = new double[SIZE];
    Arrays.setAll(reference, i -> ours[i]);
    Optimizer optimizer = new Optimizer(spec, embedding(SIZE));
    double[] m = new double[SIZE];
    double[] v = new double[SIZE];
    for (int t = 0; t < UPDATES; t++) {
      float[] g = gaussian(random);
      reference(kind, reference, g, m, v, t);
      optimizer.update(ours, g, t);
    }
    assertThat(relativeError(ours, reference)).isLessThan(1e-6);
  }

  private static float[] gaussian(Randomness random) {
    float[] values = new float[SIZE];
    for (int i = 0; i < SIZE; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static double relativeError(float[] found, double[] truth) {
    double error = 0;
    double norm = 0;
    for (int i = 0; i < truth.length; i++) {
      error += Math.pow(found[i] - truth[i], 2);
      norm += truth[i] * truth[i];
    }
    return Math.sqrt(error / norm);
  }

  private static void reference(
      TrainingSpec.OptimizerKind kind, double[] w, float[] g, double[] m, double[] v, int t) {
    double lr = 1e-3 * Math.min(t / 10.0, 1);
    double wd = 1.0;
    for (int i = 0; i < w.length; i++) {
      double grad = g[i];
      switch (kind) {
        case ADAMW, MUON -> w[i] -= lr * wd * w[i];
        case ADAM, SGD -> grad += wd * w[i];
      }
      if (kind == TrainingSpec.OptimizerKind.SGD) {
        m[i] = t == 0 ? grad : 0.9 * m[i] + grad;
        w[i] -= lr * m[i];
      } else {
        m[i] = 0.9 * m[i] + 0.1 * grad;
        v[i] = 0.98 * v[i] + 0.02 * grad * grad;
        double mHat = m[i] / (1 - Math.pow(0.9, t + 1));
        double vHat = v[i] / (1 - Math.pow(0.98, t + 1));
        w[i] -= lr * mHat / (Math.sqrt(vHat) + 1e-8);
      }
    }
  }

  /**
   * A matrix with a bias, and a layer norm; what decay = matrices spares has numbers of its own.
   */
  private static final Layout NETWORK =
      Models.parts().normalization(TransformerSpec.Normalization.PRE).model().layoutOfPairs(3);

  /** torch's two parameter groups: tensors of two or more axes, and the others without decay. */
  @ParameterizedTest
  @EnumSource
  void decaysMatricesAlone(TrainingSpec.OptimizerKind kind) {
    TrainingSpec spec =
        Specs.training()
            .optimizer(kind)
            .momentum(0.9)
            .with("decay", TrainingSpec.Decay.MATRICES)
            .spec();
    Specs.Training undecayed = Specs.training().optimizer(kind).momentum(0.9).weightDecay(0);
    float[] all = updated(Specs.training().optimizer(kind).momentum(0.9).spec());
    float[] none = updated(undecayed.spec());
    float[] found = updated(spec);
    int spared = 0;
    for (Layout.Tensor tensor : NETWORK.tensors()) {
      boolean isMatrix = tensor.name().contains("W_");
      float[] expected = isMatrix ? all : none;
      int from = tensor.offset();
      int to = from + tensor.size();
      assertThat(Arrays.copyOfRange(found, from, to))
          .as(tensor.name())
          .isEqualTo(Arrays.copyOfRange(expected, from, to));
      spared += isMatrix ? 0 : tensor.size();
    }
    assertThat(spared).isGreaterThan(20);
    assertThat(all).isNotEqualTo(none);
  }

  private static float[] updated(TrainingSpec spec) {
    float[] w = Initialization.TORCH.draw(NETWORK, 3);
    for (int i = 0; i < w.length; i++) {
      w[i] += 0.1f; // no bias is 0
    }
    Optimizer optimizer = new Optimizer(spec, NETWORK.tensors());
    Randomness random = Randomness.stream(2, "test");
    for (int t = 0; t < 20; t++) {
      float[] g = new float[w.length];
      for (int i = 0; i < g.length; i++) {
        g[i] = (float) random.nextGaussian();
      }
      optimizer.update(w, g, t);
    }
    return w;
  }

  /** By hand, under SGD with a gradient of 1: w falls by the sum of the factors. */
  @ParameterizedTest
  @CsvSource({"FROM_ZERO, 0 0.25 0.5 0.75 1 1", "FROM_FIRST, 0.25 0.5 0.75 1 1 1"})
  void warmsUp(TrainingSpec.Warmup warmup, String text) {
    double[] factors = Stream.of(text.split(" ", -1)).mapToDouble(Double::parseDouble).toArray();
    TrainingSpec spec =
        Specs.training()
            .optimizer(TrainingSpec.OptimizerKind.SGD)
            .learningRate(1)
            .weightDecay(0)
            .warmup(4)
            .with("warmup", warmup)
            .spec();
    Optimizer optimizer = new Optimizer(spec, embedding(1));
    float[] w = {0};
    double sum = 0;
    for (int t = 0; t < factors.length; t++) {
      optimizer.update(w, new float[] {1}, t);
      sum += factors[t];
      assertThat((double) w[0]).as("update %d", t).isCloseTo(-sum, within(1e-6));
    }
  }

  /** By hand: the first AdamW update moves by lr against the gradient's sign, after the decay. */
  @Test
  void firstUpdateIsLearningRateTimesSign() {
    TrainingSpec spec = Specs.training().learningRate(0.1).weightDecay(0.5).warmup(0).spec();
    float[] w = {1f, -2f};
    new Optimizer(spec, embedding(2)).update(w, new float[] {3f, -4f}, 0);
    assertThat((double) w[0]).isCloseTo(0.95 - 0.1, within(1e-6));
    assertThat((double) w[1]).isCloseTo(-1.9 + 0.1, within(1e-6));
  }

  @Test
  void warmupLeavesTheFirstUpdateWithoutEffect() {
    TrainingSpec spec = Specs.training().learningRate(0.1).spec();
    float[] w = {1f, -2f};
    new Optimizer(spec, embedding(2)).update(w, new float[] {3f, -4f}, 0);
    assertThat(w).containsExactly(1f, -2f);
  }

  /** torch's clip_grad_norm_ scales by max_norm / (norm + 1e-6). */
  @Test
  void clipsTheGlobalNorm() {
    TrainingSpec spec =
        Specs.training()
            .optimizer(TrainingSpec.OptimizerKind.SGD)
            .learningRate(1)
            .weightDecay(0)
            .warmup(0)
            .clip(1)
            .spec();
    float[] w = {0f, 0f};
    new Optimizer(spec, embedding(2)).update(w, new float[] {3f, 4f}, 0);
    assertThat((double) w[0]).isCloseTo(-0.6, within(1e-6));
    assertThat((double) w[1]).isCloseTo(-0.8, within(1e-6));
  }
}
