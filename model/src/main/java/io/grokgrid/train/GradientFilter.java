package io.grokgrid.train;

import io.grokgrid.step.TrainingSpec;
import io.grokgrid.step.TrainingSpec.GradientFilterKind;
import java.util.Arrays;
import java.util.Map;

/**
 * Grokfast (Lee et al. 2024, arXiv 2405.20233): what changes slowly in the gradient g is added to
 * it once more. With gain lambda:
 *
 * <pre>
 *   ema:  h = alpha h + (1 - alpha) g, at first h = g        g + lambda h
 *   ma:   the mean m of the last w gradients, this one too   g + lambda m, from update w - 1 on
 * </pre>
 *
 * <p>The sum of a window is made of additions alone, so that what large gradients round leaves it
 * with them: a pass through the window adds up its gradients one by one, and of the pass before it
 * each place holds the sum from there on.
 */
final class GradientFilter {
  private final GradientFilterKind kind;
  private final float towards;
  private final float gain;
  private final int window;
  private final int size;
  private final float[] kept; // ema: h; ma: (window, size)
  private final float[] sum; // ma: of this pass

  /** That of so many parameters, before the first update. */
  GradientFilter(TrainingSpec spec, int size) {
    kind = spec.gradientFilter();
    towards = (float) (1 - spec.filterAlpha());
    gain = (float) spec.filterGain();
    window = spec.filterWindow();
    this.size = size;
    kept = new float[gradients(spec) * size];
    sum = new float[kind == GradientFilterKind.MA ? size : 0];
  }

  /** How many gradients it keeps, but for sums. */
  private static int gradients(TrainingSpec spec) {
    return switch (spec.gradientFilter()) {
      case NONE -> 0;
      case EMA -> 1;
      case MA -> spec.filterWindow();
    };
  }

  /** How many arrays as long as the parameters it takes, the filtered gradient's too. */
  static int arrays(TrainingSpec spec) {
    return switch (spec.gradientFilter()) {
      case NONE -> 0;
      case EMA -> 2;
      case MA -> 2 + spec.filterWindow();
    };
  }

  /** What it remembers, live; see {@link Optimizer#moments}. */
  Map<String, float[]> memory() {
    return Map.of("filter", kept, "filter_sum", sum);
  }

  boolean isOn() {
    return kind != GradientFilterKind.NONE;
  }

  /**
   * Filters the gradient of update number {@code t}.
   *
   * @param to receives what comes of g, and may be g
   */
  void apply(float[] g, float[] to, int t) {
    if (kind == GradientFilterKind.EMA) {
      average(g, to, t == 0 ? 1 : towards);
    } else if (kind == GradientFilterKind.MA) {
      slide(g, to, t);
    }
  }

  private void average(float[] g, float[] to, float share) {
    for (int i = 0; i < size; i++) {
      float h = kept[i] + share * (g[i] - kept[i]);
      kept[i] = h;
      to[i] = g[i] + gain * h;
    }
  }

  private void slide(float[] g, float[] to, int t) {
    int place = t % window;
    if (place == 0) {
      Arrays.fill(sum, 0);
      addUp();
    }
    int at = place * size;
    int older = place + 1 < window ? at + size : -1; // the rest of the pass before
    float factor = t + 1 >= window ? gain / window : 0;
    for (int i = 0; i < size; i++) {
      sum[i] += g[i];
      kept[at + i] = g[i];
      float all = older < 0 ? sum[i] : sum[i] + kept[older + i];
      to[i] = g[i] + factor * all;
    }
  }

  /** Each place takes in all that come behind it. */
  private void addUp() {
    for (int i = (window - 1) * size - 1; i >= 0; i--) {
      kept[i] += kept[i + size];
    }
  }
}
