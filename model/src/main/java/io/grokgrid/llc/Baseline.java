package io.grokgrid.llc;

import java.io.Serializable;

/**
 * What a chain starts from.
 *
 * @param loss L(w0), of all examples
 * @param gradientNorm |grad L(w0)|
 * @param lower what descent from w0 finds, at most the loss: at a minimum, the same
 * @param accuracy share of training examples that w0 answers rightly
 */
public record Baseline(double loss, double gradientNorm, double lower, double accuracy)
    implements Serializable {
  /** Gradients that descent may take: a small part of what chains take. */
  private static final int TRIES = 64;

  private static final double FASTER = 2;
  private static final double SLOWER = 0.25;

  /** Of w0, (d), which stays as it is. */
  public static Baseline of(Potential potential, double[] w0) {
    double[] gradient = new double[w0.length];
    double loss = potential.differentiate(w0, gradient);
    double gradientNorm = norm(gradient);
    double lower = descend(potential, w0.clone(), gradient, loss);
    return new Baseline(loss, gradientNorm, lower, potential.accuracy(w0));
  }

  private static double norm(double[] gradient) {
    double squares = 0;
    for (double each : gradient) {
      squares += each * each;
    }
    return Math.sqrt(squares);
  }

  /**
   * Plain gradient descent whose step doubles where the loss falls and shrinks where it does not.
   * The first step is the one that a loss which falls to 0 on a parabola would ask for.
   */
  private static double descend(Potential potential, double[] w, double[] gradient, double loss) {
    double[] next = new double[w.length];
    double[] nextGradient = new double[w.length];
    double lowest = loss;
    double step = 2 * Math.abs(loss) / Math.pow(norm(gradient), 2);
    for (int i = 0; i < TRIES && step > 0 && Double.isFinite(step); i++) {
      for (int j = 0; j < w.length; j++) {
        next[j] = w[j] - step * gradient[j];
      }
      double found = potential.differentiate(next, nextGradient);
      boolean falls = found < lowest;
      if (falls) {
        lowest = found;
        System.arraycopy(next, 0, w, 0, w.length);
        System.arraycopy(nextGradient, 0, gradient, 0, w.length);
      }
      step *= falls ? FASTER : SLOWER;
    }
    return lowest;
  }
}
