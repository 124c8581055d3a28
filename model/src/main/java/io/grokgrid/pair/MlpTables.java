package io.grokgrid.pair;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.grokgrid.net.AttentionMean;
import io.grokgrid.net.EmbeddingMlpSpec;
import io.grokgrid.net.EmbeddingMlpSpec.Combine;
import io.grokgrid.net.Layout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The tables of an embedding MLP of one hidden layer. What enters its non-linearity is the sum of a
 * row of the first operand, one of the second, and a constant:
 *
 * <pre>
 *   left  = W_E W[..D]                      (n, F)
 *   right = W_E' W[D..], or W_E' W of a sum (n, F)
 *   x(a, b) = left[a] + right[b] + b        (F),   logits = activation(x) W_U + b_U
 * </pre>
 */
final class MlpTables implements PairTables {
  private static final String LEFT = "embed.W_E";
  private static final String RIGHT = "embed_b.W_E";
  private static final String MATRIX = "mlp.0.W";
  private static final String UNEMBEDDING = "unembed.W_U";

  private final EmbeddingMlpSpec model;
  private final PairGeometry geometry;
  private final List<Leaf> leaves = new ArrayList<>();

  /**
   * Over pairs of n elements each.
   *
   * @throws IllegalArgumentException if there are no tables for {@code model}
   */
  MlpTables(EmbeddingMlpSpec model, int n) {
    PairForm unused = PairForm.require(model, n);
    this.model = model;
    geometry = PairGeometry.of(model, n);
    Layout layout = model.layoutOfPairs(n);
    add(layout, LEFT, n, model.dModel());
    if (model.separateOperands()) {
      add(layout, RIGHT, n, model.dModel());
    }
    add(layout, MATRIX, model.inputs(), geometry.hidden());
    add(layout, UNEMBEDDING, geometry.hidden(), geometry.classes());
  }

  private void add(Layout layout, String name, int rows, int columns) {
    leaves.add(new Leaf(name, new Shape(rows, columns)).with(layout.at(name), 0, true));
  }

  @Override
  public PairGeometry geometry() {
    return geometry;
  }

  @Override
  public Map<String, NDArray> leaves(NDManager manager, float[] parameters) {
    Map<String, NDArray> tensors = new HashMap<>();
    leaves.forEach(leaf -> tensors.put(leaf.name(), leaf.tensor(manager, parameters)));
    return tensors;
  }

  @Override
  public Made of(Map<String, NDArray> w) {
    NDArray first = at(w, LEFT); // (n, D)
    NDArray second = model.separateOperands() ? at(w, RIGHT) : first; // (n, D)
    NDArray matrix = at(w, MATRIX); // (D or 2 D, F)
    NDArray product = at(w, UNEMBEDDING).transpose(); // (C, F)
    if (model.isOneSided()) {
      return new Made(List.of(first.matMul(matrix), product), product);
    }
    boolean summed = model.combine() == Combine.SUM;
    NDArray left = first.matMul(summed ? matrix : matrix.get(":" + model.dModel())); // (n, F)
    NDArray right = second.matMul(summed ? matrix : matrix.get(model.dModel() + ":")); // (n, F)
    return new Made(List.of(left, right, product), product);
  }

  private static NDArray at(Map<String, NDArray> tensors, String name) {
    return Objects.requireNonNull(tensors.get(name), name);
  }

  @Override
  public void readGradients(Map<String, NDArray> tensors, float[] gradient) {
    leaves.forEach(leaf -> leaf.readGradient(at(tensors, leaf.name()), gradient));
  }

  @Override
  public List<AttentionMean> attention(
      NDManager manager, float[] parameters, Pairs pairs, int most, int step) {
    return List.of();
  }
}
