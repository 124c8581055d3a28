package io.grokgrid.step;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import io.grokgrid.net.Transformer;
import io.grokgrid.net.TransformerSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Means over inputs of what a transformer's heads attend to. */
final class TextbookAttention {
  private final Transformer network;
  private final int shown;
  private final double[][] scores; // for each layer (H, shown, shown)
  private final double[][] weights;
  private long inputs;

  /**
   * @param most positions, from the first, that are looked at
   */
  TextbookAttention(Transformer network, int most) {
    this.network = network;
    TransformerSpec model = network.model();
    shown = Math.min(most, network.signature().length());
    scores = new double[model.layers()][model.heads() * shown * shown];
    weights = new double[model.layers()][model.heads() * shown * shown];
  }

  /** Adds the inputs of a forward pass. */
  void add(Transformer.Trace trace, long more) {
    inputs += more;
    for (int layer = 0; layer < scores.length; layer++) {
      add(trace.scores().get(layer), scores[layer]);
      add(trace.weights().get(layer), weights[layer]);
    }
  }

  private void add(NDArray perInput, double[] sums) {
    double[] summed =
        perInput // (B, H, T, T)
            .get(":, :, :" + shown + ", :" + shown)
            .toType(DataType.FLOAT64, false)
            .sum(new int[] {0}) // (H, shown, shown)
            .toDoubleArray();
    Arrays.setAll(sums, i -> sums[i] + summed[i]);
  }

  /** For every layer, head and pair of positions that is not masked. */
  List<AttentionMean> means(int step) {
    List<AttentionMean> means = new ArrayList<>();
    for (int layer = 0; layer < scores.length; layer++) {
      for (int i = 0; i < scores[layer].length; i++) {
        int query = i / shown % shown;
        int key = i % shown;
        if (network.sees(query, key)) {
          double score = scores[layer][i] / inputs;
          double weight = weights[layer][i] / inputs;
          int head = i / (shown * shown);
          means.add(new AttentionMean(step, layer, head, query, key, score, weight));
        }
      }
    }
    return means;
  }
}
