package io.grokgrid.layers;

import io.grokgrid.math.LayerVectors;
import io.grokgrid.math.Products;
import io.grokgrid.math.RowLoss;
import io.grokgrid.math.Vectors;
import io.grokgrid.net.Encoding;
import io.grokgrid.net.PositionalEncoding;
import io.grokgrid.net.TransformerSpec;
import io.grokgrid.tensor.Dropout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The attention of one layer, a sequence at a time: its queries, keys and values are brought
 * together from their rows and turned, and then multiplied head by head in the cache. Scores and
 * weights lie in squares key by key, so that vector instructions go over queries; a square is a
 * head's, or all heads' where there are few. Of a causal network only what is seen is multiplied,
 * but for the rest of a block.
 */
final class Attention {
  /** Scores of a head up to which single products of rows take less than {@link Products}. */
  private static final int FEW = 64;

  /** Keys or queries of a causal network that are multiplied at once, seen or not. */
  private static final int ROWS = 8;

  private final int heads;
  private final int depth; // K
  private final int width; // K, padded
  private final int length; // T
  private final int asking; // S
  private final int together; // heads of a square: behind a query's first one the others follow
  private final int queries; // S times these, padded
  private final boolean causal;
  private final boolean isFew;
  private final float scale;
  private final float rate;
  private final @Nullable Turn turn;
  private final int biases; // from a square's to the next one's
  private final float[] bias; // (squares or 1, T, S): 0, or less by ALiBi, or no score at all
  private final float[] constant; // (T, S)
  private final float[] weights; // (sequences, squares, T, S): softmax of the scores
  private final float[] mixed; // (T, S): what multiplies V
  private Dropout.@Nullable Mask mask;
  private final float[] factors; // (T, S): dropout's, 0 of what is not seen
  private final float[] d; // (T, S)
  private final int joint; // H K
  private final float[] q; // (S, H K)
  private final float[] k; // (T, H K)
  private final float[] v; // (T, H K)
  private final float[] z; // (S, H K), and its gradient
  private final float[] dq; // (S, H K)
  private final float[] dk; // (T, H K)
  private final float[] dv; // (T, H K)
  private final float[] columnar; // (K, S)
  private final Products products = new Products();
  private final float[] lanes;

  /**
   * @param length T
   * @param asking S, how many positions ask, the last ones
   * @param sequences at most
   */
  Attention(TransformerSpec model, int length, int asking, int sequences) {
    this.length = length;
    this.asking = asking;
    heads = model.heads();
    depth = model.dHead();
    width = Vectors.padded(depth);
    joint = heads * width;
    causal = model.causal();
    isFew = asking * length <= FEW;
    together = isFew ? heads : 1;
    queries = Vectors.padded(asking * together);
    scale = (float) (1 / Math.sqrt(depth));
    rate = (float) model.attentionRate();
    turn = model.encoding().turns() ? new Turn(model.encoding(), length, depth, heads) : null;
    int square = queries * length;
    boolean isAlibi = model.encoding() == Encoding.ALIBI;
    biases = isAlibi ? square : 0;
    bias = bias(model, isAlibi ? PositionalEncoding.alibiSlopes(heads) : new double[together]);
    constant = constant(model);
    weights = new float[Vectors.LEAD + Math.multiplyExact(sequences * (heads / together), square)];
    lanes = new float[heads * Vectors.BLOCK];
    mixed = new float[Vectors.LEAD + square];
    d = new float[Vectors.LEAD + square];
    factors = new float[Vectors.LEAD + square];
    int size = Vectors.LEAD + length * joint + Vectors.BLOCK; // Turn reads beyond
    q = new float[size];
    k = new float[size];
    v = new float[size];
    z = new float[size];
    dq = new float[size];
    dk = new float[size];
    dv = new float[size];
    columnar = new float[Vectors.LEAD + width * queries];
  }

  /** Draws for a step, as {@link RowDropout#draw}. */
  void draw(@Nullable Dropout dropout, int sequences) {
    mask = dropout == null ? null : dropout.mask((long) sequences * heads * asking * length);
  }

  private float[] bias(TransformerSpec model, double[] slopes) {
    float[] columns = new float[Vectors.LEAD + slopes.length * queries * length];
    for (int h = 0; h < slopes.length; h++) {
      int at = Vectors.LEAD + h / together * length * queries + h % together;
      for (int i = 0; i < asking; i++) {
        for (int key = 0; key < length; key++) {
          boolean seen = model.sees(position(i), key);
          columns[at + key * queries + i * together] =
              seen ? (float) (-slopes[h] * Math.abs(position(i) - key)) : RowLoss.NO_CLASS;
        }
      }
    }
    return columns;
  }

  private float[] constant(TransformerSpec model) {
    float[] columns = new float[Vectors.LEAD + queries * length];
    for (int i = 0; i < asking; i++) {
      for (int key = 0; key < length; key++) {
        boolean seen = model.sees(position(i), key);
        int at = Vectors.LEAD + key * queries + i * together;
        float weight = seen ? (float) (1 - model.attentionRate()) : 0;
        Arrays.fill(columns, at, at + together, weight);
      }
    }
    return columns;
  }

  /** Of query i. */
  private int position(int i) {
    return length - asking + i;
  }

  /** The first query that sees a key. */
  private int firstQuery(int key) {
    return causal ? Math.max(0, key - (length - asking)) : 0;
  }

  /** How many keys the queries before i see, all together. */
  private int seenBefore(int i) {
    return causal ? Math.min(length, position(i)) : length;
  }

  private int square(int s, int h) {
    return Vectors.LEAD + (s * heads + h) / together * queries * length;
  }

  /** How many keys the queries of the block at i see. */
  private int seenInBlock(int i) {
    return isFew ? length : seenBefore(i + Vectors.BLOCK);
  }

  /**
   * What the heads read.
   *
   * @param result receives (rows, H K), from the first row that asks on
   */
  void forward(Source source, Chunk chunk, float[] result) {
    for (int s = 0; s < chunk.sequences(); s++) {
      gather(source, chunk, s);
      for (int h = 0; h < heads; h += together) {
        int at = square(s, h);
        multiplyPairs(k, q, h, weights, at);
        softmax(at, Vectors.LEAD + h / together * biases);
        sumOverKeys(effective(chunk, s, h), effectiveAt(at), v, h, z);
      }
      for (int i = 0; i < asking; i++) {
        int to = source.asked(chunk.row(s, position(i))) * joint;
        System.arraycopy(z, Vectors.LEAD + i * joint, result, Vectors.LEAD + to, joint);
      }
    }
  }

  /** Brings the queries, keys and values of a sequence together. */
  private void gather(Source source, Chunk chunk, int s) {
    Projections from = source.projected;
    for (int t = 0; t < length; t++) {
      int at = source.key(chunk.row(s, t));
      int to = Vectors.LEAD + t * joint;
      take(from.keysAndValues, at, t, k, to);
      System.arraycopy(from.keysAndValues, at + joint, v, to, joint);
      if (source.isPlaced()) {
        int placed = source.placedKey(t);
        Vectors.add(k, to, from.keysAndValues, placed, joint);
        Vectors.add(v, to, from.keysAndValues, placed + joint, joint);
      }
    }
    for (int i = 0; i < asking; i++) {
      int t = position(i);
      int to = Vectors.LEAD + i * joint;
      take(from.queries, source.query(chunk.row(s, t)), t, q, to);
      if (source.isPlaced()) {
        Vectors.add(q, to, from.queries, source.placedQuery(t), joint);
      }
    }
  }

  private void take(float[] from, int start, int t, float[] to, int at) {
    if (turn == null) {
      System.arraycopy(from, start, to, at, joint);
    } else {
      turn.of(from, start, t, to, at);
    }
  }

  /** Scores become weights. */
  private void softmax(int at, int from) {
    for (int i = 0; i < queries; i += Vectors.BLOCK) {
      int n = seenInBlock(i);
      LayerVectors.scaleAndAdd(weights, at + i, scale, bias, from + i, n, queries);
      Vectors.softmax(weights, at + i, n, queries, Vectors.BLOCK);
      clear(weights, at + i, n);
    }
  }

  /** Replaces the gradient of the weights by that of the scores, before their scale and bias. */
  private void differentiateSoftmax(int at) {
    for (int i = 0; i < queries; i += Vectors.BLOCK) {
      int n = seenInBlock(i);
      int to = Vectors.LEAD + i;
      Vectors.softmaxGradient(weights, at + i, d, to, rate * scale, n, queries, Vectors.BLOCK);
      clear(d, to, n);
    }
  }

  /** A block of queries does not see the keys from n on, some of which are multiplied. */
  private void clear(float[] columns, int at, int n) {
    for (int key = n; key < Math.min(length, n + ROWS); key++) {
      Arrays.fill(columns, at + key * queries, at + key * queries + Vectors.BLOCK, 0);
    }
  }

  /**
   * What multiplies V, from {@link #effectiveAt} on: the softmax, or what the rate makes of it and
   * dropout leaves of that.
   */
  private float[] effective(Chunk chunk, int s, int h) {
    int at = square(s, h);
    if (isPlain()) {
      return weights;
    }
    Vectors.mix(mixed, Vectors.LEAD, constant, Vectors.LEAD, weights, at, rate, queries * length);
    if (mask != null) {
      drop(mask, mixed, chunk.sequence(s) * heads + h);
    }
    return mixed;
  }

  private int effectiveAt(int at) {
    return isPlain() ? at : Vectors.LEAD;
  }

  private boolean isPlain() {
    return rate == 1 && mask == null;
  }

  /**
   * @param number of the sequence and the square's first head in (B, H, ..)
   */
  private void drop(Dropout.Mask mask, float[] columns, int number) {
    for (int i = 0; i < asking * together; i++) {
      int query = i / together;
      long from = ((long) (number + i % together) * asking + query) * length;
      mask.put(factors, Vectors.LEAD + i, queries, from, seenBefore(query + 1));
    }
    LayerVectors.multiply(columns, Vectors.LEAD, factors, Vectors.LEAD, queries * length);
  }

  /** to (T, S) = a (T, K) b^T, b (S, K), of a head. */
  private void multiplyPairs(float[] a, float[] b, int h, float[] to, int at) {
    if (isFew) {
      multiplyFewPairs(a, b, to, at);
      return;
    }
    int head = Vectors.LEAD + h * width;
    transpose(b, head);
    int columns = causal ? Vectors.BLOCK : queries;
    for (int i = 0; i < asking; i += columns) {
      int n = seenBefore(i + columns);
      products.multiply(
          a,
          head,
          joint,
          1,
          columnar,
          Vectors.LEAD + i,
          queries,
          to,
          at + i,
          queries,
          n,
          depth,
          columns,
          false);
    }
  }

  /** A head's rows b (S, K) as columns. */
  private void transpose(float[] b, int head) {
    for (int i = 0; i < asking; i++) {
      for (int m = 0; m < depth; m++) {
        columnar[Vectors.LEAD + m * queries + i] = b[head + i * joint + m];
      }
    }
  }

  private void multiplyFewPairs(float[] a, float[] b, float[] to, int at) {
    Arrays.fill(to, at, at + length * queries, 0);
    for (int key = 0; key < length; key++) {
      for (int i = firstQuery(key); i < asking; i++) {
        int start = at + key * queries + i * heads;
        LayerVectors.dotHeads(a, row(key), b, row(i), heads, width, to, start, lanes);
      }
    }
  }

  /** Where a query's or key's numbers of all heads begin. */
  private int row(int i) {
    return Vectors.LEAD + i * joint;
  }

  /** to (S, K) = a^T b, a (T, S), b (T, K), of a head. */
  private void sumOverKeys(float[] a, int at, float[] b, int h, float[] to) {
    if (isFew) {
      sumOverFewKeys(a, at, b, to);
      return;
    }
    int head = Vectors.LEAD + h * width;
    int rows = causal ? ROWS : asking;
    for (int i = 0; i < asking; i += rows) {
      int m = Math.min(rows, asking - i);
      int n = seenBefore(i + m);
      int start = head + i * joint;
      products.multiply(
          a, at + i, 1, queries, b, head, joint, to, start, joint, m, n, width, false);
    }
  }

  private void sumOverFewKeys(float[] a, int at, float[] b, float[] to) {
    Arrays.fill(to, row(0), row(asking), 0);
    for (int i = 0; i < asking; i++) {
      for (int key = 0; key < seenBefore(i + 1); key++) {
        int from = at + key * queries + i * heads;
        LayerVectors.addHeads(to, row(i), b, row(key), a, from, heads, width);
      }
    }
  }

  /** to (T, K) = a b, a (T, S), b (S, K), of a head. */
  private void sumOverQueries(float[] a, int at, float[] b, int h, float[] to) {
    if (isFew) {
      sumOverFewQueries(a, at, b, to);
      return;
    }
    int head = Vectors.LEAD + h * width;
    int rows = causal ? ROWS : length;
    for (int key = 0; key < length; key += rows) {
      int m = Math.min(rows, length - key);
      int i = firstQuery(key);
      int from = at + key * queries + i;
      int other = head + i * joint;
      int start = head + key * joint;
      products.multiply(
          a, from, queries, 1, b, other, joint, to, start, joint, m, asking - i, width, false);
    }
  }

  private void sumOverFewQueries(float[] a, int at, float[] b, float[] to) {
    Arrays.fill(to, row(0), row(length), 0);
    for (int key = 0; key < length; key++) {
      for (int i = firstQuery(key); i < asking; i++) {
        int from = at + key * queries + i * heads;
        LayerVectors.addHeads(to, row(key), b, row(i), a, from, heads, width);
      }
    }
  }

  /**
   * The adjoint: adds gradients of queries, keys and values where they come from.
   *
   * @param gradient of {@link #forward}'s result
   */
  void backward(float[] gradient, Source source, Chunk chunk) {
    for (int s = 0; s < chunk.sequences(); s++) {
      gather(source, chunk, s);
      gatherGradient(gradient, source, chunk, s);
      for (int h = 0; h < heads; h += together) {
        int at = square(s, h);
        multiplyPairs(v, z, h, d, Vectors.LEAD);
        sumOverQueries(effective(chunk, s, h), effectiveAt(at), z, h, dv);
        if (mask != null) {
          LayerVectors.multiply(d, Vectors.LEAD, factors, Vectors.LEAD, queries * length);
        }
        differentiateSoftmax(at);
        sumOverQueries(d, Vectors.LEAD, q, h, dk);
        sumOverKeys(d, Vectors.LEAD, k, h, dq);
      }
      addKeysAndValues(source, chunk, s);
      addQueries(source, chunk, s);
    }
  }

  /** Of a row that several sequences have in common, only for the first of them. */
  private void gatherGradient(float[] gradient, Source source, Chunk chunk, int s) {
    for (int i = 0; i < asking; i++) {
      int to = Vectors.LEAD + i * joint;
      if (chunk.owns(s, position(i))) {
        int from = Vectors.LEAD + source.asked(chunk.row(s, position(i))) * joint;
        System.arraycopy(gradient, from, z, to, joint);
      } else {
        Arrays.fill(z, to, to + joint, 0);
      }
    }
  }

  private void addKeysAndValues(Source source, Chunk chunk, int s) {
    float[] to = source.projected.keyAndValueGradients;
    for (int t = 0; t < length; t++) {
      int from = Vectors.LEAD + t * joint;
      int at = source.key(chunk.row(s, t));
      add(dk, from, t, to, at);
      Vectors.add(to, at + joint, dv, from, joint);
      if (source.isPlaced()) {
        Vectors.add(to, source.placedKey(t), dk, from, joint);
        Vectors.add(to, source.placedKey(t) + joint, dv, from, joint);
      }
    }
  }

  private void addQueries(Source source, Chunk chunk, int s) {
    float[] to = source.projected.queryGradients;
    for (int i = 0; i < asking; i++) {
      int from = Vectors.LEAD + i * joint;
      int t = position(i);
      add(dq, from, t, to, source.query(chunk.row(s, t)));
      if (source.isPlaced()) {
        Vectors.add(to, source.placedQuery(t), dq, from, joint);
      }
    }
  }

  private void add(float[] gradient, int from, int t, float[] to, int at) {
    if (turn == null) {
      Vectors.add(to, at, gradient, from, joint);
    } else {
      turn.addBack(gradient, from, t, to, at);
    }
  }
}
