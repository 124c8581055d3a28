package io.grokgrid.net;

import ai.djl.ndarray.NDArray;
import io.grokgrid.math.Vectors;

/**
 * The MLP's non-linearity. Each says twice what it is: as an array operation that autograd
 * differentiates, and as row operations of n numbers each for {@link io.grokgrid.pair.PairKernel}
 * and {@code layers.Mlp}.
 */
public enum Activation {
  /** max(x, 0). */
  RELU {
    @Override
    public NDArray of(NDArray x) {
      return ai.djl.nn.Activation.relu(x);
    }

    @Override
    public void apply(float[] x, int at, float[] kept, int to, int n) {
      Vectors.relu(x, at, n);
    }

    @Override
    public void differentiate(float[] x, int at, float[] kept, float[] d, int from, int n) {
      Vectors.zeroWhereZero(x, at, d, from, n);
    }
  },

  /** The exact one, x Phi(x), with the error function (Hendrycks and Gimpel 2016, equation 1). */
  GELU {
    @Override
    public NDArray of(NDArray x) {
      return ai.djl.nn.Activation.gelu(x);
    }

    @Override
    public void apply(float[] x, int at, float[] kept, int to, int n) {
      Vectors.gelu(x, at, kept, to, n);
    }

    @Override
    public void differentiate(float[] x, int at, float[] kept, float[] d, int from, int n) {
      Vectors.multiply(x, at, d, kept, from, n);
    }
  },

  /** x^2. */
  SQUARE {
    @Override
    public NDArray of(NDArray x) {
      return x.mul(x);
    }

    @Override
    public void apply(float[] x, int at, float[] kept, int to, int n) {
      Vectors.square(x, at, kept, to, n);
    }

    @Override
    public void differentiate(float[] x, int at, float[] kept, float[] d, int from, int n) {
      Vectors.multiply(x, at, d, kept, from, n);
    }
  };

  /** Of every element. */
  public abstract NDArray of(NDArray x);

  /**
   * Replaces x[at..] by its activation, which must be 0 at 0 (the hidden layer's padding) and NaN
   * for NaN, and puts into kept[to..] what the derivative takes, if x itself does not tell.
   */
  public abstract void apply(float[] x, int at, float[] kept, int to, int n);

  /**
   * The other way: replaces the activations x[at..] by d[from..] times the derivative. Afterwards
   * nobody reads d or kept.
   *
   * @param kept from {@code from} on, what {@link #apply} put there
   */
  public abstract void differentiate(float[] x, int at, float[] kept, float[] d, int from, int n);
}
