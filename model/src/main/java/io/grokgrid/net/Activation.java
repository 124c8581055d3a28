package io.grokgrid.net;

import ai.djl.ndarray.NDArray;

/**
 * The MLP's non-linearity. Each says twice what it is: as an array operation that autograd
 * differentiates, and as a row operation with its derivative, for {@link PairKernel}.
 */
public enum Activation {
  /** max(x, 0). */
  RELU {
    @Override
    NDArray of(NDArray x) {
      return ai.djl.nn.Activation.relu(x);
    }

    @Override
    void apply(float[] x, int at, float[] slope, int to, int n) {
      Vectors.relu(x, at, slope, to, n);
    }
  },

  /** The exact one, x Phi(x), with the error function (Hendrycks and Gimpel 2016, equation 1). */
  GELU {
    @Override
    NDArray of(NDArray x) {
      return ai.djl.nn.Activation.gelu(x);
    }

    @Override
    void apply(float[] x, int at, float[] slope, int to, int n) {
      Vectors.gelu(x, at, slope, to, n);
    }
  },

  /** x^2. */
  SQUARE {
    @Override
    NDArray of(NDArray x) {
      return x.mul(x);
    }

    @Override
    void apply(float[] x, int at, float[] slope, int to, int n) {
      Vectors.square(x, at, slope, to, n);
    }
  };

  /** Of every element. */
  abstract NDArray of(NDArray x);

  /**
   * Replaces x[at..] by its activation and slope[to..] by the derivative there, n numbers, a
   * multiple of {@link Vectors#BLOCK}. It must be 0 at 0 or the padding of the hidden layer would
   * not be void; it may not hide a NaN.
   */
  abstract void apply(float[] x, int at, float[] slope, int to, int n);
}
