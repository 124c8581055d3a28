package io.grokgrid.pair;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.grokgrid.net.AttentionMean;
import java.util.List;
import java.util.Map;

/**
 * What depends on one token each, once a step, in array operations that autograd differentiates.
 */
sealed interface PairTables permits TransformerTables, MlpTables {
  /**
   * The tables of one set of parameters.
   *
   * @param arrays in the order in which {@link PairGeometry} lays them out
   * @param product one of them: (C, F), from hidden units to classes, transposed
   */
  record Made(List<NDArray> arrays, NDArray product) {}

  PairGeometry geometry();

  /**
   * New tensors of the parameters that the tables are made of, by name.
   *
   * @param parameters flat, as the network's layout orders them
   */
  Map<String, NDArray> leaves(NDManager manager, float[] parameters);

  /** The tables of these {@link #leaves}. */
  Made of(Map<String, NDArray> leaves);

  /**
   * Copies the gradients of {@link #leaves} to their places.
   *
   * @param gradient flat; biases keep what they have
   */
  void readGradients(Map<String, NDArray> leaves, float[] gradient);

  /**
   * Every head's mean scores and weights over {@code pairs}, by query, head and key, for every key
   * that a query sees; none without attention.
   *
   * @param most pairs at a time: bounds the memory
   */
  List<AttentionMean> attention(
      NDManager manager, float[] parameters, Pairs pairs, int most, int step);
}
