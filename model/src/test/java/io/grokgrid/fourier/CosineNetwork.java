package io.grokgrid.fourier;

import ai.djl.ndarray.NDManager;
import io.grokgrid.analysis.Subject;
import io.grokgrid.net.Activation;
import io.grokgrid.net.EmbeddingMlpSpec;
import io.grokgrid.net.EmbeddingMlpSpec.Combine;
import io.grokgrid.net.Layout;
import io.grokgrid.net.Models;
import io.grokgrid.task.ModularOperation;
import io.grokgrid.task.Tasks;

/**
 * A network whose unit j of 5 is f(shift + cos(w a + phi_j) + cos(w b' + phi_j)), w = 2 pi k / n,
 * phi_j = 2 pi j / 5, and whose readout of unit j is cos(w c + turns phi_j). Squares of it with
 * turns = 2 give logits 5/2 (cos(w (a + b' - c)) + cos(w (2 a - c)) / 2 + cos(w (2 b' - c)) / 2);
 * what is above 0 anyway, with turns = 1, gives 5/2 (cos(w (a - c)) + cos(w (b' - c))).
 */
final class CosineNetwork {
  static final int UNITS = 5;

  private final NDManager manager;
  private final int n;
  private final int k;
  private ModularOperation operation = ModularOperation.ADD;
  private Activation activation = Activation.SQUARE;
  private double shift;
  private int turns = 2;

  CosineNetwork(NDManager manager, int n, int k) {
    this.manager = manager;
    this.n = n;
    this.k = k;
  }

  /** b' = -b, by an embedding of its own, and subtraction. */
  CosineNetwork subtracting() {
    operation = ModularOperation.SUBTRACT;
    return this;
  }

  /** So large a shift that ReLU changes nothing. */
  CosineNetwork linear(int readoutTurns) {
    activation = Activation.RELU;
    shift = 3;
    turns = readoutTurns;
    return this;
  }

  Subject subject() {
    EmbeddingMlpSpec model =
        Models.mlp()
            .combine(Combine.SUM)
            .separateOperands(true)
            .widths(2, UNITS)
            .activation(activation)
            .model();
    Layout layout = model.layoutOfPairs(n);
    float[] weights = new float[layout.size()];
    double sign = operation == ModularOperation.ADD ? 1 : -1;
    for (int x = 0; x < n; x++) {
      put(weights, layout, "embed.W_E", 2 * x, Math.cos(w() * x));
      put(weights, layout, "embed.W_E", 2 * x + 1, Math.sin(w() * x));
      put(weights, layout, "embed_b.W_E", 2 * x, Math.cos(w() * x));
      put(weights, layout, "embed_b.W_E", 2 * x + 1, sign * Math.sin(w() * x));
    }
    for (int j = 0; j < UNITS; j++) {
      double phase = 2 * Math.PI * j / UNITS;
      put(weights, layout, "mlp.0.W", j, Math.cos(phase));
      put(weights, layout, "mlp.0.W", UNITS + j, -Math.sin(phase));
      put(weights, layout, "mlp.0.b", j, shift);
      for (int c = 0; c < n; c++) {
        put(weights, layout, "unembed.W_U", j * n + c, Math.cos(w() * c + turns * phase));
      }
    }
    return new Subject(manager, model, Tasks.modular(n).operation(operation).task(), 1, weights);
  }

  private double w() {
    return 2 * Math.PI * k / n;
  }

  private static void put(float[] weights, Layout layout, String tensor, int at, double value) {
    weights[layout.at(tensor).offset() + at] = (float) value;
  }
}
