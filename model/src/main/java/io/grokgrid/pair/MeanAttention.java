package io.grokgrid.pair;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Means over pairs of a score and of a weight, from the tables of scores.
 *
 * @param score that enters the softmax
 * @param weight that multiplies V
 */
public record MeanAttention(int head, int query, int key, double score, double weight) {
  /**
   * All that there are.
   *
   * @param most pairs at a time: bounds the memory
   */
  static List<MeanAttention> of(
      PairTables tables, NDManager manager, float[] parameters, Pairs pairs, int most) {
    List<MeanAttention> means = new ArrayList<>();
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      Map<String, NDArray> leaves = tables.leaves(manager, parameters, true);
      for (int query = 0; query < tables.model().length(); query++) {
        float[] scores = tables.scores(leaves, query).toFloatArray();
        add(new PairAttention(tables, query, most), query, scores, pairs, most, means);
      }
    }
    return means;
  }

  private static void add(
      PairAttention attention,
      int query,
      float[] table,
      Pairs pairs,
      int most,
      List<MeanAttention> means) {
    int keys = attention.keys();
    double[] scores = new double[attention.heads() * keys];
    double[] weights = new double[scores.length];
    for (int from = 0; from < pairs.size(); from += most) {
      Pairs part = pairs.range(from, Math.min(from + most, pairs.size()));
      addSums(attention, attention.score(table, 0, part), part.size(), scores);
      addSums(attention, attention.weigh(), part.size(), weights);
    }
    for (int i = 0; i < scores.length; i++) {
      double score = scores[i] / pairs.size();
      double weight = weights[i] / pairs.size();
      means.add(new MeanAttention(i / keys, query, i % keys, score, weight));
    }
  }

  private static void addSums(PairAttention attention, float[] values, int n, double[] sums) {
    for (int i = 0; i < sums.length; i++) {
      int at = attention.row(i / attention.keys(), i % attention.keys());
      for (int pair = at; pair < at + n; pair++) {
        sums[i] += values[pair];
      }
    }
  }
}
