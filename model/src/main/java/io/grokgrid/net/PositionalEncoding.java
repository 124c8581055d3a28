package io.grokgrid.net;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.jspecify.annotations.Nullable;

/**
 * The three places where a position can enter a transformer: added to the embedding (learned,
 * sinusoidal), as a rotation of queries and keys (rope, rope_mixed), or as a bias on the scores
 * (alibi).
 */
public final class PositionalEncoding {
  private static final double BASE = 10_000;

  private final Encoding kind;
  private final int length;
  private final int rows;
  private final @Nullable NDArray sines; // (T, D)
  private final @Nullable NDArray cosine; // (T, K)
  private final @Nullable NDArray sine; // (T, K)
  private final @Nullable NDArray quarterTurn; // (K, K)
  private final @Nullable NDArray distances; // (H, T, T)

  /**
   * @param length T
   */
  public PositionalEncoding(NDManager manager, TransformerSpec model, int length, DataType type) {
    kind = model.encoding();
    this.length = length;
    rows = model.positions();
    int k = model.dHead();
    boolean rotates = kind.turns();
    sines =
        kind == Encoding.SINUSOIDAL
            ? constant(manager, sinusoids(length, model.dModel()), type, length, model.dModel())
            : null;
    cosine = rotates ? constant(manager, rotation(kind, true, length, k), type, length, k) : null;
    sine = rotates ? constant(manager, rotation(kind, false, length, k), type, length, k) : null;
    quarterTurn = rotates ? constant(manager, quarterTurn(k), type, k, k) : null;
    distances =
        kind == Encoding.ALIBI
            ? constant(manager, alibi(model.heads(), length), type, model.heads(), length, length)
            : null;
  }

  static NDArray constant(NDManager manager, double[] values, DataType type, long... shape) {
    NDArray exact = manager.create(values, new Shape(shape));
    if (type == DataType.FLOAT64) {
      return exact;
    }
    try (exact) {
      return exact.toType(type, true);
    }
  }

  /** The residual stream at the start: x (B, T, D) and what stands for the positions. */
  NDArray add(NDArray x, @Nullable NDArray learned) {
    if (learned != null) {
      return x.add(rows == length ? learned : learned.get(":" + length)); // (B, T, D)
    }
    return sines == null ? x : x.add(sines); // (B, T, D)
  }

  /**
   * Queries or keys x (B, H, S, K) of the last S positions: x cos + (x turned by a quarter in each
   * plane) sin.
   */
  NDArray rotate(NDArray x) {
    if (cosine == null || sine == null || quarterTurn == null) {
      return x;
    }
    NDArray across = x.matMul(quarterTurn); // (B, H, S, K)
    NDArray along = x.mul(last(cosine, x.size(2))); // (B, H, S, K)
    return along.add(across.mul(last(sine, x.size(2)))); // (B, H, S, K)
  }

  /** Scores (B, H, S, T) of the last S positions less slope times distance. */
  NDArray bias(NDArray scores) {
    return distances == null ? scores : scores.add(last(distances, scores.size(2))); // (B, H, S, T)
  }

  /** The last {@code kept} along the second to last axis, of T. */
  private NDArray last(NDArray rows, long kept) {
    return kept == length ? rows : rows.get("..., -" + kept + ":, :");
  }

  /**
   * Entry (j, i) is sin(j 10000^(-i/D)) for even i, and cos(j 10000^(-(i-1)/D)) for odd i (Vaswani
   * et al. 2017, section 3.5).
   */
  public static double[] sinusoids(int length, int width) {
    double[] values = new double[length * width];
    for (int j = 0; j < length; j++) {
      for (int i = 0; i < width; i++) {
        double angle = j * Math.pow(BASE, -(i - i % 2) / (double) width);
        values[j * width + i] = i % 2 == 0 ? Math.sin(angle) : Math.cos(angle);
      }
    }
    return values;
  }

  /** Entry (t, i) is the cosine (or sine) of the angle of component i at position t: (T, K). */
  public static double[] rotation(Encoding kind, boolean cosine, int length, int headWidth) {
    double[] values = new double[length * headWidth];
    for (int i = 0; i < values.length; i++) {
      double angle = angle(kind, i / headWidth, i % headWidth, headWidth);
      values[i] = cosine ? Math.cos(angle) : Math.sin(angle);
    }
    return values;
  }

  /**
   * By which component i of a head at position t is turned: t 10000^(-2m/K), where m = i / 2, the
   * number of its plane (Su et al. 2021, equation 15), or for rope_mixed m = i modulo K / 2, so
   * that the two components of a plane differ.
   */
  private static double angle(Encoding kind, int t, int i, int headWidth) {
    int m = kind == Encoding.ROPE_MIXED ? i % (headWidth / 2) : i / 2;
    return t * Math.pow(BASE, -2 * m / (double) headWidth);
  }

  /**
   * Maps of a query at one position such that the product of its image for position j with an
   * unturned key is the product of the turned query with a key that is turned as at j: R_query
   * R_j^T, with row vectors times R_t for {@link #rotate}.
   *
   * @return (J, K, K), J = length
   */
  public static double[] turns(Encoding kind, int query, int length, int headWidth) {
    double[] turns = new double[length * headWidth * headWidth];
    double[][] own = turn(kind, query, headWidth);
    for (int j = 0; j < length; j++) {
      double[][] other = turn(kind, j, headWidth);
      for (int row = 0; row < headWidth; row++) {
        for (int column = 0; column < headWidth; column++) {
          double sum = 0;
          for (int i = 0; i < headWidth; i++) {
            sum += own[row][i] * other[column][i];
          }
          turns[(j * headWidth + row) * headWidth + column] = sum;
        }
      }
    }
    return turns;
  }

  /** R_t (K, K). */
  private static double[][] turn(Encoding kind, int t, int headWidth) {
    double[][] turn = new double[headWidth][headWidth];
    for (int i = 0; i < headWidth; i++) {
      double angle = angle(kind, t, i, headWidth);
      turn[i][i] = Math.cos(angle);
      turn[i ^ 1][i] = i % 2 == 0 ? -Math.sin(angle) : Math.sin(angle);
    }
    return turn;
  }

  /** Takes the plane (x_2m, x_2m+1) to (-x_2m+1, x_2m) by a product from the right. */
  private static double[] quarterTurn(int headWidth) {
    double[] values = new double[headWidth * headWidth];
    for (int m = 0; m < headWidth; m += 2) {
      values[(m + 1) * headWidth + m] = -1;
      values[m * headWidth + m + 1] = 1;
    }
    return values;
  }

  private static double[] alibi(int heads, int length) {
    double[] slopes = alibiSlopes(heads);
    double[] values = new double[heads * length * length];
    for (int h = 0; h < heads; h++) {
      for (int query = 0; query < length; query++) {
        for (int key = 0; key < length; key++) {
          values[(h * length + query) * length + key] = -slopes[h] * Math.abs(query - key);
        }
      }
    }
    return values;
  }

  /**
   * For n a power of two the geometric sequence that starts at its own ratio, 2^(-8/n); for other n
   * that of the next smaller power of two, followed by every other slope of the next larger one
   * (Press et al. 2022, released code).
   */
  public static double[] alibiSlopes(int heads) {
    int power = Integer.highestOneBit(heads);
    double[] slopes = new double[heads];
    for (int i = 0; i < heads; i++) {
      slopes[i] =
          i < power
              ? Math.pow(2, -8.0 * (i + 1) / power)
              : Math.pow(2, -4.0 * (2 * (i - power) + 1) / power);
    }
    return slopes;
  }
}
