package io.grokgrid.train;

import io.grokgrid.net.Layout;
import io.grokgrid.step.TrainingSpec;
import java.util.List;
import java.util.Map;

/**
 * The update rules of torch.optim on flat arrays, whose numbers are float32, as there; and {@link
 * Muon} with AdamW for what it does not take.
 */
public final class Optimizer {
  /** Of the learning rate: 2.5e-4 against 1e-3 (Na00s/muon-grokking). */
  private static final double UNEMBEDDING_SHARE = 0.25;

  /** What AdamW updates beside Muon: w[from..to) at a share of the learning rate. */
  private record Rest(int from, int to, double share) {
    static Rest of(Layout.Tensor tensor) {
      boolean unembedding =
          tensor.role() == Layout.Role.UNEMBED || tensor.role() == Layout.Role.BIAS_UNEMBED;
      int from = tensor.offset();
      return new Rest(from, from + tensor.size(), unembedding ? UNEMBEDDING_SHARE : 1);
    }
  }

  private final TrainingSpec spec;
  private final float[] first; // of matrices under Muon, the momentum
  private final float[] second;
  private final Muon[] matrices;
  private final Rest[] rest;

  /**
   * At rest: all moments zero.
   *
   * @param tensors that make up the parameters
   */
  public Optimizer(TrainingSpec spec, List<Layout.Tensor> tensors) {
    this.spec = spec;
    int size = tensors.stream().mapToInt(Layout.Tensor::size).sum();
    matrices =
        tensors.stream()
            .filter(tensor -> tensor.role().isHiddenMatrix())
            .map(Muon::of)
            .toArray(Muon[]::new);
    rest =
        tensors.stream()
            .filter(tensor -> !tensor.role().isHiddenMatrix())
            .map(Rest::of)
            .toArray(Rest[]::new);
    first = new float[size];
    second = new float[spec.optimizer() == TrainingSpec.OptimizerKind.SGD ? 0 : size];
  }

  /** What it remembers from update to update, live, by name; empty where it needs none. */
  Map<String, float[]> moments() {
    return Map.of("first", first, "second", second);
  }

  /**
   * Update number {@code t} (from 0) in place.
   *
   * @param w parameters
   * @param g the loss's gradient at them, unclipped
   */
  public void update(float[] w, float[] g, int t) {
    double warmup = warmup(t);
    double rate = spec.learningRate() * warmup;
    double clip = clip(g);
    switch (spec.optimizer()) {
      case ADAMW -> adamW(w, g, 0, w.length, clip, rate, t);
      case ADAM -> adam(w, g, 0, w.length, clip, rate, 0, spec.weightDecay(), t);
      case SGD -> sgd(w, g, clip, rate);
      case MUON -> {
        for (Muon matrix : matrices) {
          matrix.update(spec, w, g, first, clip, warmup);
        }
        for (Rest each : rest) {
          adamW(w, g, each.from(), each.to(), clip, rate * each.share(), t);
        }
      }
    }
  }

  private void adamW(float[] w, float[] g, int from, int to, double clip, double rate, int t) {
    adam(w, g, from, to, clip, rate, rate * spec.weightDecay(), 0, t);
  }

  private double warmup(int t) {
    return spec.warmupSteps() == 0 ? 1 : Math.min((double) t / spec.warmupSteps(), 1);
  }

  /** As torch.nn.utils.clip_grad_norm_. */
  private double clip(float[] g) {
    return spec.gradientClip() == 0
        ? 1
        : Math.min(1, spec.gradientClip() / (TrainingState.norm(g) + 1e-6));
  }

  /**
   * Kingma and Ba 2015, algorithm 1, epsilon after the bias correction; AdamW with {@code shrink}
   * (Loshchilov and Hutter 2019, algorithm 2), Adam with the decay in the gradient.
   *
   * <p>In float32, so that it is a loop of vector instructions, and so arranged that each rounded
   * constant multiplies a difference or a small term: moments approach what they average whatever 1
   * - beta is rounded to, and w is rounded once.
   */
  private void adam(
      float[] w,
      float[] g,
      int from,
      int to,
      double clip,
      double rate,
      double shrink,
      double decay,
      int t) {
    float scale = (float) clip;
    float pull = (float) decay;
    float toFirst = (float) (1 - spec.beta1());
    float toSecond = (float) (1 - spec.beta2());
    float stepSize = (float) (rate / (1 - Math.pow(spec.beta1(), t + 1.0)));
    float inverseRoot = (float) (1 / Math.sqrt(1 - Math.pow(spec.beta2(), t + 1.0)));
    float epsilon = (float) spec.epsilon();
    float less = (float) shrink;
    float[] first = this.first;
    float[] second = this.second;
    for (int i = from; i < to; i++) {
      float gradient = scale * g[i] + pull * w[i];
      float m = first[i] + toFirst * (gradient - first[i]);
      float v = second[i] + toSecond * (gradient * gradient - second[i]);
      first[i] = m;
      second[i] = v;
      float root = (float) Math.sqrt(v) * inverseRoot + epsilon;
      w[i] -= less * w[i] + stepSize * m / root;
    }
  }

  /** Computed in double and rounded once. */
  private void sgd(float[] w, float[] g, double clip, double rate) {
    for (int i = 0; i < w.length; i++) {
      double gradient = clip * g[i] + spec.weightDecay() * w[i];
      double velocity = spec.momentum() * first[i] + gradient;
      first[i] = (float) velocity;
      w[i] = (float) (w[i] - rate * velocity);
    }
  }
}
