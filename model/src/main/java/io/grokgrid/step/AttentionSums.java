package io.grokgrid.step;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import io.grokgrid.net.AttentionMean;
import io.grokgrid.net.Model;
import io.grokgrid.net.Network;
import io.grokgrid.tensor.Numbers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Means over inputs of what a network's heads attend to. */
final class AttentionSums {
  private final Model model;
  private final int shown;
  private final List<double[]> scores = new ArrayList<>(); // for each layer (H, shown, shown)
  private final List<double[]> weights = new ArrayList<>();
  private long inputs;

  /**
   * @param shown positions, from the first, that are looked at
   */
  AttentionSums(Model model, int shown) {
    this.model = model;
    this.shown = shown;
  }

  /** Adds the inputs of a forward pass. */
  void add(Network.Trace trace, long more) {
    inputs += more;
    for (int layer = 0; layer < trace.scores().size(); layer++) {
      if (scores.size() == layer) {
        scores.add(new double[model.heads() * shown * shown]);
        weights.add(new double[model.heads() * shown * shown]);
      }
      add(trace.scores().get(layer), scores.get(layer));
      add(trace.weights().get(layer), weights.get(layer));
    }
  }

  private void add(NDArray perInput, double[] sums) {
    double[] summed =
        Numbers.doubles(
            perInput // (B, H, T, T)
                .get(":, :, :" + shown + ", :" + shown)
                .toType(DataType.FLOAT64, false)
                .sum(new int[] {0})); // (H, shown, shown)
    Arrays.setAll(sums, i -> sums[i] + summed[i]);
  }

  /** For every layer, head and pair of positions that is not masked. */
  List<AttentionMean> means(int step) {
    List<AttentionMean> means = new ArrayList<>();
    for (int layer = 0; layer < scores.size(); layer++) {
      for (int i = 0; i < scores.get(layer).length; i++) {
        int query = i / shown % shown;
        int key = i % shown;
        if (model.sees(query, key)) {
          double score = scores.get(layer)[i] / inputs;
          double weight = weights.get(layer)[i] / inputs;
          int head = i / (shown * shown);
          means.add(new AttentionMean(step, layer, head, query, key, score, weight));
        }
      }
    }
    return means;
  }
}
