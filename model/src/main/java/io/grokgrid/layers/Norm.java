package io.grokgrid.layers;

import io.grokgrid.math.LayerVectors;
import io.grokgrid.math.Vectors;
import io.grokgrid.net.Layout;
import java.util.Arrays;

/** Layer norm of rows, and its gradient. */
final class Norm {
  private static final double EPSILON = 1e-5;

  private final Trained scale;
  private final Trained shift;
  private final int columns;
  private final int width;
  private final float[] ones;
  private final float[] normal; // (N, D)
  private final float[] inverse; // (N)
  private final float[] lanes = new float[Vectors.BLOCK];

  /**
   * @param prefix of its parameters' names
   * @param rows N at most
   */
  Norm(Layout layout, String prefix, int rows) {
    scale = Trained.row(layout.at(prefix + "w"));
    shift = Trained.row(layout.at(prefix + "b"));
    columns = layout.at(prefix + "w").size();
    width = Vectors.padded(columns);
    ones = new float[Vectors.LEAD + width];
    Arrays.fill(ones, Vectors.LEAD, Vectors.LEAD + columns, 1);
    normal = new float[Vectors.LEAD + rows * width];
    inverse = new float[rows];
  }

  void load(float[] parameters) {
    scale.load(parameters);
    shift.load(parameters);
  }

  void store(float[] gradient) {
    scale.store(gradient);
    shift.store(gradient);
  }

  /** y = norm(x), n rows; y may be x. */
  void forward(float[] x, int n, float[] y) {
    for (int row = 0; row < n; row++) {
      int at = Vectors.LEAD + row * width;
      inverse[row] =
          LayerVectors.normalize(x, at, normal, at, ones, columns, width, EPSILON, lanes);
      LayerVectors.scaleAndShift(normal, at, scale.values, shift.values, y, at, width);
    }
  }

  /** Replaces the gradient of y by that of x. */
  void backward(float[] d, int n) {
    for (int row = 0; row < n; row++) {
      int at = Vectors.LEAD + row * width;
      LayerVectors.normalizeGradient(
          d,
          at,
          normal,
          at,
          inverse[row],
          ones,
          scale.values,
          scale.gradient,
          shift.gradient,
          columns,
          width,
          lanes);
    }
  }
}
