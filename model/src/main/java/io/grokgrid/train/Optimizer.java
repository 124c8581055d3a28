package io.grokgrid.train;

import java.io.Serializable;

/**
 * The update rules of torch.optim on flat arrays. Numbers are kept in float32, as there; each
 * update is computed in double and rounded once.
 */
public final class Optimizer implements Serializable {
  private static final long serialVersionUID = 1L;

  private final TrainingSpec spec;
  private final float[] first;
  private final float[] second;

  /** At rest: all moments zero. */
  public Optimizer(TrainingSpec spec, int size) {
    this.spec = spec;
    first = new float[size];
    second = new float[spec.optimizer() == TrainingSpec.OptimizerKind.SGD ? 0 : size];
  }

  /**
   * Update number {@code t} (from 0) in place.
   *
   * @param w parameters
   * @param g the loss's gradient at them, unclipped
   * @param norm of {@code g}
   */
  public void update(float[] w, float[] g, double norm, int t) {
    double rate = spec.learningRate() * warmup(t);
    double clip = clip(norm);
    switch (spec.optimizer()) {
      case ADAMW -> adam(w, g, clip, rate, 1 - rate * spec.weightDecay(), 0, t);
      case ADAM -> adam(w, g, clip, rate, 1, spec.weightDecay(), t);
      case SGD -> sgd(w, g, clip, rate);
    }
  }

  private double warmup(int t) {
    return spec.warmupSteps() == 0 ? 1 : Math.min((double) t / spec.warmupSteps(), 1);
  }

  /** As torch.nn.utils.clip_grad_norm_. */
  private double clip(double norm) {
    return spec.gradientClip() == 0 ? 1 : Math.min(1, spec.gradientClip() / (norm + 1e-6));
  }

  /**
   * Kingma and Ba 2015, algorithm 1, epsilon after the bias correction; AdamW with {@code shrink}
   * below 1 (Loshchilov and Hutter 2019, algorithm 2), Adam with the decay in the gradient.
   */
  private void adam(
      float[] w, float[] g, double clip, double rate, double shrink, double decay, int t) {
    double beta1 = spec.beta1();
    double beta2 = spec.beta2();
    double stepSize = rate / (1 - Math.pow(beta1, t + 1.0));
    double rootCorrection = Math.sqrt(1 - Math.pow(beta2, t + 1.0));
    double epsilon = spec.epsilon();
    for (int i = 0; i < w.length; i++) {
      double gradient = clip * g[i] + decay * w[i];
      double m = beta1 * first[i] + (1 - beta1) * gradient;
      double v = beta2 * second[i] + (1 - beta2) * gradient * gradient;
      first[i] = (float) m;
      second[i] = (float) v;
      w[i] = (float) (shrink * w[i] - stepSize * m / (Math.sqrt(v) / rootCorrection + epsilon));
    }
  }

  private void sgd(float[] w, float[] g, double clip, double rate) {
    for (int i = 0; i < w.length; i++) {
      double gradient = clip * g[i] + spec.weightDecay() * w[i];
      double velocity = spec.momentum() * first[i] + gradient;
      first[i] = (float) velocity;
      w[i] = (float) (w[i] - rate * velocity);
    }
  }
}
