package io.grokgrid.pair;

import io.grokgrid.math.RowLoss;
import io.grokgrid.math.Vectors;
import io.grokgrid.net.Activation;
import io.grokgrid.tensor.LossForm;
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
 * matrix products are {@link PairProducts}'.
 */
final class PairKernel {
  /** Pairs in a chunk: with 256 their rows leave the cache, with fewer the products are slow. */
  static final int CHUNK = 128;

  private static final int AT_ONCE = 4;

  private final PairRows rows;
  private final @Nullable PairAttention attention;
  private final Activation activation;
  private final RowLoss loss;
  private final int[] sides; // where the rows of each side's first operand begin
  private final int base0; // where the base begins, or that of the first second operand
  private final boolean hasOneBase;
  private final int operands;
  private final int heads;
  private final int headStride;
  private final int hidden;
  private final int classes;
  private final int width;
  private final int chunk;
  private final Groups groups;
  private final float[] ones; // (B)
  private final float[] weights; // ones without attention
  private final int weightStride; // from head to head
  private final float[] x; // (B, F + C): becomes hidden and logits, then their gradient
  private final float[] kept; // (B, F), by the activation
  private final float[] backward; // (B, F)
  private final float[] forward; // (B, C)
  private final float[] lanes = new float[4 * Vectors.BLOCK];
  private final float[] products = new float[2 * AT_ONCE];
  private final PairProducts matrices;

  /**
   * @param rows that are mixed; receive their gradients
   * @param attention weighed for the same pairs, or none for weights of 1; receives the gradients
   *     of its weights
   * @param n pairs that will go through at a time, for chunks of equal length
   */
  PairKernel(
      PairRows rows,
      @Nullable PairAttention attention,
      Activation activation,
      LossForm form,
      int n,
      PairProducts matrices) {
    this.rows = rows;
    this.attention = attention;
    this.activation = activation;
    loss = form.rowLoss();
    PairGeometry geometry = rows.geometry;
    sides = new int[] {geometry.row(0, 0), geometry.row(1, 0)};
    base0 = geometry.baseRow(0);
    hasOneBase = geometry.hasOneBase();
    operands = geometry.n();
    heads = geometry.heads();
    headStride = geometry.headStride();
    hidden = geometry.hidden();
    classes = geometry.classes();
    width = geometry.width();
    int chunks = chunks(n);
    chunk = (n + chunks - 1) / chunks;
    groups = new Groups(operands, chunk);
    ones = new float[chunk];
    Arrays.fill(ones, 1);
    weights = attention == null ? ones : attention.weights();
    weightStride = attention == null ? 0 : attention.row(1, 0) - attention.row(0, 0);
    x = new float[Vectors.LEAD + chunk * width];
    kept = new float[Vectors.LEAD + chunk * hidden];
    backward = new float[Vectors.LEAD + chunk * hidden];
    forward = new float[Vectors.LEAD + chunk * classes];
    this.matrices = matrices;
  }

  /** Into how many chunks n pairs are cut. */
  static int chunks(int n) {
    return (n + CHUNK - 1) / CHUNK;
  }

  /** Mean loss over {@code pairs} and its gradient. */
  double lossAndGradient(Pairs pairs) {
    Arrays.fill(rows.gradients, 0);
    if (attention != null) {
      Arrays.fill(attention.gradients(), 0);
    }
    double sum = 0;
    matrices.startGradient();
    for (int from = 0; from < pairs.size(); from += chunk) {
      int n = Math.min(chunk, pairs.size() - from);
      forward(pairs, from, n);
      for (int row = 0; row < n; row++) {
        sum += loss(row, pairs.answers()[from + row], 1f / pairs.size());
      }
      matrices.backward(x, n, backward);
      backward(pairs, from, n);
    }
    return sum / pairs.size();
  }

  /**
   * Loss of every pair, and whether its largest logit is the answer's.
   *
   * @param at where in {@code losses} and {@code correct} the first pair's go
   */
  void evaluate(Pairs pairs, double[] losses, boolean[] correct, int at) {
    for (int from = 0; from < pairs.size(); from += chunk) {
      int n = Math.min(chunk, pairs.size() - from);
      forward(pairs, from, n);
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
  private void forward(Pairs pairs, int from, int n) {
    for (int row = 0; row < n; row++) {
      int to = Vectors.LEAD + row * width;
      mix(pairs, from, row);
      activation.apply(x, to, kept, Vectors.LEAD + row * hidden, hidden);
    }
    matrices.forward(x, n, forward);
  }

  /** x of a row, that of the pair of index {@code from + row}. */
  private void mix(Pairs pairs, int from, int row) {
    int left = row(0, pairs.left()[from + row]);
    int right = row(1, pairs.right()[from + row]);
    int to = Vectors.LEAD + row * width;
    float[] start = rows.rows;
    int at = baseRow(pairs.right()[from + row]);
    int head = 0;
    for (; head + AT_ONCE <= heads; head += AT_ONCE) {
      int w = weight(head, 0, from) + row;
      int v = weight(head, 1, from) + row;
      Vectors.mix(
          x,
          to,
          start,
          at,
          rows.rows,
          headStride,
          left + head * headStride,
          weights[w],
          weights[w + weightStride],
          weights[w + 2 * weightStride],
          weights[w + 3 * weightStride],
          right + head * headStride,
          weights[v],
          weights[v + weightStride],
          weights[v + 2 * weightStride],
          weights[v + 3 * weightStride],
          width);
      start = x;
      at = to;
    }
    for (; head < heads; head++) {
      float w = weights[weight(head, 0, from) + row];
      float v = weights[weight(head, 1, from) + row];
      int more = head * headStride;
      Vectors.mix(x, to, start, at, rows.rows, left + more, w, right + more, v, width);
      start = x;
      at = to;
    }
  }

  /** As {@link PairGeometry#row}. */
  private int row(int position, int operand) {
    return sides[position] + operand * width;
  }

  /** As {@link PairGeometry#baseRow}. */
  private int baseRow(int right) {
    return hasOneBase ? base0 : base0 + right * width;
  }

  /** Where the weights of the chunk whose first pair has index {@code from} begin. */
  private int weight(int head, int position, int from) {
    return attention == null ? 0 : attention.row(head, position) + from;
  }

  /** The adjoint of {@link #mix} and of the activation, for n pairs from index {@code from} on. */
  private void backward(Pairs pairs, int from, int n) {
    for (int row = 0; row < n; row++) {
      int at = Vectors.LEAD + row * width;
      activation.differentiate(x, at, kept, backward, Vectors.LEAD + row * hidden, hidden);
    }
    groups.order(pairs.left(), from, n);
    if (hasOneBase) {
      sum(0, n, base0);
    }
    backward(from, 0);
    groups.order(pairs.right(), from, n);
    for (int right = 0; !hasOneBase && right < operands; right++) {
      sum(groups.start(right), groups.end(right), baseRow(right));
    }
    backward(from, 1);
  }

  /** Adds x of pairs, from index {@code start} of {@link #groups} on, to a row's gradient. */
  private void sum(int start, int end, int to) {
    for (int i = start; i < end; i += 2) {
      float second = i + 1 < end ? 1 : 0;
      Vectors.scatter(x, at(i), 1, at(Math.min(i + 1, end - 1)), second, rows.gradients, to, width);
    }
  }

  /** Where x of the pair of an index of {@link #groups} begins. */
  private int at(int i) {
    return Vectors.LEAD + groups.rows()[i] * width;
  }

  /** The gradients of one side's rows and of their weights, from x. */
  private void backward(int from, int position) {
    for (int operand = 0; operand < operands; operand++) {
      int end = groups.end(operand);
      for (int i = groups.start(operand); i < end; i += 2) {
        backward(from, position, row(position, operand), i, Math.min(i + 1, end - 1));
      }
    }
  }

  /** Likewise for two pairs with an operand in common, or for one where they are the same. */
  private void backward(int from, int position, int r, int i, int j) {
    int one = groups.rows()[i];
    int other = groups.rows()[j];
    int head = 0;
    for (; head + AT_ONCE <= heads; head += AT_ONCE) {
      int to = r + head * headStride;
      int w = weight(head, position, from) + one;
      int v = weight(head, position, from) + other;
      if (attention != null) {
        Vectors.dot(x, at(i), at(j), rows.rows, to, headStride, width, lanes, products);
        for (int t = 0; t < AT_ONCE; t++) {
          attention.gradients()[w + t * weightStride] = products[t];
          attention.gradients()[v + t * weightStride] = products[AT_ONCE + t];
        }
      }
      float once = i == j ? 0 : 1;
      Vectors.scatter(
          x,
          at(i),
          weights[w],
          weights[w + weightStride],
          weights[w + 2 * weightStride],
          weights[w + 3 * weightStride],
          at(j),
          once * weights[v],
          once * weights[v + weightStride],
          once * weights[v + 2 * weightStride],
          once * weights[v + 3 * weightStride],
          rows.gradients,
          to,
          headStride,
          width);
    }
    for (; head < heads; head++) {
      int to = r + head * headStride;
      int w = weight(head, position, from) + one;
      int v = weight(head, position, from) + other;
      if (attention != null) {
        attention.gradients()[w] = Vectors.dot(x, at(i), rows.rows, to, width, lanes);
        attention.gradients()[v] = Vectors.dot(x, at(j), rows.rows, to, width, lanes);
      }
      float second = i == j ? 0 : weights[v];
      Vectors.scatter(x, at(i), weights[w], at(j), second, rows.gradients, to, width);
    }
  }
}
