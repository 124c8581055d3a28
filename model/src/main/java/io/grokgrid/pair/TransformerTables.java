package io.grokgrid.pair;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.grokgrid.math.Vectors;
import io.grokgrid.net.AttentionMean;
import io.grokgrid.net.Layout;
import io.grokgrid.net.PositionalEncoding;
import io.grokgrid.net.TransformerSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Compiles a one-layer transformer over pairs (a, b), read at its last position, to tables: what
 * enters the non-linearity there is a weighted sum of rows that depend on one token each.
 *
 * <p>Let the folded map be M = [W_in, W_U] (D, F + C): from the residual stream to the hidden units
 * and, past the MLP, straight to the logits. Then
 *
 * <pre>
 *   x(a, b)      = own + biases + sum over heads h, positions j of w_hj values_h[row_j]    (F + C)
 *   logits(a, b) = x[F..] + activation(x[..F]) product                                     (C)
 *   values_h     = Z W_V_h W_O_h M,   product = W_out W_U,   own = (last rows of Z) M
 * </pre>
 *
 * where Z (R, D) are the embeddings of all tokens and, below them, what stands for the positions if
 * that is added to them: both maps are linear, so that the row of a token at a position is the sum
 * of the token's row and the position's. w are the attention weights of the last position,
 * softmaxes of {@link #scores}. Where the attention rate is 0 the weights are all 1, and the heads
 * are summed into one table.
 *
 * <p>Everything here is made of array operations, so that autograd differentiates it; an encoding,
 * a missing W_O, a missing residual stream only change how the tables are made. What is made for
 * each pair is done by {@link CorePairNetwork} on one core, by {@link ArrayPairNetwork} on any
 * device.
 *
 * <p>F and C are padded to multiples of {@link Vectors#BLOCK} by zeros; without the MLP's residual,
 * what M has for the logits is 0 too.
 */
final class TransformerTables implements PairTables {
  private static final String ATTENTION = "blocks.0.attn.";
  private static final String MLP = "blocks.0.mlp.";

  /**
   * The tables of one set of parameters.
   *
   * @param values (H, R, F + C); H is 1 where the weights are constant
   * @param own what the last position's residual stream gives itself: (1, F + C) with '=', else (R,
   *     F + C); none without residual stream
   * @param product (C, F), transposed
   * @param scores as {@link #scores} gives them for the last position; none where they are not
   *     asked for
   */
  record Tables(NDArray values, @Nullable NDArray own, NDArray product, @Nullable NDArray scores) {
    /** Those that there are, in this order. */
    List<NDArray> arrays() {
      return Stream.of(values, own, product, scores).filter(Objects::nonNull).toList();
    }
  }

  private final TransformerSpec model;
  private final PairGeometry geometry;
  private final boolean withScores;
  private final PositionalEncoding encoding;
  private final List<Leaf> leaves;
  private final NDArray lastRow; // (1, R), picks '=' and its position
  private final List<NDArray> turns = new ArrayList<>(); // (J, K, K), for each query's position

  /**
   * Over pairs of n elements each.
   *
   * @param manager owns the constants; must outlive this object
   * @param withScores whether scores are among the tables, else what only they take gets no
   *     gradient
   * @throws IllegalArgumentException if there are no tables for {@code model}
   */
  TransformerTables(NDManager manager, TransformerSpec model, int n, boolean withScores) {
    PairForm unused = PairForm.require(model, n);
    this.model = model;
    this.withScores = withScores;
    geometry = PairGeometry.of(model, n);
    encoding = new PositionalEncoding(manager, model, model.length(), DataType.FLOAT32);
    leaves = leaves(model.layoutOfPairs(n));
    float[] picked = new float[geometry.rows()];
    picked[geometry.tokens() - 1] = 1;
    if (geometry.isPlaced()) {
      picked[geometry.positionRow(model.length() - 1)] = 1;
    }
    lastRow = manager.create(picked, new Shape(1, picked.length));
    for (int query = 0; model.encoding().turns() && query < model.length(); query++) {
      turns.add(turns(manager, query));
    }
  }

  /** See {@link PositionalEncoding#turns}. */
  private NDArray turns(NDManager manager, int query) {
    int k = model.dHead();
    double[] turns = PositionalEncoding.turns(model.encoding(), query, model.length(), k);
    return manager.create(turns, new Shape(model.length(), k, k)).toType(DataType.FLOAT32, false);
  }

  /**
   * What the tables are made of: the parameters, padded, and joined where one product takes both.
   */
  private List<Leaf> leaves(Layout layout) {
    int width = model.dModel();
    List<Leaf> made = new ArrayList<>();
    Leaf z =
        new Leaf("Z", new Shape(geometry.rows(), width)).with(layout.find("embed.W_E"), 0, true);
    NDArray sinusoids = encoding.sinusoids();
    if (sinusoids != null) {
      z.with(sinusoids.toFloatArray(), geometry.tokens() * width);
    }
    made.add(z.with(layout.find("pos_embed.W_pos"), geometry.tokens() * width, true));
    for (String name : List.of("W_Q", "W_K", "W_V", "W_O")) {
      Layout.Tensor tensor = layout.find(ATTENTION + name);
      if (tensor != null) {
        made.add(new Leaf(name, tensor.shape()).with(tensor, 0, true));
      }
    }
    Layout.Tensor unembed = layout.find("unembed.W_U");
    made.add(new Leaf("W_U", new Shape(width, geometry.classes())).with(unembed, 0, true));
    made.add(
        new Leaf("M", new Shape(width, geometry.width()))
            .with(layout.find(MLP + "W_in"), 0, true)
            .with(model.mlpResidual() ? unembed : null, geometry.hidden(), false));
    made.add(
        new Leaf("W_out", new Shape(geometry.hidden(), width))
            .with(layout.find(MLP + "W_out"), 0, true));
    return made;
  }

  TransformerSpec model() {
    return model;
  }

  @Override
  public PairGeometry geometry() {
    return geometry;
  }

  @Override
  public Map<String, NDArray> leaves(NDManager manager, float[] parameters) {
    return leaves(manager, parameters, withScores);
  }

  /** With or without those that only scores take. */
  Map<String, NDArray> leaves(NDManager manager, float[] parameters, boolean ofScores) {
    Map<String, NDArray> tensors = new HashMap<>();
    for (Leaf leaf : leaves) {
      if (ofScores || !leaf.isOfScores()) {
        tensors.put(leaf.name(), leaf.tensor(manager, parameters));
      }
    }
    return tensors;
  }

  @Override
  public void readGradients(Map<String, NDArray> tensors, float[] gradient) {
    for (Leaf leaf : leaves) {
      if (!withScores && leaf.isOfScores()) {
        leaf.clearGradient(gradient);
      } else {
        leaf.readGradient(at(tensors, leaf.name()), gradient);
      }
    }
  }

  @Override
  public Made of(Map<String, NDArray> w) {
    Tables tables = tables(w);
    return new Made(tables.arrays(), tables.product());
  }

  /** Each of {@link #of} by itself. */
  Tables tables(Map<String, NDArray> w) {
    NDArray z = at(w, "Z"); // (R, D)
    NDArray fold = at(w, "M"); // (D, F + C)
    NDArray own = null;
    if (model.residual()) {
      own = (model.equalsToken() ? lastRow.matMul(z) : z).matMul(fold); // (1 or R, F + C)
    }
    NDArray product = at(w, "W_U").transpose().matMul(at(w, "W_out").transpose()); // (C, F)
    NDArray scores = withScores ? scores(w, model.length() - 1) : null;
    return new Tables(values(w), own, product, scores);
  }

  @Override
  public List<AttentionMean> attention(
      NDManager manager, float[] parameters, Pairs pairs, int most, int step) {
    List<AttentionMean> means = new ArrayList<>();
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      Map<String, NDArray> w = leaves(manager, parameters, true);
      for (int query = 0; query < model.length(); query++) {
        float[] scores = scores(w, query).toFloatArray();
        means.addAll(new PairAttention(model, geometry, query, most).means(scores, pairs, step));
      }
    }
    return means;
  }

  /** Each head's values, or their sum, through W_O and M: (H or 1, R, F + C). */
  private NDArray values(Map<String, NDArray> w) {
    NDArray fold = at(w, "M"); // (D, F + C)
    NDArray v = heads(at(w, "Z"), at(w, "W_V")); // (H, R, K)
    if (!model.outputProjection()) {
      return geometry.fixedWeights()
          ? v.swapAxes(0, 1).reshape(1, geometry.rows(), model.dModel()).matMul(fold)
          : v.matMul(fold.reshape(model.heads(), model.dHead(), -1));
    }
    NDArray out = at(w, "W_O"); // (H, K, D)
    if (geometry.fixedWeights()) {
      return v.matMul(out).sum(new int[] {0}, true).matMul(fold);
    }
    return PairForm.OfTransformer.leftFirst(model, geometry)
        ? v.matMul(out).matMul(fold)
        : v.matMul(out.matMul(fold));
  }

  /**
   * What the scores of the queries at a position are made of, before they are divided by the root
   * of K: (H, J L, R). Row j L + x and column y hold the product of query row x and key row y,
   * queries turned by their distance from key position j where the encoding rotates (else J = 1).
   * Query rows are those of Z, or one (L = 1) at '=', with its position in it.
   */
  NDArray scores(Map<String, NDArray> w, int position) {
    NDArray z = at(w, "Z"); // (R, D)
    NDArray keys = at(w, "W_K"); // (H, D, K)
    NDArray queries = geometry.isEquals(position) ? lastRow.matMul(z) : z; // (L, D)
    NDArray q = turned(heads(queries, at(w, "W_Q")), position); // (H, J L, K)
    return geometry.isEquals(position)
        ? q.batchMatMul(keys.swapAxes(1, 2)).matMul(z.transpose())
        : q.batchMatMul(heads(z, keys).swapAxes(1, 2));
  }

  /**
   * Queries x (H, L, K) of one position mapped for each key's position j: (H, J L, K), row j L + l.
   */
  private NDArray turned(NDArray x, int position) {
    return turns.isEmpty()
        ? x
        : x.expandDims(1) // (H, 1, L, K)
            .matMul(turns.get(position)) // (H, J, L, K)
            .reshape(x.size(0), -1, x.size(2));
  }

  /** x (L, D) through a matrix a head (H, D, K): (H, L, K). */
  private NDArray heads(NDArray x, NDArray matrices) {
    return x.expandDims(0).broadcast(model.heads(), x.size(0), x.size(1)).batchMatMul(matrices);
  }

  private static NDArray at(Map<String, NDArray> weights, String name) {
    NDArray weight = weights.get(name);
    if (weight == null) {
      throw new IllegalStateException("the layout has no " + name);
    }
    return weight;
  }
}
