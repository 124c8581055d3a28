package io.grokgrid.train;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.grokgrid.net.Layout;
import io.grokgrid.step.TrainingSpec;
import io.grokgrid.tensor.Autograd;
import io.grokgrid.tensor.Numbers;

/**
 * A hidden matrix w (inputs, outputs) under Muon (Jordan 2024, kellerjordan.github.io/posts/muon).
 * For a gradient g and momentum mu:
 *
 * <pre>
 *   buffer = mu buffer + g
 *   u      = g + mu buffer                                     Nesterov's
 *   X      = u / (|u| + 1e-7)                                  in the Frobenius norm
 *   X      = 3.4445 X - 4.7750 (X X^T) X + 2.0315 (X X^T)^2 X  five times, the shorter side first
 *   w      = (1 - rate decay) w - rate sqrt(max(1, outputs / inputs)) X
 * </pre>
 *
 * The polynomial is odd: it leaves the singular vectors of u and takes its singular values near 1,
 * but for those that are far below the norm. Here in float32, in bfloat16 there.
 *
 * @param offset of the matrix's first number among the parameters
 * @param width of a block of columns; the blocks lie one behind the other, as heads do in W_Q (H,
 *     D, K), whose matrix is (D, H K)
 */
record Muon(int offset, int inputs, int outputs, int width) {
  private static final int STEPS = 5;
  private static final float LINEAR = 3.4445f;
  private static final float CUBIC = -4.7750f;
  private static final float QUINTIC = 2.0315f;
  private static final double LEAST_NORM = 1e-7;

  static Muon of(Layout.Tensor tensor) {
    int width = (int) tensor.shape().tail();
    return new Muon(tensor.offset(), tensor.inputs(), tensor.outputs(), width);
  }

  /**
   * One update in place.
   *
   * @param w all parameters, and so g and buffer
   * @param clip factor of the gradient
   * @param warmup factor of the learning rate
   */
  void update(TrainingSpec spec, float[] w, float[] g, float[] buffer, double clip, double warmup) {
    float[] u = new float[inputs * outputs];
    float scale = (float) clip;
    float momentum = (float) spec.muonMomentum();
    for (int i = 0; i < u.length; i++) {
      float gradient = scale * g[offset + i];
      float moved = momentum * buffer[offset + i] + gradient;
      buffer[offset + i] = moved;
      u[i] = gradient + momentum * moved;
    }
    float[] x = orthogonal(u);
    double rate = spec.muonLearningRate() * warmup;
    double keep = 1 - rate * spec.muonWeightDecay();
    double step = rate * Math.sqrt(Math.max(1, (double) outputs / inputs));
    for (int i = 0; i < x.length; i++) {
      w[offset + i] = (float) (keep * w[offset + i] - step * x[i]);
    }
  }

  /** X, of u, both in the order of the parameters. */
  float[] orthogonal(float[] u) {
    int blocks = outputs / width;
    float norm = (float) (TrainingState.norm(u) + LEAST_NORM);
    try (NDManager manager = Autograd.newManager(Device.cpu())) {
      NDArray x =
          manager
              .create(u, new Shape(blocks, inputs, width))
              .div(norm) // on the engine's aligned memory, where products always round alike
              .swapAxes(0, 1)
              .reshape(inputs, outputs);
      NDArray found = inputs > outputs ? iterate(x.transpose()).transpose() : iterate(x);
      return Numbers.floats(
          found.reshape(inputs, blocks, width).swapAxes(0, 1)); // (blocks, inputs, width)
    }
  }

  private static NDArray iterate(NDArray start) {
    NDArray x = start;
    for (int i = 0; i < STEPS; i++) {
      NDArray square = x.matMul(x.transpose());
      NDArray factor = square.mul(CUBIC).add(square.matMul(square).mul(QUINTIC));
      x = x.mul(LINEAR).add(factor.matMul(x));
    }
    return x;
  }
}
