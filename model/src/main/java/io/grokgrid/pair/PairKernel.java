package io.grokgrid.pair;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.grokgrid.math.CrossEntropy;
import io.grokgrid.math.Vectors;
import io.grokgrid.net.Activation;
import io.grokgrid.tensor.LossForm;
import io.grokgrid.tensor.SharedFloats;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What is made of the rows for each pair, and its gradient, on one core.
 *
 * <p>Pairs go through in chunks whose buffers stay in the cache. For a chunk of B pairs, with F
 * hidden units, C classes, and product (C, F) transposed as the tables have it:
 *
 * <pre>
 *   x          = base + sum over heads h of w_h0 left_h[a] + w_h1 right_h[b]   (B, F + C)  vector instructions
 *   hidden     = activation(x[..F])                                            (B, F)      in place
 *   logits     = x[F..] + hidden product^T                                     (B, C)      matrix product
 *   loss, d logits                                                             (B, C)      in place
 *   d hidden   = d logits product                                              (B, F)      matrix product
 *   d product += d logits^T hidden                                             (C, F)      matrix product
 *   d x        = [d hidden * activation', d logits]                            (F + C)     row by row
 *   d w_h0     = d x . left_h[a],  d left_h[a] += w_h0 d x,  d base += d x     and so for b
 * </pre>
 *
 * <p>The rows are those of {@link PairRows}, the weights w {@link PairAttention}'s, or 1. The
 * matrix products are the engine's, on memory that is shared with it. The first is fastest with C a
 * multiple of {@link Vectors#BLOCK}; the other two leave the padding out.
 */
final class PairKernel {
  /** Pairs in a chunk; from 100 to 256 it makes no difference, more do not stay in the cache. */
  private static final int CHUNK = 256;

  private static final int AT_ONCE = 4;

  private final NDManager manager;
  private final PairRows rows;
  private final @Nullable PairAttention attention;
  private final Activation activation;
  private final CrossEntropy loss;
  private final int productAt;
  private final int[] sides; // where the rows of each side's first operand begin
  private final int base0; // where the base begins, or that of the first second operand
  private final boolean hasOneBase;
  private final int heads;
  private final int headStride;
  private final int hidden;
  private final int classes;
  private final int answers; // classes without padding
  private final int width;
  private final int chunk;
  private final float[] x; // (B, F + C): becomes hidden and logits, then their gradient
  private final float[] kept; // (B, F), by the activation
  private final float[] backward; // (B, F)
  private final float[] forward; // (B, C)
  private final float[] base; // (F + C): a chunk's gradient, so that fewer terms are rounded
  private final float[] lanes = new float[2 * Vectors.BLOCK];
  private final float[] products = new float[AT_ONCE];
  private final SharedFloats sharedHidden;
  private final SharedFloats sharedGradient;
  private final NDArray hiddenRows; // (B, F)
  private final NDArray gradientRows; // (B, answers)
  private final NDArray gradientColumns; // (answers, B)

  /**
   * @param manager owns the tensors; must outlive this object
   * @param rows that are mixed; receive their gradients
   * @param attention weighed for the same pairs, or none for weights of 1; receives the gradients
   *     of its weights
   * @param n pairs that will go through at a time, for chunks of equal length
   */
  PairKernel(
      NDManager manager,
      PairRows rows,
      @Nullable PairAttention attention,
      Activation activation,
      LossForm form,
      int n) {
    this.manager = manager;
    this.rows = rows;
    this.attention = attention;
    this.activation = activation;
    loss = form.crossEntropy();
    PairGeometry geometry = rows.geometry;
    productAt = geometry.productAt();
    sides = new int[] {geometry.row(0, 0), geometry.row(1, 0)};
    base0 = geometry.baseRow(0);
    hasOneBase = geometry.hasOneBase();
    heads = geometry.heads();
    headStride = geometry.headStride();
    hidden = geometry.hidden();
    classes = geometry.classes();
    answers = geometry.answers();
    width = geometry.width();
    int chunks = (n + CHUNK - 1) / CHUNK;
    chunk = (n + chunks - 1) / chunks;
    x = new float[Vectors.LEAD + chunk * width];
    kept = new float[Vectors.LEAD + chunk * hidden];
    backward = new float[Vectors.LEAD + chunk * hidden];
    forward = new float[Vectors.LEAD + chunk * classes];
    base = new float[Vectors.LEAD + width];
    sharedHidden = new SharedFloats(chunk * hidden);
    sharedGradient = new SharedFloats(chunk * classes);
    hiddenRows = sharedHidden.tensor(manager, 0, new Shape(chunk, hidden));
    gradientRows =
        sharedGradient.tensor(manager, 0, new Shape(chunk, classes)).get(":, :" + answers);
    gradientColumns = gradientRows.transpose();
  }

  /**
   * Mean loss over {@code pairs} and its gradient.
   *
   * @param product (C, F), transposed
   * @param tables receives the product's gradient where {@link PairGeometry#productAt} says; its
   *     padding is left
   */
  double lossAndGradient(Pairs pairs, NDArray product, float[] tables) {
    Arrays.fill(rows.gradients, 0);
    if (attention != null) {
      Arrays.fill(attention.gradients(), 0);
    }
    double sum = 0;
    try (NDArray back = product.get(":" + answers); // (answers, F)
        NDArray total = manager.zeros(back.getShape())) { // (answers, F)
      for (int from = 0; from < pairs.size(); from += chunk) {
        int n = Math.min(chunk, pairs.size() - from);
        forward(pairs, from, n, product);
        for (int row = 0; row < n; row++) {
          sum += loss(row, pairs.answers()[from + row], 1f / pairs.size());
          sharedGradient.put(row * classes, x, logits(row), classes);
        }
        clear(sharedGradient, forward, n * classes);
        multiplyBack(back, total);
        backward(pairs, from, n);
      }
      SharedFloats.read(total, tables, productAt, answers * hidden);
    }
    return sum / pairs.size();
  }

  private void multiplyBack(NDArray back, NDArray total) {
    try (NDArray d = gradientRows.matMul(back); // (B, F)
        NDArray more = gradientColumns.matMul(hiddenRows)) { // (classes, F)
      SharedFloats.read(d, backward, Vectors.LEAD, chunk * hidden);
      total.addi(more);
    }
  }

  /**
   * Loss of every pair, and whether its largest logit is the answer's.
   *
   * @param at where in {@code losses} and {@code correct} the first pair's go
   */
  void evaluate(Pairs pairs, NDArray product, double[] losses, boolean[] correct, int at) {
    for (int from = 0; from < pairs.size(); from += chunk) {
      int n = Math.min(chunk, pairs.size() - from);
      forward(pairs, from, n, product);
      for (int row = 0; row < n; row++) {
        losses[at + from + row] = loss(row, pairs.answers()[from + row], 1);
        correct[at + from + row] = loss.correct();
      }
    }
  }

  /** A row's loss; its logits, whose two parts {@link #forward} left apart, become its gradient. */
  private double loss(int row, int answer, float factor) {
    int more = Vectors.LEAD + row * classes;
    return loss.differentiate(x, logits(row), forward, more, classes, answer, factor);
  }

  private int logits(int row) {
    return Vectors.LEAD + row * width + hidden;
  }

  /** Hidden units of n pairs from index {@code from} on, and both parts of their logits. */
  private void forward(Pairs pairs, int from, int n, NDArray product) {
    for (int row = 0; row < n; row++) {
      int to = Vectors.LEAD + row * width;
      mix(pairs, from + row, to);
      activation.apply(x, to, kept, Vectors.LEAD + row * hidden, hidden);
      sharedHidden.put(row * hidden, x, to, hidden);
    }
    clear(sharedHidden, backward, n * hidden);
    try (NDArray columns = product.transpose(); // (F, C)
        NDArray found = hiddenRows.matMul(columns)) { // (B, C)
      SharedFloats.read(found, forward, Vectors.LEAD, chunk * classes);
    }
  }

  /** Zeros from index {@code from} on: the surplus rows of the last chunk. */
  private static void clear(SharedFloats memory, float[] work, int from) {
    int surplus = work.length - Vectors.LEAD - from;
    if (surplus > 0) {
      Arrays.fill(work, Vectors.LEAD, Vectors.LEAD + surplus, 0);
      memory.put(from, work, Vectors.LEAD, surplus);
    }
  }

  /** x[to..] of a pair. */
  private void mix(Pairs pairs, int pair, int to) {
    float[] from = rows.rows;
    int start = baseRow(pairs.right()[pair]);
    for (int position = 0; position < 2; position++) {
      int r = row(pairs, pair, position);
      int head = 0;
      for (; head + AT_ONCE <= heads; head += AT_ONCE) {
        int at = r + head * headStride;
        Vectors.mix(
            x,
            to,
            from,
            start,
            rows.rows,
            at,
            at + headStride,
            at + 2 * headStride,
            at + 3 * headStride,
            weight(head, position, pair),
            weight(head + 1, position, pair),
            weight(head + 2, position, pair),
            weight(head + 3, position, pair),
            width);
        from = x;
        start = to;
      }
      for (; head < heads; head++) {
        float weight = weight(head, position, pair);
        Vectors.mix(x, to, from, start, rows.rows, r + head * headStride, weight, width);
        from = x;
        start = to;
      }
    }
  }

  /** As {@link PairGeometry#row}, of a pair's operand. */
  private int row(Pairs pairs, int pair, int position) {
    int operand = position == 0 ? pairs.left()[pair] : pairs.right()[pair];
    return sides[position] + operand * width;
  }

  /** As {@link PairGeometry#baseRow}. */
  private int baseRow(int right) {
    return hasOneBase ? base0 : base0 + right * width;
  }

  private float weight(int head, int position, int pair) {
    return attention == null ? 1 : attention.weights()[attention.row(head, position) + pair];
  }

  /** The adjoint of {@link #mix} and of the activation, for n pairs from index {@code from} on. */
  private void backward(Pairs pairs, int from, int n) {
    Arrays.fill(base, 0);
    for (int row = 0; row < n; row++) {
      int at = Vectors.LEAD + row * width;
      activation.differentiate(x, at, kept, backward, Vectors.LEAD + row * hidden, hidden);
      if (hasOneBase) {
        Vectors.add(base, Vectors.LEAD, x, at, width);
      } else {
        int own = baseRow(pairs.right()[from + row]);
        Vectors.add(rows.gradients, own, x, at, width);
      }
      for (int position = 0; position < 2; position++) {
        backward(pairs, from + row, position, at);
      }
    }
    if (hasOneBase) {
      Vectors.add(rows.gradients, base0, base, Vectors.LEAD, width);
    }
  }

  /** The gradients of one operand's rows and of their weights, from x[at..]. */
  private void backward(Pairs pairs, int pair, int position, int at) {
    int r = row(pairs, pair, position);
    int head = 0;
    for (; head + AT_ONCE <= heads; head += AT_ONCE) {
      int to = r + head * headStride;
      if (attention != null) {
        Vectors.dot(
            x,
            at,
            rows.rows,
            to,
            to + headStride,
            to + 2 * headStride,
            to + 3 * headStride,
            width,
            lanes,
            products);
        for (int i = 0; i < AT_ONCE; i++) {
          attention.gradients()[attention.row(head + i, position) + pair] = products[i];
        }
      }
      Vectors.scatter(
          x,
          at,
          rows.gradients,
          to,
          to + headStride,
          to + 2 * headStride,
          to + 3 * headStride,
          weight(head, position, pair),
          weight(head + 1, position, pair),
          weight(head + 2, position, pair),
          weight(head + 3, position, pair),
          width);
    }
    for (; head < heads; head++) {
      int to = r + head * headStride;
      if (attention != null) {
        attention.gradients()[attention.row(head, position) + pair] =
            Vectors.dot(x, at, rows.rows, to, width, lanes);
      }
      Vectors.add(rows.gradients, to, x, at, weight(head, position, pair), width);
    }
  }
}
