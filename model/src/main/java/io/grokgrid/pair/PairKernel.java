package io.grokgrid.pair;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.grokgrid.math.CrossEntropy;
import io.grokgrid.math.Vectors;
import io.grokgrid.net.Activation;
import io.grokgrid.net.LossForm;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The part of {@link PairTables} that is made for each pair, and its gradient, on one core.
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
 * <p>The rows are those of {@link KernelRows}, the weights w {@link PairAttention}'s, or 1. The
 * matrix products are the engine's, on memory that is shared with it. The first is fastest with C a
 * multiple of {@link Vectors#BLOCK}; the other two leave the padding out.
 */
final class PairKernel {
  /** Pairs in a chunk; from 100 to 256 it makes no difference, more do not stay in the cache. */
  private static final int CHUNK = 256;

  private static final int AT_ONCE = 4;

  private final NDManager manager;
  private final Activation activation;
  private final CrossEntropy loss;
  private final int hidden;
  private final int classes;
  private final int real; // classes without padding
  private final int width;
  private final int chunk;
  private final float[] x; // (B, F + C): becomes hidden and logits, then their gradient
  private final float[] kept; // (B, F), by the activation
  private final float[] backward; // (B, F)
  private final float[] forward; // (B, C)
  private final float[]
      base; // (F + C): a chunk's gradient, so that rounding grows with fewer terms
  private final float[] lanes = new float[2 * Vectors.BLOCK];
  private final float[] products = new float[AT_ONCE];
  private final SharedFloats sharedHidden;
  private final SharedFloats sharedGradient;
  private final NDArray hiddenRows; // (B, F)
  private final NDArray gradientRows; // (B, classes)
  private final NDArray gradientColumns; // (classes, B)

  /**
   * What the kernel computes.
   *
   * @param hidden F, padded
   * @param classes C, padded
   * @param real classes without padding
   */
  record Shapes(int hidden, int classes, int real) {}

  /**
   * @param manager owns the tensors; must outlive this object
   * @param n pairs that will go through at a time, for chunks of equal length
   */
  PairKernel(NDManager manager, Shapes shapes, Activation activation, LossForm form, int n) {
    this.manager = manager;
    this.activation = activation;
    loss = form.crossEntropy();
    hidden = shapes.hidden();
    classes = shapes.classes();
    real = shapes.real();
    width = hidden + classes;
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
    gradientRows = sharedGradient.tensor(manager, 0, new Shape(chunk, classes)).get(":, :" + real);
    gradientColumns = gradientRows.transpose();
  }

  /**
   * Mean loss over {@code pairs} and its gradient.
   *
   * @param rows made for these parameters; receives the gradients of its rows
   * @param attention weighed for these pairs, or none for weights of 1; receives the gradients of
   *     its weights
   * @param product (C, F), transposed
   * @param flat receives the product's gradient, as {@link PairRows#productAt} says; its padding is
   *     left
   */
  double lossAndGradient(
      Pairs pairs,
      KernelRows rows,
      @Nullable PairAttention attention,
      NDArray product,
      float[] flat) {
    Arrays.fill(rows.gradients(), 0);
    if (attention != null) {
      Arrays.fill(attention.gradients(), 0);
    }
    double sum = 0;
    try (NDArray back = product.get(":" + real); // (classes, F)
        NDArray total = manager.zeros(back.getShape())) { // (classes, F)
      for (int from = 0; from < pairs.size(); from += chunk) {
        int n = Math.min(chunk, pairs.size() - from);
        forward(pairs, from, n, rows, attention, product);
        for (int row = 0; row < n; row++) {
          int answer = pairs.answers()[from + row];
          sum += loss(row, answer, 1f / pairs.size());
          sharedGradient.put(row * classes, x, logits(row), classes);
        }
        clear(sharedGradient, forward, n * classes);
        multiplyBack(back, total);
        Arrays.fill(base, 0);
        for (int row = 0; row < n; row++) {
          backward(pairs, from + row, row, rows, attention);
        }
        if (rows.hasOneBase()) {
          int at = rows.baseRow(0);
          Vectors.mix(rows.gradients(), at, rows.gradients(), at, base, Vectors.LEAD, 1, width);
        }
      }
      SharedFloats.read(total, flat, rows.productAt(), real * hidden);
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
  void evaluate(
      Pairs pairs,
      KernelRows rows,
      @Nullable PairAttention attention,
      NDArray product,
      double[] losses,
      boolean[] correct,
      int at) {
    for (int from = 0; from < pairs.size(); from += chunk) {
      int n = Math.min(chunk, pairs.size() - from);
      forward(pairs, from, n, rows, attention, product);
      for (int row = 0; row < n; row++) {
        int answer = pairs.answers()[from + row];
        losses[at + from + row] = loss(row, answer, 1);
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

  /** Hidden units of n pairs from number {@code from} on, and both parts of their logits. */
  private void forward(
      Pairs pairs,
      int from,
      int n,
      KernelRows rows,
      @Nullable PairAttention attention,
      NDArray product) {
    for (int row = 0; row < n; row++) {
      int to = Vectors.LEAD + row * width;
      mix(pairs, from + row, to, rows, attention);
      activation.apply(x, to, kept, Vectors.LEAD + row * hidden, hidden);
      sharedHidden.put(row * hidden, x, to, hidden);
    }
    clear(sharedHidden, backward, n * hidden);
    try (NDArray columns = product.transpose(); // (F, C)
        NDArray found = hiddenRows.matMul(columns)) { // (B, C)
      SharedFloats.read(found, forward, Vectors.LEAD, chunk * classes);
    }
  }

  /** Zeros from number {@code from} on: the surplus rows of the last chunk. */
  private static void clear(SharedFloats memory, float[] work, int from) {
    int surplus = work.length - Vectors.LEAD - from;
    if (surplus > 0) {
      Arrays.fill(work, Vectors.LEAD, Vectors.LEAD + surplus, 0);
      memory.put(from, work, Vectors.LEAD, surplus);
    }
  }

  /** x[to..] of a pair. */
  private void mix(
      Pairs pairs, int pair, int to, KernelRows rows, @Nullable PairAttention attention) {
    float[] from = rows.rows();
    int start = rows.baseRow(pairs.right()[pair]);
    int stride = rows.headStride();
    for (int position = 0; position < 2; position++) {
      int r = rows.row(position, position == 0 ? pairs.left()[pair] : pairs.right()[pair]);
      int head = 0;
      for (; head + AT_ONCE <= rows.heads(); head += AT_ONCE) {
        int at = r + head * stride;
        Vectors.mix(
            x,
            to,
            from,
            start,
            rows.rows(),
            at,
            at + stride,
            at + 2 * stride,
            at + 3 * stride,
            weight(attention, head, position, pair),
            weight(attention, head + 1, position, pair),
            weight(attention, head + 2, position, pair),
            weight(attention, head + 3, position, pair),
            width);
        from = x;
        start = to;
      }
      for (; head < rows.heads(); head++) {
        float weight = weight(attention, head, position, pair);
        Vectors.mix(x, to, from, start, rows.rows(), r + head * stride, weight, width);
        from = x;
        start = to;
      }
    }
  }

  private static float weight(@Nullable PairAttention attention, int head, int position, int pair) {
    return attention == null ? 1 : attention.weights()[attention.row(head, position) + pair];
  }

  /** The adjoint of {@link #mix} and of the activation, for one pair. */
  private void backward(
      Pairs pairs, int pair, int row, KernelRows rows, @Nullable PairAttention attention) {
    int at = Vectors.LEAD + row * width;
    activation.differentiate(x, at, kept, backward, Vectors.LEAD + row * hidden, hidden);
    float[] gradients = rows.gradients();
    if (rows.hasOneBase()) {
      Vectors.mix(base, Vectors.LEAD, base, Vectors.LEAD, x, at, 1, width);
    } else {
      int own = rows.baseRow(pairs.right()[pair]);
      Vectors.mix(gradients, own, gradients, own, x, at, 1, width);
    }
    int stride = rows.headStride();
    for (int position = 0; position < 2; position++) {
      int r = rows.row(position, position == 0 ? pairs.left()[pair] : pairs.right()[pair]);
      int head = 0;
      for (; head + AT_ONCE <= rows.heads(); head += AT_ONCE) {
        int to = r + head * stride;
        if (attention != null) {
          Vectors.dot(
              x,
              at,
              rows.rows(),
              to,
              to + stride,
              to + 2 * stride,
              to + 3 * stride,
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
            gradients,
            to,
            to + stride,
            to + 2 * stride,
            to + 3 * stride,
            weight(attention, head, position, pair),
            weight(attention, head + 1, position, pair),
            weight(attention, head + 2, position, pair),
            weight(attention, head + 3, position, pair),
            width);
      }
      for (; head < rows.heads(); head++) {
        int to = r + head * stride;
        if (attention != null) {
          attention.gradients()[attention.row(head, position) + pair] =
              Vectors.dot(x, at, rows.rows(), to, width, lanes);
        }
        float weight = weight(attention, head, position, pair);
        Vectors.mix(gradients, to, gradients, to, x, at, weight, width);
      }
    }
  }
}
