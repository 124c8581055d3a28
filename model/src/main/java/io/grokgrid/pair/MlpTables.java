package io.grokgrid.pair;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.grokgrid.algebra.Algebra;
import io.grokgrid.algebra.Leaf;
import io.grokgrid.net.AttentionMean;
import io.grokgrid.net.EmbeddingMlpSpec;
import io.grokgrid.net.EmbeddingMlpSpec.Combine;
import io.grokgrid.net.Layout;
import java.util.ArrayList;
import java.util.List;

/**
 * The tables of an embedding MLP of one hidden layer. What enters its non-linearity is the sum of a
 * row of the first operand, one of the second, and a constant:
 *
 * <pre>
 *   left  = W_E W[..D]                      (n, F)
 *   right = W_E' W[D..], or W_E' W of a sum (n, F)
 *   x(a, b) = left[a] + right[b] + b        (F),   logits = activation(x) W_U + b_U
 * </pre>
 *
 * <p>Of one-hot operands W_E and W_E' are left and right, and W is the identity.
 */
final class MlpTables implements PairTables {
  private static final String LEFT = "left W_E";
  private static final String RIGHT = "right W_E";
  private static final String FIRST = "W[..D]";
  private static final String SECOND = "W[D..]";
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
    Shape embeddings = new Shape(n, model.width());
    Layout.Tensor embedding = layout.at("embed.W_E");
    Leaf left = new Leaf(LEFT, embeddings).with(embedding, 0, 0, true);
    leaves.add(model.isOneSided() ? left : left.chosen());
    if (!model.isOneSided()) {
      boolean own = model.hasTwoEmbeddings();
      Leaf right = new Leaf(RIGHT, embeddings);
      right.with(own ? layout.at("embed_b.W_E") : embedding, 0, 0, own);
      leaves.add(right.chosen());
    }
    Shape half = new Shape(model.width(), geometry.hidden());
    if (model.oneHot()) {
      leaves.add(new Leaf(FIRST, half).with(identity(half), 0));
    } else {
      Layout.Tensor matrix = layout.at("mlp.0.W");
      leaves.add(new Leaf(FIRST, half).withRows(matrix, 0));
      if (model.combine() == Combine.CONCAT) {
        leaves.add(new Leaf(SECOND, half).withRows(matrix, model.dModel()));
      }
    }
    leaves.add(
        new Leaf(UNEMBEDDING, new Shape(geometry.hidden(), geometry.classes()))
            .with(layout.at(UNEMBEDDING), 0, 0, true));
  }

  /** Ones on the diagonal. */
  private static float[] identity(Shape shape) {
    float[] ones = new float[(int) shape.size()];
    for (int i = 0; i < shape.get(0); i++) {
      ones[i * (int) shape.get(1) + i] = 1;
    }
    return ones;
  }

  @Override
  public PairGeometry geometry() {
    return geometry;
  }

  @Override
  public List<Leaf> leaves() {
    return leaves;
  }

  @Override
  public List<String> operands() {
    return model.isOneSided() ? List.of() : List.of(LEFT, RIGHT);
  }

  @Override
  public <T> Made<T> of(Algebra<T> algebra) {
    T embedding = algebra.leaf(LEFT); // (n, D)
    T left = algebra.product(embedding, algebra.leaf(FIRST)); // (n, F)
    T transposed = algebra.transposed(algebra.leaf(UNEMBEDDING)); // (C, F)
    Table<T> product = new Table<>(transposed, geometry.productAt(), geometry.hidden());
    if (model.isOneSided()) {
      return new Made<>(List.of(table(left, 0), product), product);
    }
    T second = algebra.leaf(RIGHT); // (n, D)
    boolean summed = model.oneHot() || model.combine() == Combine.SUM;
    T right = algebra.product(second, algebra.leaf(summed ? FIRST : SECOND)); // (n, F)
    return new Made<>(List.of(table(left, 0), table(right, geometry.n()), product), product);
  }

  private <T> Table<T> table(T made, int row) {
    return new Table<>(made, geometry.valueRow(0, row), geometry.tableWidth());
  }

  @Override
  public List<AttentionMean> attention(
      NDManager manager, float[] parameters, Pairs pairs, int most, int step) {
    return List.of();
  }
}
