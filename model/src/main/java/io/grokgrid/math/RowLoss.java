package io.grokgrid.math;

import java.util.Arrays;

/**
 * The loss of one row of logits and its gradient: the cross entropy, -log softmax(x)_y and
 * softmax(x) - e_y, the same of {@link Stable}, or {@link Squared}.
 *
 * <p>An instance keeps work arrays; one thread at a time.
 */
public abstract sealed class RowLoss {
  /** The logit of no class, which padding has: beside it any other's share is 1. */
  public static final float NO_CLASS = -1e30f;

  final float[] lanes = new float[Vectors.BLOCK];
  private float[] padded = new float[0];
  private float[] nothing = new float[0];
  private boolean correct;

  /**
   * Ordinary float32 arithmetic: where the answer leads so far that the exponentials sum to 1, the
   * loss and the derivative by its logit are 0.
   */
  public static final class Ordinary extends RowLoss {
    @Override
    public double differentiate(float[] x, int at, int n, int answer, float max, float factor) {
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
  public static final class Exact extends RowLoss {
    @Override
    public double differentiate(float[] x, int at, int n, int answer, float max, float factor) {
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
   * The loss -log(s(x_y) / sum over c of s(x_c)), in double arithmetic, with s(x) = x + 1 from 0 on
   * and 1 / (1 - x) below (Prieto et al. 2025, arXiv 2501.04697). Their code adds 1e-30 to that
   * denominator, which is at least 1 and so the same in float64. With S the sum over the wrong
   * classes, the loss is log(1 + S / s_y), its derivative by x_y is -s'_y S / (s_y (S + s_y)), by
   * another s'_j / (S + s_y); s' is 1 from 0 on and s^2 below.
   */
  public static final class Stable extends RowLoss {
    @Override
    public double differentiate(float[] x, int at, int n, int answer, float max, float factor) {
      int y = at + answer;
      double wrong = sum(x, at, y) + sum(x, y + 1, at + n);
      double right = sum(x, y, y + 1);
      double all = wrong + right;
      double reciprocal = reciprocal(x[y]);
      for (int j = at; j < at + n; j++) {
        double r = reciprocal(x[j]);
        x[j] = (float) (factor / all * r * r);
      }
      x[y] = (float) (-factor * reciprocal * reciprocal * wrong / (right * all));
      return Double.isInfinite(all) ? Double.NaN : Math.log1p(wrong / right);
    }

    private static double sum(float[] x, int from, int to) {
      double sum = 0;
      for (int j = from; j < to; j++) {
        sum += Math.max(x[j], 0) + reciprocal(x[j]); // s, without a branch
      }
      return sum;
    }

    /** 1 from 0 on, s below; its square is s'. */
    private static double reciprocal(double x) {
      return 1 / (1 - Math.min(x, 0));
    }
  }

  /**
   * The mean over the classes c of (x_c - e_c)^2, e being 1 at the answer and else 0, as
   * torch.nn.MSELoss has it of one-hot targets; in double arithmetic. Its derivative by x_c is 2
   * (x_c - e_c) / C.
   */
  public static final class Squared extends RowLoss {
    @Override
    public double differentiate(float[] x, int at, int n, int answer, float max, float factor) {
      int classes = n;
      while (x[at + classes - 1] == NO_CLASS) {
        classes--;
      }
      double slope = 2.0 * factor / classes;
      double sum = 0;
      for (int j = 0; j < classes; j++) {
        double error = x[at + j] - (j == answer ? 1.0 : 0);
        sum += error * error;
        x[at + j] = (float) (slope * error);
      }
      Arrays.fill(x, at + classes, at + n, 0);
      return sum / classes;
    }
  }

  /**
   * Replaces x[at..], n logits, by their gradient times {@code factor}.
   *
   * @param n any number
   * @return the loss (nats, but for {@link Squared}); not a finite number if a logit is none
   */
  public double differentiate(float[] x, int at, int n, int answer, float factor) {
    int length = Vectors.padded(n);
    if (padded.length != length) {
      padded = new float[length];
      nothing = new float[length];
    }
    System.arraycopy(x, at, padded, 0, n);
    Arrays.fill(padded, n, length, NO_CLASS);
    double loss = differentiate(padded, 0, nothing, 0, length, answer, factor);
    System.arraycopy(padded, 0, x, at, n);
    return loss;
  }

  /**
   * Replaces x[at..] + more[from..], n logits of which the surplus is -1e30, by their gradient
   * times {@code factor}.
   *
   * @return the loss, likewise; NaN if a logit is
   */
  public double differentiate(
      float[] x, int at, float[] more, int from, int n, int answer, float factor) {
    float max = Vectors.addAndFindMax(x, at, more, from, n, lanes);
    correct = x[at + answer] == max && isFirst(x, at, answer, max);
    return differentiate(x, at, n, answer, max, factor);
  }

  public abstract double differentiate(
      float[] x, int at, int n, int answer, float max, float factor);

  /** Whether the last row's largest logit was its answer's, the first one counting among equals. */
  public boolean correct() {
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
