package io.grokgrid.train;

import io.grokgrid.net.Layout;
import java.util.List;

/**
 * Keeps the weights from being scaled (Prieto et al. 2025, arXiv 2501.04697, released code): of
 * each tensor's gradient g what is along its weights w is taken away, and the rest made as long as
 * g was:
 *
 * <pre>
 *   r = g - (w . g) / (w . w + 1e-30) w,   g = r |g| / (|r| + 1e-30)
 * </pre>
 *
 * <p>In double. A gradient that is along the weights but for rounding becomes 0, where the released
 * code makes its rounding as long as g.
 */
final class OrthoGrad {
  private static final double LEAST = 1e-30;

  /** Of |r| / |g|: what is less is float32's rounding of g. */
  private static final double ROUNDING = 1e-7;

  private OrthoGrad() {}

  /**
   * Projects in place.
   *
   * @param w all parameters, and so g
   */
  static void project(float[] w, float[] g, List<Layout.Tensor> tensors) {
    for (Layout.Tensor tensor : tensors) {
      project(w, g, tensor.offset(), tensor.offset() + tensor.size());
    }
  }

  private static void project(float[] w, float[] g, int from, int to) {
    double along = 0;
    double weights = 0;
    double before = 0;
    for (int i = from; i < to; i++) {
      along += (double) w[i] * g[i];
      weights += (double) w[i] * w[i];
      before += (double) g[i] * g[i];
    }
    double share = along / (weights + LEAST);
    double after = 0;
    for (int i = from; i < to; i++) {
      double rest = g[i] - share * w[i];
      after += rest * rest;
    }
    double length = Math.sqrt(after);
    double scale = length < ROUNDING * Math.sqrt(before) ? 0 : Math.sqrt(before) / (length + LEAST);
    for (int i = from; i < to; i++) {
      g[i] = (float) (scale * (g[i] - share * w[i]));
    }
  }
}
