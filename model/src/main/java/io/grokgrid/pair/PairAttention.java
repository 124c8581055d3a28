package io.grokgrid.pair;

import io.grokgrid.math.Vectors;
import io.grokgrid.net.Encoding;
import io.grokgrid.net.PositionalEncoding;
import io.grokgrid.net.TransformerSpec;
import java.util.Arrays;

/**
 * The attention weights of one position for each pair, made of {@link PairTables#scores}, and the
 * adjoint of that.
 *
 * <p>A pair's score on key j is the sum over the query's rows and the key's rows (its token's, and
 * its position's where positions are added) of the tables' scores, over the root of K, and ALiBi's
 * bias. Weights are softmaxes over the keys, times the attention rate, and 1 less the rate.
 */
final class PairAttention {
  private final PairTables tables;
  private final int position;
  private final int keys;
  private final int heads;
  private final boolean rotates;
  private final int queryRows;
  private final float scale;
  private final float rate;
  private final double[] slopes;
  private final int stride;
  private final float[] softmax; // (H, keys, stride)
  private final float[] weights; // likewise; the same array where the rate is 1
  private final float[] gradients; // likewise
  private final int[] query;
  private final int[] key;

  /**
   * @param position of the query
   * @param n pairs that there can be at a time
   */
  PairAttention(PairTables tables, int position, int n) {
    TransformerSpec model = tables.model();
    this.tables = tables;
    this.position = position;
    keys = model.causal() ? position + 1 : model.length();
    heads = model.heads();
    rotates = model.encoding().turns();
    queryRows = tables.isEquals(position) ? 1 : tables.rows();
    scale = (float) (1 / Math.sqrt(model.dHead()));
    rate = (float) model.attentionRate();
    slopes =
        model.encoding() == Encoding.ALIBI
            ? PositionalEncoding.alibiSlopes(heads)
            : new double[heads];
    stride = Vectors.padded(n);
    softmax = new float[Vectors.LEAD + heads * keys * stride];
    weights = rate == 1 ? softmax : new float[softmax.length];
    gradients = new float[softmax.length];
    query = new int[n];
    key = new int[n];
  }

  /** H. */
  int heads() {
    return heads;
  }

  /** Keys that the query sees, from position 0 on. */
  int keys() {
    return keys;
  }

  /** Numbers in the scores' table. */
  int size() {
    return heads * blocks() * queryRows * tables.rows();
  }

  private int blocks() {
    return rotates ? tables.model().length() : 1;
  }

  /** Where the weights (or scores) of a head on a key begin, a number a pair. */
  int row(int head, int key) {
    return Vectors.LEAD + (head * keys + key) * stride;
  }

  /** The weights. */
  float[] weights() {
    return weights;
  }

  /** The gradient of {@link #weights}, to be filled before {@link #scoreGradients}. */
  float[] gradients() {
    return gradients;
  }

  /**
   * Makes the scores of all pairs.
   *
   * @param table flat, {@link PairTables#scores} from number {@code at} on
   * @return as {@link #row} says; overwritten by {@link #weigh}
   */
  float[] score(float[] table, int at, Pairs pairs) {
    for (int j = 0; j < keys; j++) {
      locate(pairs, j);
      for (int head = 0; head < heads; head++) {
        int block = block(at, head, j);
        float bias = (float) (-slopes[head] * Math.abs(position - j));
        if (queryRows == 1) {
          scoreOneQuery(table, block, j, bias, row(head, j), pairs.size());
        } else {
          int to = row(head, j);
          for (int pair = 0; pair < pairs.size(); pair++) {
            softmax[to + pair] = scale * sum(table, block, j, query[pair], key[pair]) + bias;
          }
        }
      }
    }
    return softmax;
  }

  private void scoreOneQuery(float[] table, int block, int j, float bias, int to, int n) {
    float place = tables.isPlaced() ? table[block + tables.positionRow(j)] : 0;
    for (int pair = 0; pair < n; pair++) {
      softmax[to + pair] = scale * (table[block + key[pair]] + place) + bias;
    }
  }

  /** Makes weights of the scores. */
  float[] weigh() {
    for (int head = 0; head < heads; head++) {
      Vectors.softmax(softmax, row(head, 0), keys, stride, stride);
    }
    if (rate < 1) {
      Arrays.fill(weights, 1 - rate);
      int n = heads * keys * stride;
      Vectors.mix(weights, Vectors.LEAD, weights, Vectors.LEAD, softmax, Vectors.LEAD, rate, n);
    }
    return weights;
  }

  /**
   * The adjoint of {@link #score} and {@link #weigh}, from {@link #gradients} on, which are
   * overwritten.
   *
   * @param table receives the gradient of the scores' table from number {@code at} on
   */
  void scoreGradients(Pairs pairs, float[] table, int at) {
    Arrays.fill(table, at, at + size(), 0);
    if (rate < 1) {
      Vectors.scale(gradients, Vectors.LEAD, rate, heads * keys * stride);
    }
    for (int head = 0; head < heads; head++) {
      Vectors.softmaxGradient(softmax, gradients, row(head, 0), keys, stride, stride);
    }
    for (int j = 0; j < keys; j++) {
      locate(pairs, j);
      for (int head = 0; head < heads; head++) {
        int block = block(at, head, j);
        int from = row(head, j);
        if (queryRows == 1) {
          scatterOneQuery(table, block, j, from, pairs.size());
        } else {
          for (int pair = 0; pair < pairs.size(); pair++) {
            scatter(table, block, j, query[pair], key[pair], scale * gradients[from + pair]);
          }
        }
      }
    }
  }

  private void scatterOneQuery(float[] table, int block, int j, int from, int n) {
    double sum = 0;
    for (int pair = 0; pair < n; pair++) {
      float gradient = scale * gradients[from + pair];
      table[block + key[pair]] += gradient;
      sum += gradient;
    }
    if (tables.isPlaced()) {
      table[block + tables.positionRow(j)] += (float) sum;
    }
  }

  /** Finds the rows of every pair's query token and of its token at position {@code j}. */
  private void locate(Pairs pairs, int j) {
    for (int pair = 0; pair < pairs.size(); pair++) {
      int left = pairs.left()[pair];
      int right = pairs.right()[pair];
      query[pair] = queryRows == 1 ? 0 : tables.tokenRow(position, left, right);
      key[pair] = tables.tokenRow(j, left, right);
    }
  }

  private int block(int at, int head, int j) {
    return at + (head * blocks() + (rotates ? j : 0)) * queryRows * tables.rows();
  }

  private float sum(float[] table, int block, int j, int queryRow, int keyRow) {
    int width = tables.rows();
    int row = block + queryRow * width;
    if (!tables.isPlaced()) {
      return table[row + keyRow];
    }
    int place = tables.positionRow(j);
    int own = block + tables.positionRow(position) * width;
    return table[row + keyRow] + table[row + place] + table[own + keyRow] + table[own + place];
  }

  private void scatter(float[] table, int block, int j, int queryRow, int keyRow, float gradient) {
    int width = tables.rows();
    int row = block + queryRow * width;
    table[row + keyRow] += gradient;
    if (tables.isPlaced()) {
      int place = tables.positionRow(j);
      int own = block + tables.positionRow(position) * width;
      table[row + place] += gradient;
      table[own + keyRow] += gradient;
      table[own + place] += gradient;
    }
  }
}
