package io.grokgrid.net;

import ai.djl.ndarray.types.DataType;

/**
 * Cross entropy of one row of logits and its gradient: -log softmax(x)_y and softmax(x) - e_y.
 *
 * <p>An instance keeps a work array; one thread at a time.
 */
abstract sealed class CrossEntropy {
  static CrossEntropy of(DataType precision) {
    return precision == DataType.FLOAT64 ? new Float64() : new Float32();
  }

  final float[] lanes = new float[Vectors.BLOCK];
  private boolean correct;

  /**
   * Ordinary float32 arithmetic: where the answer leads so far that the exponentials sum to 1, the
   * loss and the derivative by its logit are 0.
   */
  static final class Float32 extends CrossEntropy {
    @Override
    double differentiate(float[] x, int at, int n, int answer, float max, float factor) {
      float margin = x[at + answer] - max;
      float sum = Vectors.expOfDifference(x, at, max, n, lanes);
      Vectors.scale(x, at, 1 / sum, n);
      x[at + answer] -= 1;
      Vectors.scale(x, at, factor, n);
      return (float) Math.log(sum) - margin;
    }
  }

  /**
   * Without cancellation: with S the sum over the wrong classes j of e_j = exp(x_j - max) and Z = S
   * + e_y, the loss is log(1 + S / e_y) and its derivative by x_y is -S / Z. In float32 arithmetic
   * it agrees with the log-softmax of float64 to float32's relative rounding, down to e^-87.
   */
  static final class Float64 extends CrossEntropy {
    @Override
    double differentiate(float[] x, int at, int n, int answer, float max, float factor) {
      double margin = (double) x[at + answer] - max;
      x[at + answer] = Float.NEGATIVE_INFINITY;
      double wrong = Vectors.expOfDifference(x, at, max, n, lanes);
      double right = Math.exp(margin);
      double all = wrong + right;
      Vectors.scale(x, at, (float) (factor / all), n);
      x[at + answer] = (float) (-factor * wrong / all);
      return wrong < right ? Math.log1p(wrong / right) : Math.log(all) - margin;
    }
  }

  /**
   * Replaces x[at..] + more[from..], n logits of which the surplus is -1e30, by their gradient
   * times {@code factor}.
   *
   * @return the loss, nats; NaN if a logit is
   */
  double differentiate(float[] x, int at, float[] more, int from, int n, int answer, float factor) {
    float max = Vectors.addAndFindMax(x, at, more, from, n, lanes);
    correct = x[at + answer] == max && isFirst(x, at, answer, max);
    return differentiate(x, at, n, answer, max, factor);
  }

  abstract double differentiate(float[] x, int at, int n, int answer, float max, float factor);

  /** Whether the last row's largest logit was its answer's, the first one counting among equals. */
  boolean correct() {
    return correct;
  }

  private static boolean isFirst(float[] x, int at, int answer, float max) {
    for (int j = 0; j < answer; j++) {
      if (x[at + j] == max) {
        return false;
      }
    }
    return true;
  }
}
