package io.grokgrid.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.grokgrid.base.Randomness;
import io.grokgrid.net.Layout;
import io.grokgrid.net.Models;
import io.grokgrid.step.Specs;
import io.grokgrid.step.TrainingSpec;
import io.grokgrid.step.TrainingSpec.OptimizerKind;
import java.util.List;
import org.junit.jupiter.api.Test;

class OrthoGradTest {
  private static final Layout LAYOUT = Models.mainline(8, 2, 12).layoutOfPairs(5);

  private static float[] random(String purpose) {
    Randomness random = Randomness.stream(1, purpose);
    float[] values = new float[LAYOUT.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static double dot(float[] one, float[] other, Layout.Tensor tensor) {
    double sum = 0;
    for (int i = tensor.offset(); i < tensor.offset() + tensor.size(); i++) {
      sum += (double) one[i] * other[i];
    }
    return sum;
  }

  /** By the formula, in float64 and tensor by tensor; what is left is as long, and across. */
  @Test
  void takesAwayWhatIsAlongTheWeightsOfEachTensor() {
    float[] w = random("weights");
    float[] g = random("gradient");
    float[] found = g.clone();
    OrthoGrad.project(w, found, LAYOUT.tensors());
    for (Layout.Tensor tensor : LAYOUT.tensors()) {
      double share = dot(w, g, tensor) / (dot(w, w, tensor) + 1e-30);
      double rest = dot(g, g, tensor) - share * dot(w, g, tensor); // Pythagoras
      double scale = Math.sqrt(dot(g, g, tensor) / rest);
      for (int i = tensor.offset(); i < tensor.offset() + tensor.size(); i++) {
        assertThat((double) found[i]).isCloseTo(scale * (g[i] - share * w[i]), within(1e-5));
      }
      double norm = Math.sqrt(dot(g, g, tensor));
      assertThat(Math.sqrt(dot(found, found, tensor))).isCloseTo(norm, within(1e-5 * norm));
      assertThat(dot(found, w, tensor)).isCloseTo(0, within(1e-5 * norm));
    }
  }

  /** w = (3, 4), g = (1, 0): across is (16, -12) / 25, made as long as 1. */
  @Test
  void turnsByHand() {
    float[] g = {1, 0};
    OrthoGrad.project(new float[] {3, 4}, g, tensors(2));
    assertThat(g).containsExactly(new float[] {0.8f, -0.6f}, within(1e-6f));
  }

  private static List<Layout.Tensor> tensors(int size) {
    Layout layout = Models.mlp().widths(1, 1).bias(false).model().layoutOfPairs(size);
    return layout.tensors().subList(0, 1); // W_E (size, 1)
  }

  @Test
  void leavesTheGradientWhereWeightsAreZero() {
    float[] g = {1, -2, 3};
    OrthoGrad.project(new float[3], g, tensors(3));
    assertThat(g).containsExactly(1, -2, 3);
  }

  /** Else rounding would be blown up to the gradient's length. */
  @Test
  void isZeroWhereTheGradientIsAlongTheWeights() {
    float[] w = {0.1f, -0.7f, 1.3f};
    float[] g = new float[3];
    for (int i = 0; i < 3; i++) {
      g[i] = -1.7f * w[i];
    }
    OrthoGrad.project(w, g, tensors(3));
    assertThat(g).containsOnly(0);
    OrthoGrad.project(w, g, tensors(3));
    assertThat(g).as("of no gradient").containsOnly(0);
  }

  /** Without decay, SGD on it leaves each tensor's norm as it is, but for the steps' squares. */
  @Test
  void keepsNormsUnderSgd() {
    TrainingSpec spec =
        Specs.training()
            .optimizer(OptimizerKind.SGD)
            .learningRate(1e-4)
            .weightDecay(0)
            .warmup(0)
            .with("orthograd", true)
            .spec();
    float[] w = random("weights");
    float[] before = w.clone();
    float[] g = random("gradient");
    float[] given = g.clone();
    new Optimizer(spec, LAYOUT.tensors()).update(w, g, 0);
    assertThat(g).as("the gradient itself stays").isEqualTo(given);
    for (Layout.Tensor tensor : LAYOUT.tensors()) {
      double squares = dot(before, before, tensor) + 1e-8 * dot(g, g, tensor);
      assertThat(dot(w, w, tensor)).isCloseTo(squares, within(1e-6 * squares));
    }
  }
}
