package io.grokgrid.pair;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import io.grokgrid.algebra.ArrayAlgebra;
import io.grokgrid.algebra.Leaf;
import io.grokgrid.math.CrossEntropy;
import io.grokgrid.net.AttentionMean;
import io.grokgrid.net.Encoding;
import io.grokgrid.net.Layout;
import io.grokgrid.net.PositionalEncoding;
import io.grokgrid.net.TransformerSpec;
import io.grokgrid.tensor.LossForm;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A one-layer network over pairs on any device: {@link TransformerTables}, and what is made for
 * each pair in array operations, all of it differentiated by autograd.
 *
 * <p>For N pairs, a selection is a matrix (N, R) for each position, with ones at the rows of Z that
 * a pair has there: its token's, and the position's where positions are added. Products with it
 * pick scores and mix rows.
 */
public final class ArrayPairNetwork implements PairNetwork {
  /** Numbers in the weighted selections, of which autograd keeps several. */
  private static final double MOST_SELECTED = 1 << 28;

  private static final String BIASES = "biases"; // (1, F + C)
  private static final String OUT_BIAS = "b_out"; // (1, D)

  private final NDManager manager;
  private final TransformerTables tables;
  private final PairGeometry geometry;
  private final TransformerSpec model;
  private final LossForm form;
  private final int most;
  private final int hidden;
  private final boolean hasOutBias;
  private final ArrayAlgebra algebra;
  private final NDArray noHidden; // (1, F)
  private final NDArray scale;
  private final NDArray rate;
  private final NDArray offRate;
  private final NDArray distances; // (H, T, 1)
  private @Nullable Selection kept;

  /**
   * What pairs select.
   *
   * @param rows for each position (N, R)
   * @param queries the last position's, or ones (N, 1) where that is '='
   * @param answers (N, 1)
   */
  private record Selection(Pairs pairs, List<NDArray> rows, NDArray queries, NDArray answers) {
    void close() {
      rows.forEach(NDArray::close);
      queries.close();
      answers.close();
    }
  }

  /** Whether there is room for what so many pairs at a time select. */
  static boolean fits(PairGeometry geometry, int pairs) {
    double selected = (double) pairs * geometry.rows();
    return selected * geometry.attentionHeads() * geometry.length() <= MOST_SELECTED;
  }

  /**
   * @param manager on the device; must outlive this object
   * @param form of the loss
   * @param most pairs that are evaluated at a time: bounds the memory
   */
  public ArrayPairNetwork(
      NDManager manager, TransformerSpec model, int n, LossForm form, int most) {
    this.manager = manager;
    this.model = model;
    this.form = form;
    this.most = most;
    geometry = PairGeometry.of(model, n);
    tables = new TransformerTables(model, n);
    hidden = geometry.hidden();
    float[] padding = new float[geometry.classes() - geometry.answers()];
    Arrays.fill(padding, CrossEntropy.NO_CLASS);
    Layout layout = model.layoutOfPairs(n);
    Layout.Tensor out = layout.find("blocks.0.mlp.b_out");
    List<Leaf> leaves = new ArrayList<>(tables.leaves());
    leaves.add(
        new Leaf(BIASES, new Shape(1, geometry.width()))
            .with(layout.find("blocks.0.mlp.b_in"), 0, 0, true)
            .with(layout.find("unembed.b_U"), 0, hidden, true)
            .with(padding, hidden + geometry.answers()));
    if (out != null) {
      leaves.add(new Leaf(OUT_BIAS, new Shape(1, model.dModel())).with(out, 0, 0, true));
    }
    hasOutBias = out != null;
    algebra = new ArrayAlgebra(manager, leaves);
    noHidden = manager.zeros(new Shape(1, hidden));
    scale = manager.create((float) (1 / Math.sqrt(model.dHead())));
    rate = manager.create((float) model.attentionRate());
    offRate = manager.create((float) (1 - model.attentionRate()));
    distances = distances(manager, model);
  }

  private static NDArray distances(NDManager manager, TransformerSpec model) {
    int length = model.length();
    float[] values = new float[model.heads() * length];
    if (model.encoding() == Encoding.ALIBI) {
      double[] slopes = PositionalEncoding.alibiSlopes(model.heads());
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (-slopes[i / length] * (length - 1 - i % length));
      }
    }
    return manager.create(values, new Shape(model.heads(), length, 1));
  }

  @Override
  public double lossAndGradient(float[] parameters, float[] gradient, Pairs pairs) {
    Selection selection = keep(pairs);
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      algebra.start(parameters, true);
      double loss = form.backward(() -> logits(selection), selection.answers());
      algebra.readGradients(gradient);
      return loss;
    }
  }

  @Override
  public void evaluate(float[] parameters, Pairs pairs, double[] losses, boolean[] correct) {
    for (int from = 0; from < pairs.size(); from += most) {
      try (NDScope scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        Pairs part = pairs.range(from, Math.min(from + most, pairs.size()));
        Selection selection = select(part);
        algebra.start(parameters, false);
        NDArray logits = logits(selection); // (N, C)
        double[] found = form.losses(logits, selection.answers());
        long[] chosen = logits.argMax(-1).toLongArray();
        for (int i = 0; i < part.size(); i++) {
          losses[from + i] = found[i];
          correct[from + i] = chosen[i] == part.answers()[i];
        }
      }
    }
  }

  @Override
  public List<AttentionMean> attention(float[] parameters, Pairs pairs, int step) {
    return tables.attention(manager, parameters, pairs, most, step);
  }

  /**
   * The selection of the pairs that were asked for last, which in a full batch are always the same.
   */
  private Selection keep(Pairs pairs) {
    Selection last = kept;
    if (last != null && last.pairs().equals(pairs)) {
      return last;
    }
    if (last != null) {
      last.close();
    }
    Selection made = select(pairs);
    kept = made;
    return made;
  }

  private Selection select(Pairs pairs) {
    NDList rows = new NDList();
    for (int position = 0; position < model.length(); position++) {
      float[] ones = new float[pairs.size() * geometry.rows()];
      for (int i = 0; i < pairs.size(); i++) {
        int row = i * geometry.rows();
        ones[row + geometry.tokenRow(position, pairs.left()[i], pairs.right()[i])] = 1;
        if (geometry.isPlaced()) {
          ones[row + geometry.positionRow(position)] = 1;
        }
      }
      rows.add(manager.create(ones, new Shape(pairs.size(), geometry.rows())));
    }
    NDArray queries =
        model.equalsToken()
            ? manager.ones(new Shape(pairs.size(), 1))
            : rows.get(rows.size() - 1).duplicate();
    long[] answers = Arrays.stream(pairs.answers()).asLongStream().toArray();
    return new Selection(
        pairs, rows, queries, manager.create(answers, new Shape(answers.length, 1)));
  }

  private NDArray logits(Selection selection) {
    TransformerTables.Tables<NDArray> made = tables.tables(algebra);
    NDArray scores = made.scores();
    NDArray mixed =
        scores == null
            ? NDArrays.add(selection.rows().toArray(NDArray[]::new)).expandDims(0) // (1, N, R)
            : mixed(weights(scores, selection), selection); // (H, N, R)
    long n = mixed.size(1);
    long terms = mixed.size(0) * mixed.size(2);
    NDArray x =
        mixed
            .swapAxes(0, 1)
            .reshape(n, terms) // (N, H R)
            .matMul(made.values().reshape(terms, -1)) // (N, F + C)
            .add(algebra.leaf(BIASES));
    NDArray own = made.own();
    if (own != null) {
      x = x.add(selection.queries().matMul(own)); // (N, F + C)
    }
    if (hasOutBias) {
      NDArray through = algebra.leaf(OUT_BIAS).matMul(algebra.leaf("W_U")); // (1, C)
      x = x.add(noHidden.concat(through, 1)); // (N, F + C)
    }
    NDList parts = x.split(new long[] {hidden}, 1);
    NDArray units = model.activation().of(parts.get(0)); // (N, F)
    return parts.get(1).add(units.matMul(made.product().transpose())); // (N, C)
  }

  /** The last position's weights on each position, (H, N, 1) each. */
  private List<NDArray> weights(NDArray scores, Selection selection) {
    long queries = selection.queries().size(1);
    NDList blocks =
        scores.size(1) == queries
            ? new NDList(scores)
            : scores.split(model.length(), 1); // J of (H, L, R)
    NDList each = new NDList();
    for (int key = 0; key < model.length(); key++) {
      NDArray block = blocks.get(blocks.size() == 1 ? 0 : key);
      each.add(
          selection
              .queries()
              .matMul(block) // (H, N, R)
              .mul(selection.rows().get(key))
              .sum(new int[] {2})); // (H, N)
    }
    NDArray score = NDArrays.stack(each, 1).mul(scale).add(distances); // (H, T, N)
    NDArray weight = score.softmax(1).mul(rate).add(offRate); // (H, T, N)
    return weight.expandDims(3).split(model.length(), 1).stream()
        .map(w -> w.squeeze(1)) // (H, N, 1)
        .toList();
  }

  private static NDArray mixed(List<NDArray> weights, Selection selection) {
    NDList terms = new NDList();
    for (int key = 0; key < weights.size(); key++) {
      terms.add(weights.get(key).mul(selection.rows().get(key))); // (H, N, R)
    }
    return NDArrays.add(terms.toArray(NDArray[]::new));
  }
}
