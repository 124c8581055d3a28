package io.grokgrid.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.grokgrid.base.Randomness;
import io.grokgrid.net.Initialization;
import io.grokgrid.net.Layout;
import io.grokgrid.net.Models;
import io.grokgrid.step.Specs;
import io.grokgrid.step.TrainingSpec;
import io.grokgrid.step.TrainingSpec.OptimizerKind;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MuonTest {
  private static final double RATE = 0.03;
  private static final double DECAY = 0.1;
  private static final double MOMENTUM = 0.95;
  private static final Layout LAYOUT = Models.mainline(16, 4, 48).layoutOfPairs(7);

  private static TrainingSpec spec(OptimizerKind kind, int warmup) {
    return Specs.training().optimizer(kind).warmup(warmup).spec();
  }

  private static float[] random(int size, String purpose) {
    Randomness random = Randomness.stream(1, purpose);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /** What the iteration makes of a singular value. */
  private static double iterated(double singular) {
    double s = singular;
    for (int i = 0; i < 5; i++) {
      s = 3.4445 * s - 4.7750 * Math.pow(s, 3) + 2.0315 * Math.pow(s, 5);
    }
    return s;
  }

  /** Orthonormal rows, by Gram and Schmidt. */
  private static double[][] frame(int count, int size, String purpose) {
    float[] random = random(count * size, purpose);
    double[][] rows = new double[count][size];
    for (int i = 0; i < count; i++) {
      double[] row = rows[i];
      for (int j = 0; j < size; j++) {
        row[j] = random[i * size + j];
      }
      for (int k = 0; k < i; k++) {
        double[] other = rows[k];
        double along = dot(row, other);
        Arrays.setAll(row, j -> row[j] - along * other[j]);
      }
      double norm = Math.sqrt(dot(row, row));
      Arrays.setAll(row, j -> row[j] / norm);
    }
    return rows;
  }

  private static double dot(double[] one, double[] other) {
    double sum = 0;
    for (int i = 0; i < one.length; i++) {
      sum += one[i] * other[i];
    }
    return sum;
  }

  /** The sum over i of value_i left_i right_i^T. */
  private static double[] matrix(double[] values, double[][] left, double[][] right) {
    int columns = right[0].length;
    double[] matrix = new double[left[0].length * columns];
    for (int i = 0; i < values.length; i++) {
      for (int j = 0; j < matrix.length; j++) {
        matrix[j] += values[i] * left[i][j / columns] * right[i][j % columns];
      }
    }
    return matrix;
  }

  /**
   * U S V^T, of known singular vectors, becomes U S' V^T, with S' near 1 as the polynomial has it.
   */
  @ParameterizedTest
  @CsvSource({"12, 12", "12, 40", "40, 12"})
  void keepsSingularVectorsAndTakesSingularValuesNearOne(int inputs, int outputs) {
    double[] values = new double[12];
    Arrays.setAll(values, i -> 1e-3 * (i + 1));
    double norm = Math.sqrt(dot(values, values));
    double[] near = Arrays.stream(values).map(s -> iterated(s / norm)).toArray();
    assertThat(Arrays.stream(near).boxed()).allMatch(s -> s > 0.6 && s < 1.3);
    double[][] left = frame(12, inputs, "left");
    double[][] right = frame(12, outputs, "right");
    double[] u = matrix(values, left, right);
    float[] given = new float[u.length];
    for (int i = 0; i < given.length; i++) {
      given[i] = (float) u[i];
    }
    float[] found = new Muon(0, inputs, outputs, outputs).orthogonal(given);
    double[] expected = matrix(near, left, right);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) found[i]).isCloseTo(expected[i], within(1e-4));
    }
  }

  /** The maps of all heads are one matrix, side by side. */
  @Test
  void headsAreOneMatrix() {
    int heads = 3;
    int inputs = 8;
    int width = 4;
    float[] apart = random(heads * inputs * width, "heads");
    float[] joined = new float[apart.length];
    for (int i = 0; i < apart.length; i++) {
      joined[joinedIndex(i, heads, inputs, width)] = apart[i];
    }
    float[] expected = new Muon(0, inputs, heads * width, heads * width).orthogonal(joined);
    float[] found = new Muon(0, inputs, heads * width, width).orthogonal(apart);
    for (int i = 0; i < apart.length; i++) {
      assertThat(found[i]).isEqualTo(expected[joinedIndex(i, heads, inputs, width)]);
    }
  }

  /** Of number i of an array (H, D, K), where it lies in (D, H K). */
  private static int joinedIndex(int i, int heads, int inputs, int width) {
    int head = i / (inputs * width);
    int row = i / width % inputs;
    return (row * heads + head) * width + i % width;
  }

  @Test
  void takesAttentionAndMlpWeightsAsTheirMapsShapes() {
    assertThat(
            LAYOUT.tensors().stream()
                .filter(tensor -> tensor.role().isHiddenMatrix())
                .map(Layout.Tensor::name))
        .containsExactly(
            "blocks.0.attn.W_Q",
            "blocks.0.attn.W_K",
            "blocks.0.attn.W_V",
            "blocks.0.attn.W_O",
            "blocks.0.mlp.W_in",
            "blocks.0.mlp.W_out");
    assertThat(
            LAYOUT.tensors().stream()
                .filter(tensor -> tensor.role().isHiddenMatrix())
                .map(Muon::of)
                .map(m -> m.inputs() + "x" + m.outputs() + "/" + m.width()))
        .containsExactly("16x16/4", "16x16/4", "16x16/4", "16x16/16", "16x48/48", "48x16/16");
  }

  /**
   * A matrix of one row or column has one singular value, so that its X is u / |u| times a number;
   * of a row the update is longer, by the root of outputs over inputs.
   */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void movesByNesterovsMomentumAndTheShapesScale(boolean row) {
    int size = 9;
    Muon muon = row ? new Muon(2, 1, size, size) : new Muon(2, size, 1, 1);
    TrainingSpec spec = spec(OptimizerKind.MUON, 0);
    float[] w = new float[size + 3];
    float[] buffer = new float[size + 3];
    double[] momentum = new double[size];
    double[] expected = new double[size];
    for (int t = 0; t < 3; t++) {
      float[] g = random(size + 3, "gradient " + t);
      muon.update(spec, w, g, buffer, 0.5, 1);
      double[] u = new double[size];
      for (int i = 0; i < size; i++) {
        momentum[i] = MOMENTUM * momentum[i] + 0.5 * g[2 + i];
        u[i] = 0.5 * g[2 + i] + MOMENTUM * momentum[i];
      }
      double length = RATE * (row ? 3 : 1) * iterated(1) / Math.sqrt(dot(u, u));
      for (int i = 0; i < size; i++) {
        expected[i] = (1 - RATE * DECAY) * expected[i] - length * u[i];
        assertThat((double) w[2 + i]).isCloseTo(expected[i], within(1e-6));
      }
    }
    assertThat(w[0] + w[1] + w[size + 2]).isZero();
  }

  @Test
  void withoutAGradientOnlyDecays() {
    Muon muon = new Muon(0, 3, 5, 5);
    float[] w = random(15, "weights");
    float[] before = w.clone();
    muon.update(spec(OptimizerKind.MUON, 0), w, new float[15], new float[15], 1, 1);
    for (int i = 0; i < w.length; i++) {
      assertThat(w[i]).isEqualTo((float) ((1 - RATE * DECAY) * before[i]));
    }
  }

  @Test
  void whatIsNoHiddenMatrixIsAdamWsAndTheUnembeddingMovesAQuarterAsFar() {
    float[] before = Initialization.TORCH.draw(LAYOUT, 1);
    float[] muon = before.clone();
    float[] adamW = before.clone();
    float[] g = random(before.length, "gradient");
    new Optimizer(spec(OptimizerKind.MUON, 0), LAYOUT.tensors()).update(muon, g, 0);
    new Optimizer(spec(OptimizerKind.ADAMW, 0), LAYOUT.tensors()).update(adamW, g, 0);
    for (Layout.Tensor tensor : LAYOUT.tensors()) {
      boolean unembedding = tensor.role() == Layout.Role.UNEMBED;
      for (int i = tensor.offset(); i < tensor.offset() + tensor.size(); i++) {
        double other = (double) adamW[i] - before[i];
        double moved = (double) muon[i] - before[i];
        if (unembedding) {
          assertThat(moved).as(tensor.name()).isCloseTo(0.25 * other, within(1e-7));
        } else if (tensor.role().isHiddenMatrix()) {
          assertThat(moved).as(tensor.name()).isNotEqualTo(other);
        } else {
          assertThat(moved).as(tensor.name()).isEqualTo(other);
        }
      }
    }
  }

  @Test
  void warmupLeavesTheFirstUpdateWithoutEffect() {
    float[] before = Initialization.TORCH.draw(LAYOUT, 1);
    float[] w = before.clone();
    float[] g = random(w.length, "gradient");
    new Optimizer(spec(OptimizerKind.MUON, 10), LAYOUT.tensors()).update(w, g, 0);
    assertThat(w).isEqualTo(before);
  }

  @Test
  void goesOnBitForBitFromASavedState() throws Exception {
    TrainingSpec spec = spec(OptimizerKind.MUON, 2);
    float[] start = Initialization.PAPER.draw(LAYOUT, 1);
    TrainingState whole = new TrainingState(spec, LAYOUT.tensors(), start.clone());
    TrainingState cut = new TrainingState(spec, LAYOUT.tensors(), start);
    for (int t = 0; t < 12; t++) {
      float[] g = random(start.length, "gradient " + t);
      whole.update(g);
      cut = t == 5 ? States.copy(cut, spec, LAYOUT) : cut;
      cut.update(g);
    }
    assertThat(cut.parameters()).isEqualTo(whole.parameters());
  }
}
