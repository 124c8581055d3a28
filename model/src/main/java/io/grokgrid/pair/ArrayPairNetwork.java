package io.grokgrid.pair;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import io.grokgrid.algebra.ArrayAlgebra;
import io.grokgrid.algebra.Leaf;
import io.grokgrid.math.RowLoss;
import io.grokgrid.net.AttentionMean;
import io.grokgrid.net.Encoding;
import io.grokgrid.net.Layout;
import io.grokgrid.net.PositionalEncoding;
import io.grokgrid.net.TransformerSpec;
import io.grokgrid.tensor.LossForm;
import io.grokgrid.tensor.Numbers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One-layer networks over pairs on any device: {@link TransformerTables}, and what is made for each
 * pair in array operations, all of it differentiated by autograd. Several runs of one shape go
 * through it at once, along the first axis of every array: their losses are summed, so that each
 * run's gradient is its own.
 *
 * <p>For N pairs a run, a selection is a matrix (N, R) for each position, with ones at the rows of
 * Z that a pair has there: its token's, and the position's where positions are added. Products with
 * it pick scores and mix rows. Below, B is runs.
 */
public final class ArrayPairNetwork implements PairNetwork {
  /** Numbers in the weighted selections, of which autograd keeps several. */
  private static final double MOST_SELECTED = 1 << 28;

  private static final int HEADS = 1; // axes of (B, H, N, ..)
  private static final int PAIRS = 2;

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
  private final NDArray scale;
  private final NDArray rate;
  private final NDArray offRate;
  private final NDArray distances; // (H, T, 1)
  private @Nullable Selection kept;

  /**
   * What pairs select.
   *
   * @param pairs of each run
   * @param rows for each position (B, 1, N, R)
   * @param queries the last position's, or ones (B, 1, N, 1) where that is '='
   * @param answers (B N, 1)
   */
  private record Selection(
      List<Pairs> pairs, List<NDArray> rows, NDArray queries, NDArray answers) {
    void close() {
      rows.forEach(NDArray::close);
      queries.close();
      answers.close();
    }
  }

  /** How many runs at once there is room for, with what so many pairs of each select. */
  static int fitting(PairGeometry geometry, int pairs) {
    double selected = (double) pairs * geometry.rows();
    return (int) (MOST_SELECTED / (selected * geometry.attentionHeads() * geometry.length()));
  }

  /**
   * @param manager on the device; must outlive this object
   * @param form of the loss
   * @param most pairs that are evaluated at a time, of all runs: bounds the memory
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
    Arrays.fill(padding, RowLoss.NO_CLASS);
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
    return lossesAndGradients(List.of(parameters), List.of(gradient), List.of(pairs))[0];
  }

  /**
   * Each run's mean loss over its pairs, of which all have as many.
   *
   * @param gradients receive the gradient of each run's loss
   */
  double[] lossesAndGradients(
      List<float[]> parameters, List<float[]> gradients, List<Pairs> pairs) {
    Selection selection = keep(pairs);
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      algebra.start(parameters, true);
      double[] losses =
          form.backward(() -> logits(selection), selection.answers(), parameters.size());
      algebra.readGradients(gradients);
      return losses;
    }
  }

  @Override
  public void evaluate(float[] parameters, Pairs pairs, double[] losses, boolean[] correct) {
    evaluate(List.of(parameters), List.of(pairs), List.of(losses), List.of(correct));
  }

  /** As {@link #evaluate(float[], Pairs, double[], boolean[])}, each run over as many pairs. */
  void evaluate(
      List<float[]> parameters, List<Pairs> pairs, List<double[]> losses, List<boolean[]> correct) {
    int size = pairs.get(0).size();
    int step = Math.max(1, most / pairs.size());
    for (int from = 0; from < size; from += step) {
      try (NDScope scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        int until = Math.min(from + step, size);
        int start = from;
        Selection selection = select(pairs.stream().map(all -> all.range(start, until)).toList());
        algebra.start(parameters, false);
        NDArray logits = logits(selection); // (B N, C)
        double[] found = form.losses(logits, selection.answers());
        long[] chosen = Numbers.longs(logits.argMax(-1));
        for (int i = 0; i < found.length; i++) {
          int run = i / (until - from);
          int pair = from + i % (until - from);
          losses.get(run)[pair] = found[i];
          correct.get(run)[pair] = chosen[i] == pairs.get(run).answers()[pair];
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
  private Selection keep(List<Pairs> pairs) {
    Selection last = kept;
    if (last != null && last.pairs().equals(pairs)) {
      return last;
    }
    if (last != null) {
      kept = null;
      last.close();
    }
    Selection made = select(pairs);
    kept = made;
    return made;
  }

  private Selection select(List<Pairs> pairs) {
    int runs = pairs.size();
    int size = pairs.get(0).size();
    NDList rows = new NDList();
    for (int position = 0; position < model.length(); position++) {
      float[] ones = new float[Math.multiplyExact(runs * size, geometry.rows())];
      for (int i = 0; i < runs * size; i++) {
        Pairs of = pairs.get(i / size);
        int pair = i % size;
        int row = i * geometry.rows();
        ones[row + geometry.tokenRow(position, of.left()[pair], of.right()[pair])] = 1;
        if (geometry.isPlaced()) {
          ones[row + geometry.positionRow(position)] = 1;
        }
      }
      rows.add(manager.create(ones, new Shape(runs, 1, size, geometry.rows())));
    }
    NDArray queries =
        model.equalsToken()
            ? manager.ones(new Shape(runs, 1, size, 1))
            : rows.get(rows.size() - 1).duplicate();
    long[] answers =
        pairs.stream().flatMapToInt(of -> Arrays.stream(of.answers())).asLongStream().toArray();
    return new Selection(
        pairs, rows, queries, manager.create(answers, new Shape(answers.length, 1)));
  }

  /** (B N, C). */
  private NDArray logits(Selection selection) {
    TransformerTables.Tables<NDArray> made = tables.tables(algebra);
    NDArray scores = made.scores();
    NDArray mixed =
        scores == null
            ? NDArrays.add(selection.rows().toArray(NDArray[]::new)) // (B, 1, N, R)
            : mixed(weights(scores, selection), selection); // (B, H, N, R)
    long runs = mixed.size(0);
    long terms = mixed.size(HEADS) * mixed.size(3);
    NDArray x =
        mixed
            .swapAxes(HEADS, PAIRS)
            .reshape(runs, 1, mixed.size(PAIRS), terms) // (B, 1, N, H R)
            .matMul(made.values().reshape(runs, 1, terms, -1)) // (B, 1, N, F + C)
            .add(algebra.leaf(BIASES));
    NDArray own = made.own();
    if (own != null) {
      x = x.add(selection.queries().matMul(own)); // (B, 1, N, F + C)
    }
    NDList parts = x.split(new long[] {hidden}, 3);
    NDArray units = model.activation().of(parts.get(0)); // (B, 1, N, F)
    NDArray logits = parts.get(1).add(units.matMul(algebra.transposed(made.product())));
    if (hasOutBias) {
      logits = logits.add(algebra.leaf(OUT_BIAS).matMul(algebra.leaf("W_U"))); // (B, 1, 1, C)
    }
    return logits.reshape(-1, logits.size(3));
  }

  /** The last position's weights on each position, (B, H, N, 1) each. */
  private List<NDArray> weights(NDArray scores, Selection selection) {
    long queries = selection.queries().size(3);
    NDList blocks =
        scores.size(PAIRS) == queries
            ? new NDList(scores)
            : scores.split(model.length(), PAIRS); // J of (B, H, L, R)
    NDList each = new NDList();
    for (int key = 0; key < model.length(); key++) {
      NDArray block = blocks.get(blocks.size() == 1 ? 0 : key);
      each.add(
          selection
              .queries()
              .matMul(block) // (B, H, N, R)
              .mul(selection.rows().get(key))
              .sum(new int[] {3})); // (B, H, N)
    }
    NDArray score = NDArrays.stack(each, 2).mul(scale).add(distances); // (B, H, T, N)
    NDArray weight = score.softmax(2).mul(rate).add(offRate); // (B, H, T, N)
    return weight.expandDims(4).split(model.length(), 2).stream()
        .map(w -> w.squeeze(2)) // (B, H, N, 1)
        .toList();
  }

  private static NDArray mixed(List<NDArray> weights, Selection selection) {
    NDList terms = new NDList();
    for (int key = 0; key < weights.size(); key++) {
      terms.add(weights.get(key).mul(selection.rows().get(key))); // (B, H, N, R)
    }
    return NDArrays.add(terms.toArray(NDArray[]::new));
  }
}
