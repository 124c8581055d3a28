package io.grokgrid.layers;

import io.grokgrid.math.LayerVectors;
import io.grokgrid.math.Vectors;
import io.grokgrid.tensor.Dropout;
import org.jspecify.annotations.Nullable;

/** Dropout of a chunk's rows as the definition has it, which are rows of an array (B, S, ..). */
final class RowDropout {
  private final Chunk chunk;
  private final int asking;
  private final int columns;
  private final int width; // padded
  private final int rows;
  private Dropout.@Nullable Mask mask;
  private float[] factors = new float[0]; // (N, ..)

  /**
   * @param asking S, the last ones
   * @param rows N at most
   */
  RowDropout(Chunk chunk, int asking, int columns, int rows) {
    this.rows = rows;
    this.chunk = chunk;
    this.asking = asking;
    this.columns = columns;
    width = Vectors.padded(columns);
  }

  /**
   * Draws for a step.
   *
   * @param dropout none where nothing is left out
   * @param sequences B
   */
  void draw(@Nullable Dropout dropout, int sequences) {
    mask = dropout == null ? null : dropout.mask((long) sequences * asking * columns);
    if (mask != null && factors.length == 0) {
      factors = new float[Vectors.LEAD + rows * width];
    }
  }

  /** Of one of the rows x that ask. */
  void forward(float[] x, int row) {
    if (mask != null) {
      int at = Vectors.LEAD + row * width;
      mask.put(factors, at, 1, (long) chunk.number(row, asking) * columns, columns);
      LayerVectors.multiply(x, at, factors, at, width);
    }
  }

  /** Of the first n. */
  void forwardAll(float[] x, int n) {
    for (int row = 0; row < n; row++) {
      forward(x, row);
    }
  }

  /** The adjoint of {@link #forward}. */
  void backward(float[] d, int row) {
    if (mask != null) {
      int at = Vectors.LEAD + row * width;
      LayerVectors.multiply(d, at, factors, at, width);
    }
  }

  /**
   * The adjoint of {@link #forwardAll}, which leaves the gradient d as it is.
   *
   * @param work is overwritten, if something is left out
   */
  float[] backwardAll(float[] d, int n, float[] work) {
    if (mask == null) {
      return d;
    }
    Vectors.multiply(work, Vectors.LEAD, d, factors, Vectors.LEAD, n * width);
    return work;
  }
}
