package io.grokgrid.train;

import io.grokgrid.net.Layout;
import io.grokgrid.step.TrainingSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The update rules of torch.optim on flat arrays, whose numbers are float32, as there; and {@link
 * Muon} with AdamW for what it does not take. Before them the gradient may go through {@link
 * GradientFilter} and {@link OrthoGrad}, which keeps the norm that clipping is by.
 */
public final class Optimizer {
  /** Of the learning rate: 2.5e-4 against 1e-3 (Na00s/muon-grokking). */
  private static final double UNEMBEDDING_SHARE = 0.25;

  /**
   * What is updated alike: w[from..to), at a share of the learning rate.
   *
   * @param decay the weight decay of these
   */
  private record Span(int from, int to, double share, double decay) {
    boolean goesOn(Span last) {
      return from == last.to && share == last.share && decay == last.decay;
    }
  }

  private final TrainingSpec spec;
  private final float[] first; // of matrices under Muon, the momentum
  private final float[] second;
  private final Muon[] matrices;
  private final List<Span> spans; // of all but what Muon takes
  private final List<Layout.Tensor> tensors;
  private final GradientFilter filter;
  private final float[] changed; // the gradient, where it does not stay as it is

  /**
   * At rest: all moments zero.
   *
   * @param tensors that make up the parameters
   */
  public Optimizer(TrainingSpec spec, List<Layout.Tensor> tensors) {
    this.spec = spec;
    this.tensors = tensors;
    int size = tensors.stream().mapToInt(Layout.Tensor::size).sum();
    boolean isMuon = spec.optimizer() == TrainingSpec.OptimizerKind.MUON;
    matrices =
        tensors.stream()
            .filter(tensor -> isMuon && tensor.role().isHiddenMatrix())
            .map(Muon::of)
            .toArray(Muon[]::new);
    spans = spans(isMuon);
    filter = new GradientFilter(spec, size);
    changed = new float[filter.isOn() || spec.orthograd() ? size : 0];
    first = new float[size];
    second = new float[spec.optimizer() == TrainingSpec.OptimizerKind.SGD ? 0 : size];
  }

  private List<Span> spans(boolean isMuon) {
    List<Span> made = new ArrayList<>();
    for (Layout.Tensor tensor : tensors) {
      if (!isMuon || !tensor.role().isHiddenMatrix()) {
        Span span = span(tensor, isMuon);
        int end = made.size() - 1;
        if (end >= 0 && span.goesOn(made.get(end))) {
          span = new Span(made.remove(end).from(), span.to(), span.share(), span.decay());
        }
        made.add(span);
      }
    }
    return made;
  }

  private Span span(Layout.Tensor tensor, boolean isMuon) {
    boolean unembedding =
        tensor.role() == Layout.Role.UNEMBED || tensor.role() == Layout.Role.BIAS_UNEMBED;
    boolean decays = spec.decay() == TrainingSpec.Decay.ALL || tensor.isMatrix();
    return new Span(
        tensor.offset(),
        tensor.offset() + tensor.size(),
        isMuon && unembedding ? UNEMBEDDING_SHARE : 1,
        decays ? spec.weightDecay() : 0);
  }

  /** How many arrays as long as the parameters one keeps, at most. */
  public static int arrays(TrainingSpec spec) {
    int filtered = GradientFilter.arrays(spec);
    return 2 + (filtered == 0 && spec.orthograd() ? 1 : filtered);
  }

  /** What it remembers from update to update, live, by name; empty where it needs none. */
  Map<String, float[]> moments() {
    Map<String, float[]> moments = new HashMap<>(filter.memory());
    moments.put("first", first);
    moments.put("second", second);
    return moments;
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
    float[] gradient = changed(w, g, t);
    double clip = clip(gradient);
    for (Muon matrix : matrices) {
      matrix.update(spec, w, gradient, first, clip, warmup);
    }
    for (Span span : spans) {
      update(w, gradient, span, clip, rate * span.share(), t);
    }
  }

  private void update(float[] w, float[] g, Span span, double clip, double rate, int t) {
    switch (spec.optimizer()) {
      case ADAMW, MUON -> adam(w, g, span, clip, rate, rate * span.decay(), 0, t);
      case ADAM -> adam(w, g, span, clip, rate, 0, span.decay(), t);
      case SGD -> sgd(w, g, span, clip, rate);
    }
  }

  /** The gradient that is followed: g filtered, then without what is along the weights. */
  private float[] changed(float[] w, float[] g, int t) {
    if (changed.length == 0) {
      return g;
    }
    if (filter.isOn()) {
      filter.apply(g, changed, t);
    } else {
      System.arraycopy(g, 0, changed, 0, g.length);
    }
    if (spec.orthograd()) {
      OrthoGrad.project(w, changed, tensors);
    }
    return changed;
  }

  private double warmup(int t) {
    if (spec.warmupSteps() == 0) {
      return 1;
    }
    double made = spec.warmup() == TrainingSpec.Warmup.FROM_FIRST ? t + 1.0 : t;
    return Math.min(made / spec.warmupSteps(), 1);
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
      Span span,
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
    int to = span.to();
    for (int i = span.from(); i < to; i++) {
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
  private void sgd(float[] w, float[] g, Span span, double clip, double rate) {
    for (int i = span.from(); i < span.to(); i++) {
      double gradient = clip * g[i] + span.decay() * w[i];
      double velocity = spec.momentum() * first[i] + gradient;
      first[i] = (float) velocity;
      w[i] = (float) (w[i] - rate * velocity);
    }
  }
}
