package io.grokgrid.net;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The three places where a position can enter a transformer: added to the embedding (learned,
 * sinusoidal), as a rotation of queries and keys (rope), or as a bias on the scores (alibi).
 */
final class PositionalEncoding {
  private static final double BASE = 10_000;

  private final Encoding kind;
  private final int length;
  private final int rows;
  private final @Nullable NDArray sines; // (T, D)
  private final @Nullable NDArray cosine; // (T, K)
  private final @Nullable NDArray sine; // (T, K)
  private final @Nullable NDArray quarterTurn; // (K, K)
  private final @Nullable NDArray distances; // (H, T, T)

  /** For each position of a query (T, 1, K): of its distance from each key. */
  private final List<NDArray> distanceCosines = new ArrayList<>();

  private final List<NDArray> distanceSines = new ArrayList<>();

  PositionalEncoding(NDManager manager, TransformerModel model, DataType type) {
    kind = model.encoding();
    length = model.length();
    rows = model.positions();
    int k = model.dHead();
    boolean rope = kind == Encoding.ROPE;
    Shape turn = new Shape(length, k);
    sines =
        kind == Encoding.SINUSOIDAL
            ? constant(manager, sinusoids(length, model.dModel()), type, length, model.dModel())
            : null;
    cosine = rope ? constant(manager, rotation(length, k, true), type, turn.getShape()) : null;
    sine = rope ? constant(manager, rotation(length, k, false), type, turn.getShape()) : null;
    quarterTurn = rope ? constant(manager, quarterTurn(k), type, k, k) : null;
    for (int query = 0; rope && query < length; query++) {
      distanceCosines.add(constant(manager, distances(length, k, query, true), type, length, 1, k));
      distanceSines.add(constant(manager, distances(length, k, query, false), type, length, 1, k));
    }
    distances =
        kind == Encoding.ALIBI
            ? constant(manager, alibi(model.heads(), length), type, model.heads(), length, length)
            : null;
  }

  private static NDArray constant(
      NDManager manager, double[] values, DataType type, long... shape) {
    return manager.create(values, new Shape(shape)).toType(type, false);
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

  /** What is added to the embedding at each position (T, D), if that is fixed. */
  @Nullable NDArray sinusoids() {
    return sines;
  }

  /**
   * Queries x (H, L, K) of one position turned by their distance from each key's position j: (H, J
   * L, K), row j L + l. J = T where the encoding rotates, else 1: x itself.
   */
  NDArray turned(NDArray x, int position) {
    if (quarterTurn == null) {
      return x;
    }
    NDArray along = x.expandDims(1).mul(distanceCosines.get(position)); // (H, T, L, K)
    NDArray across = x.matMul(quarterTurn).expandDims(1); // (H, 1, L, K)
    return along
        .add(across.mul(distanceSines.get(position))) // (H, T, L, K)
        .reshape(x.size(0), -1, x.size(2));
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
  static double[] sinusoids(int length, int width) {
    double[] values = new double[length * width];
    for (int j = 0; j < length; j++) {
      for (int i = 0; i < width; i++) {
        double angle = j * Math.pow(BASE, -(i - i % 2) / (double) width);
        values[j * width + i] = i % 2 == 0 ? Math.sin(angle) : Math.cos(angle);
      }
    }
    return values;
  }

  /**
   * Entry (t, i) is the cosine (or sine) of t 10000^(-2m/K), m = i / 2 (Su et al. 2021, equation
   * 15).
   */
  private static double[] rotation(int length, int headWidth, boolean cosine) {
    double[] values = new double[length * headWidth];
    for (int t = 0; t < length; t++) {
      rotate(values, t, t, headWidth, cosine);
    }
    return values;
  }

  /** As {@link #rotation}, with the distance of a query from key t in the place of t. */
  private static double[] distances(int length, int headWidth, int query, boolean cosine) {
    double[] values = new double[length * headWidth];
    for (int t = 0; t < length; t++) {
      rotate(values, t, query - t, headWidth, cosine);
    }
    return values;
  }

  private static void rotate(double[] rows, int row, int t, int headWidth, boolean cosine) {
    for (int i = 0; i < headWidth; i++) {
      double angle = angle(t, i, headWidth);
      rows[row * headWidth + i] = cosine ? Math.cos(angle) : Math.sin(angle);
    }
  }

  /** By which component i of a head at position t is turned. */
  static double angle(int t, int i, int headWidth) {
    return t * Math.pow(BASE, -(i - i % 2) / (double) headWidth);
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
  static double[] alibiSlopes(int heads) {
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
