package io.grokgrid.pair;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import io.grokgrid.math.Vectors;
import io.grokgrid.net.Autograd;
import io.grokgrid.net.EmbeddingMlpSpec;
import io.grokgrid.net.EmbeddingMlpSpec.Combine;
import io.grokgrid.net.Layout;
import io.grokgrid.net.LossForm;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An embedding MLP of one hidden layer on one core. What enters its non-linearity is the sum of a
 * row of the first operand, one of the second, and a constant, so that each operand's product with
 * the hidden layer's matrix is made once a step, and {@link PairKernel} does the rest:
 *
 * <pre>
 *   left  = W_E W[..D]                      (n, F)
 *   right = W_E' W[D..], or W_E' W of a sum (n, F)
 *   x(a, b) = left[a] + right[b] + b        (F),   logits = activation(x) W_U + b_U
 * </pre>
 */
public final class CoreMlpNetwork implements PairNetwork {
  private final NDManager manager;
  private final EmbeddingMlpSpec model;
  private final Layout layout;
  private final int n;
  private final int most;
  private final PairKernel.Shapes shapes;
  private final PairKernel training;
  private final PairKernel evaluation;
  private final Rows rows;
  private final Leaf left;
  private final Leaf right;
  private final Leaf matrix;
  private final Leaf unembedding;
  private final float[] tables;
  private final SharedFloats seed;

  /** Whether a network has such a form. */
  public static boolean covers(EmbeddingMlpSpec model) {
    return model.hiddenLayers() == 1;
  }

  /**
   * @param manager on a CPU; must outlive this object
   * @param n elements that pairs are of
   * @param form of the loss
   * @param train pairs that {@link #lossAndGradient} gets at most
   * @param most pairs that are evaluated at a time: bounds the memory
   * @throws IllegalArgumentException if the network has no such form
   */
  public CoreMlpNetwork(
      NDManager manager, EmbeddingMlpSpec model, int n, LossForm form, int train, int most) {
    if (!covers(model)) {
      throw new IllegalArgumentException("rows of operands need one hidden layer");
    }
    this.manager = manager;
    this.model = model;
    this.n = n;
    this.most = most;
    layout = new Layout(model, n);
    shapes = new PairKernel.Shapes(Vectors.padded(model.hidden()), Vectors.padded(n), n);
    training = new PairKernel(manager, shapes, model.activation(), form, train);
    evaluation = new PairKernel(manager, shapes, model.activation(), form, most);
    rows = new Rows(model.isOneSided(), n, shapes);
    left = leaf("embed.W_E", n, model.dModel());
    right = model.separateOperands() ? leaf("embed_b.W_E", n, model.dModel()) : left;
    matrix = leaf("mlp.0.W", model.inputs(), shapes.hidden());
    unembedding = leaf("unembed.W_U", shapes.hidden(), shapes.classes());
    tables = new float[rows.productAt() + shapes.classes() * shapes.hidden()];
    seed = new SharedFloats(tables.length - Vectors.LEAD);
  }

  private Leaf leaf(String name, int rows, int columns) {
    return new Leaf(name, new Shape(rows, columns)).with(layout.at(name), 0, true);
  }

  /** The tables, one behind the other, and the base. */
  private static final class Rows implements KernelRows {
    private final boolean oneSided;
    private final int n;
    private final PairKernel.Shapes shapes;
    private final int width;
    private final float[] rows;
    private final float[] gradients;

    Rows(boolean oneSided, int n, PairKernel.Shapes shapes) {
      this.oneSided = oneSided;
      this.n = n;
      this.shapes = shapes;
      width = shapes.hidden() + shapes.classes();
      rows = new float[baseRow(0) + width];
      gradients = new float[rows.length];
    }

    int sides() {
      return oneSided ? 1 : 2;
    }

    @Override
    public float[] rows() {
      return rows;
    }

    @Override
    public float[] gradients() {
      return gradients;
    }

    @Override
    public int heads() {
      return 1;
    }

    @Override
    public int row(int position, int operand) {
      return Vectors.LEAD + ((oneSided ? 0 : position) * n + operand) * width;
    }

    @Override
    public int headStride() {
      return 0;
    }

    @Override
    public boolean hasOneBase() {
      return true;
    }

    @Override
    public int baseRow(int right) {
      return Vectors.LEAD + sides() * n * width;
    }

    @Override
    public int productAt() {
      return Vectors.LEAD + sides() * n * shapes.hidden();
    }

    /** Takes the tables over, which have no part of the logits. */
    void read(float[] tables) {
      for (int i = 0; i < sides() * n; i++) {
        int from = Vectors.LEAD + i * shapes.hidden();
        System.arraycopy(tables, from, rows, Vectors.LEAD + i * width, shapes.hidden());
      }
    }

    /** The other way, for gradients. */
    void write(float[] tables) {
      for (int i = 0; i < sides() * n; i++) {
        int to = Vectors.LEAD + i * shapes.hidden();
        System.arraycopy(gradients, Vectors.LEAD + i * width, tables, to, shapes.hidden());
      }
    }
  }

  @Override
  public double lossAndGradient(float[] parameters, float[] gradient, Pairs pairs) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      Map<Leaf, NDArray> leaves = leaves(parameters);
      leaves.values().forEach(leaf -> leaf.setRequiresGradient(true));
      List<NDArray> made = Autograd.record(() -> tables(leaves));
      read(made, parameters);
      Arrays.fill(tables, rows.productAt(), tables.length, 0);
      NDArray product = made.get(made.size() - 1);
      double loss = training.lossAndGradient(pairs, rows, null, product, tables);
      rows.write(tables);
      seed.put(0, tables, Vectors.LEAD, tables.length - Vectors.LEAD);
      int at = 0;
      for (NDArray table : made) {
        Autograd.backward(table, seed.tensor(manager, at, table.getShape()));
        at += (int) table.size();
      }
      leaves.forEach(
          (leaf, tensor) -> {
            try (NDArray found = tensor.getGradient()) {
              leaf.readGradient(found, gradient);
            }
          });
      copy(rows.gradients(), rows.baseRow(0), gradient, layout.find("mlp.0.b"));
      copy(
          rows.gradients(),
          rows.baseRow(0) + shapes.hidden(),
          gradient,
          layout.find("unembed.b_U"));
      return loss;
    }
  }

  private static void copy(float[] from, int at, float[] to, Layout.@Nullable Tensor bias) {
    if (bias != null) {
      System.arraycopy(from, at, to, bias.offset(), bias.size());
    }
  }

  /** Fresh tensors of the parameters. */
  private Map<Leaf, NDArray> leaves(float[] parameters) {
    Map<Leaf, NDArray> leaves = new HashMap<>();
    for (Leaf leaf : new LinkedHashSet<>(List.of(left, right, matrix, unembedding))) {
      leaves.put(leaf, leaf.tensor(manager, parameters));
    }
    return leaves;
  }

  /** A table a side, (n, F), and the product (C, F), transposed. */
  private List<NDArray> tables(Map<Leaf, NDArray> leaves) {
    NDArray first = at(leaves, left); // (n, D)
    NDArray second = at(leaves, right); // (n, D)
    NDArray w = at(leaves, matrix); // (D or 2 D, F)
    NDArray product = at(leaves, unembedding).transpose(); // (C, F)
    if (model.isOneSided()) {
      return List.of(first.matMul(w), product);
    }
    if (model.combine() == Combine.SUM) {
      return List.of(first.matMul(w), second.matMul(w), product);
    }
    int d = model.dModel();
    return List.of(first.matMul(w.get(":" + d)), second.matMul(w.get(d + ":")), product);
  }

  private static NDArray at(Map<Leaf, NDArray> leaves, Leaf leaf) {
    return Objects.requireNonNull(leaves.get(leaf));
  }

  /** Makes the rows of the tables and of the biases. */
  private void read(List<NDArray> made, float[] parameters) {
    int at = Vectors.LEAD;
    for (NDArray table : made.subList(0, made.size() - 1)) {
      SharedFloats.read(table, tables, at, (int) table.size());
      at += (int) table.size();
    }
    rows.read(tables);
    int base = rows.baseRow(0);
    Arrays.fill(rows.rows(), base, base + shapes.hidden() + n, 0);
    Arrays.fill(rows.rows(), base + shapes.hidden() + n, rows.rows().length, PairRows.NO_CLASS);
    Layout.Tensor bias = layout.find("mlp.0.b");
    Layout.Tensor ofClasses = layout.find("unembed.b_U");
    if (bias != null && ofClasses != null) {
      System.arraycopy(parameters, bias.offset(), rows.rows(), base, bias.size());
      int logits = base + shapes.hidden();
      System.arraycopy(parameters, ofClasses.offset(), rows.rows(), logits, n);
    }
  }

  @Override
  public void evaluate(float[] parameters, Pairs pairs, double[] losses, boolean[] correct) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      List<NDArray> made = tables(leaves(parameters));
      read(made, parameters);
      NDArray product = made.get(made.size() - 1);
      for (int from = 0; from < pairs.size(); from += most) {
        Pairs part = pairs.range(from, Math.min(from + most, pairs.size()));
        evaluation.evaluate(part, rows, null, product, losses, correct, from);
      }
    }
  }

  /** None: the network has no attention. */
  @Override
  public List<MeanAttention> attention(float[] parameters, Pairs pairs) {
    return List.of();
  }
}
