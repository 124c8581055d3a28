package io.grokgrid.pair;

import io.grokgrid.net.Encoding;
import io.grokgrid.net.Layout;
import io.grokgrid.net.PositionalEncoding;
import io.grokgrid.net.TransformerSpec;
import java.util.Arrays;

/**
 * {@link TransformerTables#scores} of '=', and their adjoint, as the matrix-vector products that
 * they are: for one row the engine's calls take longer than the arithmetic.
 *
 * <pre>
 *   q_h    = last W_Q_h                        (K)     last = the row of '=' and of its position
 *   u_hj   = W_K_h (q_h as it is for position j)   (D)     once (J = 1) where nothing is turned
 *   s_hj   = Z u_hj                            (R)
 * </pre>
 */
final class EqualsScores {
  private final int width;
  private final int heads;
  private final int headWidth;
  private final int rows;
  private final int blocks;
  private final int equalsRow;
  private final int placeRow; // -1 where positions are not added
  private final int embed;
  private final int queries;
  private final int keys;
  private final int trainedRows; // of Z
  private final float[] z; // (R, D)
  private final float[] turns; // (J, K, K)
  private final float[] last; // (D)
  private final float[] query; // (H, K)
  private final float[] turned; // (H, J, K)
  private final float[] combined; // (H, J, D)
  private final float[] lastGradient; // (D)
  private final float[] queryGradient; // (K)
  private final float[] turnedGradient; // (K)
  private final float[] combinedGradient; // (D)
  private final Adjoint adjoint = new Adjoint();

  EqualsScores(TransformerSpec model, PairGeometry geometry) {
    Layout layout = model.layoutOfPairs(geometry.n());
    width = model.dModel();
    heads = model.heads();
    headWidth = model.dHead();
    rows = geometry.rows();
    blocks = geometry.distances();
    equalsRow = geometry.tokenRow(2, 0, 0);
    placeRow = geometry.isPlaced() ? geometry.positionRow(2) : -1;
    embed = layout.at("embed.W_E").offset();
    queries = layout.at("blocks.0.attn.W_Q").offset();
    keys = layout.at("blocks.0.attn.W_K").offset();
    trainedRows = model.encoding() == Encoding.LEARNED ? rows : geometry.tokens();
    z = new float[rows * width];
    if (model.encoding() == Encoding.SINUSOIDAL) {
      double[] sinusoids = PositionalEncoding.sinusoids(geometry.length(), width);
      for (int i = 0; i < sinusoids.length; i++) {
        z[geometry.tokens() * width + i] = (float) sinusoids[i];
      }
    }
    turns = turns(model.encoding(), geometry.length());
    last = new float[width];
    query = new float[heads * headWidth];
    turned = new float[heads * blocks * headWidth];
    combined = new float[heads * blocks * width];
    lastGradient = new float[width];
    queryGradient = new float[headWidth];
    turnedGradient = new float[headWidth];
    combinedGradient = new float[width];
  }

  /** (J, K, K); the identity where nothing is turned. */
  private float[] turns(Encoding encoding, int length) {
    float[] turns = new float[blocks * headWidth * headWidth];
    if (blocks == 1) {
      for (int k = 0; k < headWidth; k++) {
        turns[k * headWidth + k] = 1;
      }
    } else {
      double[] exact = PositionalEncoding.turns(encoding, length - 1, length, headWidth);
      for (int i = 0; i < exact.length; i++) {
        turns[i] = (float) exact[i];
      }
    }
    return turns;
  }

  /**
   * Makes the scores.
   *
   * @param parameters flat; W_pos lies behind W_E
   * @param table receives (H, J, R) from index {@code at} on
   * @return what their adjoint takes, until the next are made
   */
  Adjoint make(float[] parameters, float[] table, int at) {
    System.arraycopy(parameters, embed, z, 0, trainedRows * width);
    System.arraycopy(z, equalsRow * width, last, 0, width);
    if (placeRow >= 0) {
      add(z, placeRow * width, 1, last, 0, width);
    }
    Arrays.fill(query, 0);
    for (int h = 0; h < heads; h++) {
      for (int d = 0; d < width; d++) {
        add(parameters, row(queries, h, d), last[d], query, h * headWidth, headWidth);
      }
      for (int j = 0; j < blocks; j++) {
        makeBlock(parameters, h, j, table, at + (h * blocks + j) * rows);
      }
    }
    return adjoint;
  }

  private void makeBlock(float[] parameters, int h, int j, float[] table, int to) {
    int block = h * blocks + j;
    Arrays.fill(turned, block * headWidth, (block + 1) * headWidth, 0);
    turn(query, h * headWidth, j, turned, block * headWidth);
    for (int d = 0; d < width; d++) {
      combined[block * width + d] =
          dot(parameters, row(keys, h, d), turned, block * headWidth, headWidth);
    }
    for (int r = 0; r < rows; r++) {
      table[to + r] = dot(z, r * width, combined, block * width, width);
    }
  }

  /** Scores that were made. */
  final class Adjoint {
    /**
     * The adjoint of {@link #make}.
     *
     * @param parameters that they were made of
     * @param table the scores' gradient from index {@code at} on
     * @param gradient flat: receives that of W_Q and W_K, and has its part added to that of W_E and
     *     W_pos
     */
    void makeGradients(float[] parameters, float[] table, int at, float[] gradient) {
      Arrays.fill(lastGradient, 0);
      Arrays.fill(gradient, keys, keys + heads * width * headWidth, 0);
      for (int h = 0; h < heads; h++) {
        Arrays.fill(queryGradient, 0);
        for (int j = 0; j < blocks; j++) {
          blockGradient(parameters, h, j, table, at + (h * blocks + j) * rows, gradient);
        }
        for (int d = 0; d < width; d++) {
          int row = row(queries, h, d);
          for (int k = 0; k < headWidth; k++) {
            gradient[row + k] = last[d] * queryGradient[k];
          }
          lastGradient[d] += dot(parameters, row, queryGradient, 0, headWidth);
        }
      }
      add(lastGradient, 0, 1, gradient, embed + equalsRow * width, width);
      if (placeRow >= 0 && placeRow < trainedRows) {
        add(lastGradient, 0, 1, gradient, embed + placeRow * width, width);
      }
    }
  }

  private void blockGradient(
      float[] parameters, int h, int j, float[] table, int from, float[] gradient) {
    int block = h * blocks + j;
    combinedGradient(table, from, block, gradient);
    Arrays.fill(turnedGradient, 0);
    for (int d = 0; d < width; d++) {
      float g = combinedGradient[d];
      add(turned, block * headWidth, g, gradient, row(keys, h, d), headWidth);
      add(parameters, row(keys, h, d), g, turnedGradient, 0, headWidth);
    }
    turnBack(turnedGradient, j, queryGradient);
  }

  /** From a block of scores to {@link #combinedGradient} and Z. */
  private void combinedGradient(float[] table, int from, int block, float[] gradient) {
    Arrays.fill(combinedGradient, 0);
    for (int r = 0; r < rows; r++) {
      float g = table[from + r];
      add(z, r * width, g, combinedGradient, 0, width);
      if (r < trainedRows) {
        add(combined, block * width, g, gradient, embed + r * width, width);
      }
    }
  }

  private int row(int tensor, int head, int d) {
    return tensor + (head * width + d) * headWidth;
  }

  /** Adds a query as it is for key position j. */
  private void turn(float[] from, int at, int j, float[] to, int toAt) {
    for (int k = 0; k < headWidth; k++) {
      add(turns, (j * headWidth + k) * headWidth, from[at + k], to, toAt, headWidth);
    }
  }

  /** The adjoint of {@link #turn}. */
  private void turnBack(float[] from, int j, float[] to) {
    for (int k = 0; k < headWidth; k++) {
      to[k] += dot(turns, (j * headWidth + k) * headWidth, from, 0, headWidth);
    }
  }

  /** to += factor from. */
  private static void add(float[] from, int at, float factor, float[] to, int toAt, int n) {
    for (int i = 0; i < n; i++) {
      to[toAt + i] += factor * from[at + i];
    }
  }

  private static float dot(float[] one, int at, float[] other, int otherAt, int n) {
    float sum0 = 0;
    float sum1 = 0;
    float sum2 = 0;
    float sum3 = 0;
    int i = 0;
    for (; i + 4 <= n; i += 4) {
      sum0 += one[at + i] * other[otherAt + i];
      sum1 += one[at + i + 1] * other[otherAt + i + 1];
      sum2 += one[at + i + 2] * other[otherAt + i + 2];
      sum3 += one[at + i + 3] * other[otherAt + i + 3];
    }
    for (; i < n; i++) {
      sum0 += one[at + i] * other[otherAt + i];
    }
    return (sum0 + sum1) + (sum2 + sum3);
  }
}
