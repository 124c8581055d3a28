package io.grokgrid.pair;

import io.grokgrid.math.Vectors;
import io.grokgrid.net.AttentionMean;
import io.grokgrid.net.Encoding;
import io.grokgrid.net.PositionalEncoding;
import io.grokgrid.net.TransformerSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The attention weights of one position for each pair, made of {@link TransformerTables#scores},
 * and the adjoint of that.
 *
 * <p>A pair's score on key j is the sum over the query's rows and the key's rows (its token's, and
 * its position's where positions are added) of the tables' scores, over the root of K, and ALiBi's
 * bias. Weights are softmaxes over the keys, times the attention rate, and 1 less the rate.
 */
final class PairAttention {
  private final PairGeometry geometry;
  private final int position;
  private final int keys;
  private final int heads;
  private final int rows; // of keys
  private final boolean isOneQuery;
  private final boolean isPlaced;
  private final int places; // the first position's row
  private final float scale;
  private final float rate;
  private final double[] slopes;
  private final int most;
  private final int stride;
  private final float[] softmax; // (H, keys, stride)
  private final float[] weights; // likewise; the same array where the rate is 1
  private final float[] gradients; // likewise
  private final int[] query;
  private final int[] key;

  /**
   * @param position of the query
   * @param most pairs that there can be at a time
   */
  PairAttention(TransformerSpec model, PairGeometry geometry, int position, int most) {
    this.geometry = geometry;
    this.position = position;
    this.most = most;
    keys = model.causal() ? position + 1 : model.length();
    heads = model.heads();
    rows = geometry.rows();
    isOneQuery = geometry.isEquals(position);
    isPlaced = geometry.isPlaced();
    places = geometry.positionRow(0);
    scale = (float) (1 / Math.sqrt(model.dHead()));
    rate = (float) model.attentionRate();
    slopes =
        model.encoding() == Encoding.ALIBI
            ? PositionalEncoding.alibiSlopes(heads)
            : new double[heads];
    stride = Vectors.padded(most);
    softmax = new float[Vectors.LEAD + heads * keys * stride];
    weights = rate == 1 ? softmax : new float[softmax.length];
    gradients = new float[softmax.length];
    query = new int[most];
    key = new int[most];
  }

  /**
   * Means of scores and weights over pairs, by head and key.
   *
   * @param table {@link TransformerTables#scores} of this query
   */
  List<AttentionMean> means(float[] table, Pairs pairs, int step) {
    double[] scores = new double[heads * keys];
    double[] sums = new double[scores.length];
    for (int from = 0; from < pairs.size(); from += most) {
      Pairs part = pairs.range(from, Math.min(from + most, pairs.size()));
      addSums(score(table, 0, part), part.size(), scores);
      addSums(weigh(), part.size(), sums);
    }
    List<AttentionMean> means = new ArrayList<>();
    for (int i = 0; i < scores.length; i++) {
      double score = scores[i] / pairs.size();
      double weight = sums[i] / pairs.size();
      means.add(new AttentionMean(step, 0, i / keys, position, i % keys, score, weight));
    }
    return means;
  }

  private void addSums(float[] values, int n, double[] sums) {
    for (int i = 0; i < sums.length; i++) {
      int at = row(i / keys, i % keys);
      for (int pair = at; pair < at + n; pair++) {
        sums[i] += values[pair];
      }
    }
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
   * @param table flat, {@link TransformerTables#scores} from index {@code at} on
   * @return as {@link #row} says; overwritten by {@link #weigh}
   */
  float[] score(float[] table, int at, Pairs pairs) {
    for (int j = 0; j < keys; j++) {
      locate(pairs, j);
      for (int head = 0; head < heads; head++) {
        int block = block(at, head, j);
        float bias = (float) (-slopes[head] * Math.abs(position - j));
        if (isOneQuery) {
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
    float place = isPlaced ? table[block + places + j] : 0;
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
      Vectors.add(weights, Vectors.LEAD, softmax, Vectors.LEAD, rate, n);
    }
    return weights;
  }

  /**
   * The adjoint of {@link #score} and {@link #weigh}, from {@link #gradients} on, which are
   * overwritten.
   *
   * @param table receives the gradient of the scores' table from index {@code at} on
   */
  void scoreGradients(Pairs pairs, float[] table, int at) {
    Arrays.fill(table, at, at + geometry.scores(position), 0);
    if (rate < 1) {
      Vectors.scale(gradients, Vectors.LEAD, rate, heads * keys * stride);
    }
    for (int head = 0; head < heads; head++) {
      int row = row(head, 0);
      Vectors.softmaxGradient(softmax, row, gradients, row, 1, keys, stride, stride);
    }
    for (int j = 0; j < keys; j++) {
      locate(pairs, j);
      for (int head = 0; head < heads; head++) {
        int block = block(at, head, j);
        int from = row(head, j);
        if (isOneQuery) {
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
    if (isPlaced) {
      table[block + places + j] += (float) sum;
    }
  }

  /** Finds the rows of every pair's query token and of its token at position {@code j}. */
  private void locate(Pairs pairs, int j) {
    for (int pair = 0; pair < pairs.size(); pair++) {
      int left = pairs.left()[pair];
      int right = pairs.right()[pair];
      query[pair] = isOneQuery ? 0 : geometry.tokenRow(position, left, right);
      key[pair] = geometry.tokenRow(j, left, right);
    }
  }

  private int block(int at, int head, int j) {
    int distance = geometry.distances() > 1 ? j : 0;
    int size = geometry.queryRows(position) * rows;
    return at + (head * geometry.distances() + distance) * size;
  }

  private float sum(float[] table, int block, int j, int queryRow, int keyRow) {
    int row = block + queryRow * rows;
    if (!isPlaced) {
      return table[row + keyRow];
    }
    int place = places + j;
    int own = block + (places + position) * rows;
    return table[row + keyRow] + table[row + place] + table[own + keyRow] + table[own + place];
  }

  private void scatter(float[] table, int block, int j, int queryRow, int keyRow, float gradient) {
    int row = block + queryRow * rows;
    table[row + keyRow] += gradient;
    if (isPlaced) {
      int place = places + j;
      int own = block + (places + position) * rows;
      table[row + place] += gradient;
      table[own + keyRow] += gradient;
      table[own + place] += gradient;
    }
  }
}
