package io.grokgrid.pair;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import io.grokgrid.algebra.Algebra;
import io.grokgrid.algebra.ArrayAlgebra;
import io.grokgrid.algebra.Leaf;
import io.grokgrid.math.Vectors;
import io.grokgrid.net.AttentionMean;
import io.grokgrid.net.Encoding;
import io.grokgrid.net.Layout;
import io.grokgrid.net.PositionalEncoding;
import io.grokgrid.net.TransformerSpec;
import io.grokgrid.tensor.Numbers;
import java.util.ArrayList;
import java.util.List;
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
 * of the token's row and the position's. On one core the values are those of {@link #valueRows},
 * which are sums and differences of Z's rows, instead: fewer rows, see {@link TransformerRows}. w
 * are the attention weights of the last position, softmaxes of {@link #scores}. Where the attention
 * rate is 0 the weights are all 1, and the heads are summed into one table.
 *
 * <p>Everything here is declared in an {@link Algebra}, which differentiates it; an encoding, a
 * missing W_O, a missing residual stream only change how the tables are made. What is made for each
 * pair is done by {@link CorePairNetwork} on one core, by {@link ArrayPairNetwork} on any device.
 *
 * <p>F and C are padded to multiples of {@link Vectors#BLOCK} by zeros; without the MLP's residual,
 * what M has for the logits is 0 too.
 */
final class TransformerTables implements PairTables {
  private static final String ATTENTION = "blocks.0.attn.";
  private static final String MLP = "blocks.0.mlp.";
  private static final String LAST_ROW = "last row";
  private static final String VALUE_ROWS = "value rows";
  private static final String TURNS = "turns of "; // (J, K, K), of the queries at a position

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
  record Tables<T>(T values, @Nullable T own, T product, @Nullable T scores) {}

  private final TransformerSpec model;
  private final PairGeometry geometry;
  private final List<Leaf> leaves;

  /**
   * Over pairs of n elements each.
   *
   * @throws IllegalArgumentException if there are no tables for {@code model}
   */
  TransformerTables(TransformerSpec model, int n) {
    PairForm unused = PairForm.require(model, n);
    this.model = model;
    geometry = PairGeometry.of(model, n);
    Layout layout = model.layoutOfPairs(n);
    leaves = new ArrayList<>(leavesOfScores(layout));
    leaves.add(valueRows());
    int width = model.dModel();
    for (String name : List.of("W_V", "W_O")) {
      Layout.Tensor tensor = layout.find(ATTENTION + name);
      if (tensor != null) {
        leaves.add(new Leaf(name, tensor.shape()).with(tensor, 0, 0, true));
      }
    }
    Layout.Tensor unembed = layout.find("unembed.W_U");
    leaves.add(new Leaf("W_U", new Shape(width, geometry.classes())).with(unembed, 0, 0, true));
    leaves.add(
        new Leaf("M", new Shape(width, geometry.width()))
            .with(layout.find(MLP + "W_in"), 0, 0, true)
            .with(model.mlpResidual() ? unembed : null, 0, geometry.hidden(), false));
    leaves.add(
        new Leaf("W_out", new Shape(geometry.hidden(), width))
            .with(layout.find(MLP + "W_out"), 0, 0, true));
  }

  /**
   * What {@link #scores} are made of: the parameters, padded, and joined where one product takes
   * both.
   */
  private List<Leaf> leavesOfScores(Layout layout) {
    int width = model.dModel();
    Leaf z =
        new Leaf("Z", new Shape(geometry.rows(), width))
            .with(layout.find("embed.W_E"), 0, 0, true)
            .with(layout.find("pos_embed.W_pos"), geometry.tokens(), 0, true);
    if (model.encoding() == Encoding.SINUSOIDAL) {
      double[] sinusoids = PositionalEncoding.sinusoids(model.length(), width);
      z.with(rounded(sinusoids), geometry.tokens() * width);
    }
    List<Leaf> made = new ArrayList<>(List.of(z));
    for (String name : List.of("W_Q", "W_K")) {
      Layout.Tensor tensor = layout.at(ATTENTION + name);
      made.add(new Leaf(name, tensor.shape()).with(tensor, 0, 0, true));
    }
    made.add(lastRow());
    for (int query = 0; model.encoding().turns() && query < model.length(); query++) {
      int k = model.dHead();
      double[] turns = PositionalEncoding.turns(model.encoding(), query, model.length(), k);
      made.add(new Leaf(TURNS + query, new Shape(model.length(), k, k)).with(rounded(turns), 0));
    }
    return made;
  }

  /** (1, R), picks '=' and its position. */
  private Leaf lastRow() {
    float[] picked = new float[geometry.rows()];
    picked[geometry.tokens() - 1] = 1;
    if (geometry.isPlaced()) {
      picked[geometry.positionRow(model.length() - 1)] = 1;
    }
    return new Leaf(LAST_ROW, new Shape(1, picked.length)).with(picked, 0);
  }

  /**
   * (rows of the values, R), which rows of Z make up each: the token and position of an operand,
   * less those of '='; the difference of the two positions; '='.
   */
  private Leaf valueRows() {
    int rows = geometry.rows();
    float[] picked = new float[geometry.valueRows() * rows];
    for (int operand = 0; operand < geometry.shiftRow(); operand++) {
      picked[operand * rows + operand] = 1;
      pick(picked, operand, operand < geometry.n() ? 0 : 1, 1);
      if (model.equalsToken()) {
        picked[operand * rows + geometry.tokens() - 1] = -1;
        pick(picked, operand, 2, -1);
      }
    }
    if (geometry.hasShift()) {
      pick(picked, geometry.shiftRow(), 1, 1);
      pick(picked, geometry.shiftRow(), 0, -1);
    }
    if (model.equalsToken()) {
      picked[geometry.equalsRow() * rows + geometry.tokens() - 1] = 1;
      pick(picked, geometry.equalsRow(), 2, 1);
    }
    return new Leaf(VALUE_ROWS, new Shape(geometry.valueRows(), rows)).with(picked, 0);
  }

  private void pick(float[] picked, int row, int position, float factor) {
    if (geometry.isPlaced()) {
      picked[row * geometry.rows() + geometry.positionRow(position)] = factor;
    }
  }

  private static float[] rounded(double[] exact) {
    float[] values = new float[exact.length];
    for (int i = 0; i < exact.length; i++) {
      values[i] = (float) exact[i];
    }
    return values;
  }

  TransformerSpec model() {
    return model;
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
    return List.of();
  }

  @Override
  public <T> Made<T> of(Algebra<T> algebra) {
    T rows = algebra.product(algebra.leaf(VALUE_ROWS), algebra.leaf("Z"));
    Tables<T> tables = tables(algebra, rows);
    List<Table<T>> all = new ArrayList<>();
    all.add(new Table<>(tables.values(), geometry.valueRow(0, 0), geometry.tableWidth()));
    T own = tables.own();
    if (own != null) {
      all.add(new Table<>(own, geometry.ownRow(0), geometry.tableWidth()));
    }
    Table<T> product = new Table<>(tables.product(), geometry.productAt(), geometry.hidden());
    all.add(product);
    T scores = tables.scores();
    if (scores != null) {
      all.add(scores(scores));
    }
    return new Made<>(all, product);
  }

  /** Those of the last position. */
  private <T> Table<T> scores(T made) {
    return new Table<>(made, geometry.scoresAt(), geometry.rows());
  }

  /** The tables of all rows of Z, each by itself. */
  <T> Tables<T> tables(Algebra<T> algebra) {
    return tables(algebra, algebra.leaf("Z"));
  }

  /** Likewise, with the values of these rows (R, D). */
  private <T> Tables<T> tables(Algebra<T> algebra, T valued) {
    T own = null;
    if (model.residual()) {
      T rows = model.equalsToken() ? last(algebra) : algebra.leaf("Z"); // (1 or R, D)
      own = algebra.product(rows, algebra.leaf("M")); // (1 or R, F + C)
    }
    T unembedding = algebra.transposed(algebra.leaf("W_U")); // (C, D)
    T product = algebra.productByTransposed(unembedding, algebra.leaf("W_out")); // (C, F)
    T scores = !geometry.fixedWeights() ? scores(algebra, model.length() - 1) : null;
    return new Tables<>(values(algebra, valued), own, product, scores);
  }

  @Override
  public List<AttentionMean> attention(
      NDManager manager, float[] parameters, Pairs pairs, int most, int step) {
    List<AttentionMean> means = new ArrayList<>();
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      ArrayAlgebra algebra = new ArrayAlgebra(manager, leaves);
      algebra.start(List.of(parameters), false);
      for (int query = 0; query < model.length(); query++) {
        float[] scores = Numbers.floats(scores(algebra, query));
        means.addAll(new PairAttention(model, geometry, query, most).means(scores, pairs, step));
      }
    }
    return means;
  }

  /** Each head's values, or their sum, through W_O and M: (H or 1, R, F + C). */
  private <T> T values(Algebra<T> algebra, T rows) {
    T fold = algebra.leaf("M"); // (D, F + C)
    T v = algebra.product(rows, algebra.leaf("W_V")); // (H, R, K)
    if (!model.outputProjection()) {
      T each = algebra.product(v, algebra.split(fold, model.heads())); // (H, R, F + C)
      return geometry.fixedWeights() ? algebra.sum(each) : each;
    }
    T out = algebra.leaf("W_O"); // (H, K, D)
    if (geometry.fixedWeights()) {
      return algebra.product(algebra.sum(algebra.product(v, out)), fold);
    }
    return PairForm.OfTransformer.leftFirst(model, geometry)
        ? algebra.product(algebra.product(v, out), fold)
        : algebra.product(v, algebra.product(out, fold));
  }

  /**
   * What the scores of the queries at a position are made of, before they are divided by the root
   * of K: (H, J L, R). Row j L + x and column y hold the product of query row x and key row y,
   * queries turned by their distance from key position j where the encoding rotates (else J = 1).
   * Query rows are those of Z, or one (L = 1) at '=', with its position in it.
   */
  <T> T scores(Algebra<T> algebra, int position) {
    T z = algebra.leaf("Z"); // (R, D)
    T keys = algebra.leaf("W_K"); // (H, D, K)
    T queries = geometry.isEquals(position) ? last(algebra) : z; // (L, D)
    T q = algebra.product(queries, algebra.leaf("W_Q")); // (H, L, K)
    if (model.encoding().turns()) {
      q = algebra.productByEach(q, algebra.leaf(TURNS + position)); // (H, J L, K)
    }
    return geometry.isEquals(position)
        ? algebra.productByTransposed(algebra.productByTransposed(q, keys), z)
        : algebra.productByTransposed(q, algebra.product(z, keys));
  }

  /** The row of '=' and its position (1, D). */
  private static <T> T last(Algebra<T> algebra) {
    return algebra.product(algebra.leaf(LAST_ROW), algebra.leaf("Z"));
  }
}
