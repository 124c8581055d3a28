package io.grokgrid.layers;

import io.grokgrid.math.Products;
import io.grokgrid.math.Vectors;
import io.grokgrid.net.Layout;
import io.grokgrid.net.TransformerSpec;
import io.grokgrid.net.TransformerSpec.Normalization;
import io.grokgrid.tensor.Dropout;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One layer of rows x (N, D), of which the last M ask:
 *
 * <pre>
 *   read = pre ? ln1(x) : x                        (N, D)
 *   z    = attention(W_Q read, W_K read, W_V read) (M, H K)
 *   x    = residual x + W_O z                      (M, D), post: ln1 of it
 *   x    = residual x + MLP(pre ? ln2(x) : x)      (M, D), post: ln2 of it
 * </pre>
 *
 * with dropout of the weights of the attention, of what is added to x, and of hidden units.
 * Backwards the same in turn. A layer of which queries, keys and values are a table of tokens makes
 * them once a step, {@link #tabulate}, for all chunks.
 */
final class Layer {
  private final TransformerSpec model;
  private boolean isTable;
  private final int asking;
  private final int width;
  private final Projections projections;
  private final Source source;
  private final Attention attention;
  private final Linear output;
  private final Mlp mlp;
  private final RowDropout attended;
  private final RowDropout hidden;
  private final RowDropout computed;
  private final @Nullable Norm first;
  private final @Nullable Norm second;
  private final float[] heads; // (M, H K)
  private final float[] made; // (N, D): what is added to x, or a gradient

  /**
   * @param number from 0 on
   * @param asking S, how many positions ask, the last ones
   * @param table rows of the table, if queries, keys and values may be one, else 0
   * @param positions where the rows of positions begin in it, or -1
   * @param rows N at most
   * @param chunk whose rows come
   */
  Layer(
      TransformerSpec model,
      Layout layout,
      int number,
      int length,
      int asking,
      int table,
      int positions,
      int rows,
      int sequences,
      Chunk chunk,
      Work work) {
    this.model = model;
    this.asking = asking;
    int projected = table == 0 || model.dropout() > 0 ? Math.max(table, rows) : table;
    String block = "blocks." + number + ".";
    width = Vectors.padded(model.dModel());
    projections = new Projections(model, layout, block + "attn.", projected, work);
    source = new Source(projections, positions, chunk);
    attention = new Attention(model, length, asking, sequences);
    output = output(layout.find(block + "attn.W_O"), work.products);
    attended = new RowDropout(chunk, asking, model.dModel(), rows);
    hidden = new RowDropout(chunk, asking, model.dMlp(), rows);
    computed = new RowDropout(chunk, asking, model.dModel(), rows);
    mlp = new Mlp(layout, block + "mlp.", model.activation(), rows, work, hidden);
    boolean norms = model.normalization() != Normalization.NONE;
    first = norms ? new Norm(layout, block + "ln1.", Math.max(table, rows)) : null;
    second = norms ? new Norm(layout, block + "ln2.", rows) : null;
    heads = new float[Vectors.LEAD + rows * projections.joint];
    made = work.made;
  }

  /** W_O, or what takes the heads' padding out. */
  private Linear output(Layout.@Nullable Tensor matrix, Products products) {
    int headWidth = Vectors.padded(model.dHead());
    if (matrix == null) {
      int[] chosen =
          IntStream.range(0, model.dModel())
              .map(j -> j / model.dHead() * headWidth + j % model.dHead())
              .toArray();
      return Linear.selection(chosen, projections.joint, products);
    }
    int size = model.dHead() * model.dModel();
    List<Linear.Part> parts =
        IntStream.range(0, model.heads())
            .mapToObj(
                h ->
                    new Linear.Part(
                        matrix.offset() + h * size,
                        model.dHead(),
                        model.dModel(),
                        h * headWidth,
                        0))
            .toList();
    return new Linear(parts, projections.joint, width, products);
  }

  void load(float[] parameters) {
    projections.load(parameters);
    output.load(parameters);
    mlp.load(parameters);
    if (first != null && second != null) {
      first.load(parameters);
      second.load(parameters);
    }
  }

  void store(float[] gradient) {
    projections.store(gradient);
    output.store(gradient);
    mlp.store(gradient);
    if (first != null && second != null) {
      first.store(gradient);
      second.store(gradient);
    }
  }

  /**
   * Draws for a step what is left out.
   *
   * @param sequences B
   */
  void draw(@Nullable Dropout dropout, int sequences) {
    isTable = false;
    attention.draw(dropout, sequences);
    attended.draw(dropout, sequences);
    hidden.draw(dropout, sequences);
    computed.draw(dropout, sequences);
  }

  /**
   * Makes the table of queries, keys and values.
   *
   * @param x n rows, one a token and then one a position; is overwritten
   */
  void tabulate(float[] x, int n) {
    isTable = true;
    if (model.normalization() == Normalization.PRE && first != null) {
      first.forward(x, n, x);
    }
    projections.forward(x, n, 0);
  }

  /** The adjoint of {@link #tabulate} and all chunks: d receives the gradient of x. */
  void differentiateTable(float[] d, int n) {
    projections.backward(d, n, 0);
    if (model.normalization() == Normalization.PRE && first != null) {
      first.backward(d, n);
    }
  }

  /** Replaces x (N, D) by the layer's (M, D). */
  void forward(float[] x, Chunk chunk) {
    int from = chunk.first(asking);
    int n = chunk.rows() - from;
    source.askFrom(from, isTable);
    if (!isTable) {
      project(x, chunk, from);
    }
    attention.forward(source, chunk, heads);
    output.forward(heads, 0, n, made);
    attended.forwardAll(made, n);
    if (model.residual()) {
      Vectors.add(made, Vectors.LEAD, x, Vectors.LEAD + from * width, n * width);
    }
    System.arraycopy(made, Vectors.LEAD, x, Vectors.LEAD, n * width);
    if (first == null || second == null) {
      mlp.forward(x, n, made);
      computed.forwardAll(made, n);
      addOrReplace(x, n);
    } else if (model.normalization() == Normalization.PRE) {
      second.forward(x, n, made);
      mlp.forward(made, n, made);
      computed.forwardAll(made, n);
      addOrReplace(x, n);
    } else {
      first.forward(x, n, x);
      mlp.forward(x, n, made);
      computed.forwardAll(made, n);
      addOrReplace(x, n);
      second.forward(x, n, x);
    }
  }

  private void project(float[] x, Chunk chunk, int from) {
    if (model.normalization() == Normalization.PRE && first != null) {
      first.forward(x, chunk.rows(), made);
      projections.forward(made, chunk.rows(), from);
    } else {
      projections.forward(x, chunk.rows(), from);
    }
  }

  /** Of what the MLP made, or its gradient. */
  private void addOrReplace(float[] x, int n) {
    if (model.mlpResidual()) {
      Vectors.add(x, Vectors.LEAD, made, Vectors.LEAD, n * width);
    } else {
      System.arraycopy(made, Vectors.LEAD, x, Vectors.LEAD, n * width);
    }
  }

  /** Replaces the gradient of the result, d (M, D), by that of x (N, D). */
  void backward(float[] d, Chunk chunk) {
    int from = chunk.first(asking);
    int n = chunk.rows() - from;
    source.askFrom(from, isTable);
    if (first == null || second == null) {
      mlp.backward(computed.backwardAll(d, n, made), n, made);
      addOrReplace(d, n);
    } else if (model.normalization() == Normalization.PRE) {
      mlp.backward(computed.backwardAll(d, n, made), n, made);
      second.backward(made, n);
      addOrReplace(d, n);
    } else {
      second.backward(d, n);
      mlp.backward(computed.backwardAll(d, n, made), n, made);
      addOrReplace(d, n);
      first.backward(d, n);
    }
    output.backward(heads, 0, n, attended.backwardAll(d, n, made), heads);
    attention.backward(heads, source, chunk);
    spread(d, from, n);
    if (!isTable) {
      projections.backward(made, chunk.rows(), from);
      if (model.normalization() == Normalization.PRE && first != null) {
        first.backward(made, chunk.rows());
      }
      Vectors.add(d, Vectors.LEAD, made, Vectors.LEAD, chunk.rows() * width);
    }
  }

  /** What flows past the attention: d's n rows go to row {@code from}, before them are zeros. */
  private void spread(float[] d, int from, int n) {
    if (model.residual()) {
      System.arraycopy(d, Vectors.LEAD, d, Vectors.LEAD + from * width, n * width);
      Arrays.fill(d, Vectors.LEAD, Vectors.LEAD + from * width, 0);
    } else {
      Arrays.fill(d, Vectors.LEAD, Vectors.LEAD + (from + n) * width, 0);
    }
  }
}
