package io.grokgrid.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.grokgrid.base.Randomness;
import io.grokgrid.net.Layout;
import io.grokgrid.net.Models;
import io.grokgrid.step.Specs;
import io.grokgrid.step.TrainingSpec;
import io.grokgrid.step.TrainingSpec.GradientFilterKind;
import io.grokgrid.step.TrainingSpec.OptimizerKind;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GradientFilterTest {
  private static final int SIZE = 60;
  private static final Layout LAYOUT = Models.mlp().widths(3, 4).model().layoutOfPairs(5);

  private static Specs.Training ema(double alpha, double gain) {
    return Specs.training()
        .with("gradientFilter", GradientFilterKind.EMA)
        .with("filterAlpha", alpha)
        .with("filterGain", gain);
  }

  private static Specs.Training ma(int window, double gain) {
    return Specs.training()
        .with("gradientFilter", GradientFilterKind.MA)
        .with("filterWindow", window)
        .with("filterGain", gain);
  }

  private static float[] gradient(int t, double scale, int size) {
    Randomness random = Randomness.stream(1, "gradient " + t);
    float[] g = new float[size];
    for (int i = 0; i < g.length; i++) {
      g[i] = (float) (scale * random.nextGaussian());
    }
    return g;
  }

  /** The released code's gradfilter_ema, in float64. */
  @ParameterizedTest
  @CsvSource({"0.98, 2", "0.99, 5", "0, 1"})
  void addsTheExponentialAverage(double alpha, double gain) {
    GradientFilter filter = new GradientFilter(ema(alpha, gain).spec(), SIZE);
    double[] h = new double[SIZE];
    for (int t = 0; t < 500; t++) {
      float[] g = gradient(t, 1, SIZE);
      float[] found = new float[SIZE];
      filter.apply(g, found, t);
      for (int i = 0; i < SIZE; i++) {
        h[i] = t == 0 ? g[i] : alpha * h[i] + (1 - alpha) * g[i];
        assertThat((double) found[i]).isCloseTo(g[i] + gain * h[i], within(1e-5));
      }
    }
  }

  /**
   * The released code's gradfilter_ma (filter_type mean, with its warm-up), in float64: a queue, of
   * which the mean is added from the update on that fills it. The gradients fall by eight orders of
   * magnitude, as they do when a training set has been memorised, and the error with them.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 100})
  void addsTheMeanOfTheWindow(int window) {
    double gain = 5;
    GradientFilter filter = new GradientFilter(ma(window, gain).spec(), SIZE);
    Deque<float[]> queue = new ArrayDeque<>();
    for (int t = 0; t < 1000; t++) {
      double scale = Math.pow(10, -8 * t / 1000.0);
      float[] g = gradient(t, scale, SIZE);
      float[] found = new float[SIZE];
      queue.addLast(g.clone());
      if (queue.size() > window) {
        queue.removeFirst();
      }
      filter.apply(g, found, t);
      double largest = Math.pow(10, 8.0 * window / 1000) * scale * 4 * (1 + gain);
      for (int i = 0; i < SIZE; i++) {
        int at = i;
        double mean = queue.stream().mapToDouble(old -> old[at]).sum() / window;
        double expected = g[i] + (queue.size() == window ? gain * mean : 0);
        assertThat((double) found[i]).isCloseTo(expected, within(1e-6 * largest));
      }
    }
  }

  /** Of constant gradients both are them, once the window is full. */
  @Test
  void multipliesAConstantGradient() {
    float[] g = {1, -2, 0.5f};
    float[] found = new float[3];
    GradientFilter ema = new GradientFilter(ema(0.9, 2).spec(), 3);
    GradientFilter ma = new GradientFilter(ma(4, 5).spec(), 3);
    for (int t = 0; t < 9; t++) {
      ema.apply(g, found, t);
      assertThat(found).containsExactly(new float[] {3, -6, 1.5f}, within(1e-6f));
      ma.apply(g, found, t);
      float factor = t < 3 ? 1 : 6;
      assertThat(found)
          .containsExactly(new float[] {factor, -2 * factor, factor / 2}, within(1e-6f));
    }
  }

  /** Through SGD, whose update is the gradient: the filter comes before clipping. */
  @Test
  void isClippedAsFiltered() {
    TrainingSpec spec =
        ema(0.98, 2)
            .optimizer(OptimizerKind.SGD)
            .learningRate(1)
            .weightDecay(0)
            .warmup(0)
            .clip(6)
            .spec();
    float[] w = new float[LAYOUT.size()];
    float[] g = new float[LAYOUT.size()];
    g[0] = 3;
    g[1] = -4; // filtered (9, -12), of norm 15
    new Optimizer(spec, LAYOUT.tensors()).update(w, g, 0);
    assertThat((double) w[0]).isCloseTo(-9 * 6 / 15.0, within(1e-6));
    assertThat((double) w[1]).isCloseTo(12 * 6 / 15.0, within(1e-6));
    assertThat(g[0]).as("the gradient itself stays").isEqualTo(3);
  }

  /** A run that is cut anywhere in a window. */
  @ParameterizedTest
  @CsvSource({"EMA, 1", "MA, 5", "MA, 7", "MA, 8", "MA, 9", "MA, 20"})
  void goesOnBitForBitFromASavedState(GradientFilterKind kind, int cutAt) throws Exception {
    TrainingSpec spec = ma(4, 5).with("gradientFilter", kind).with("orthograd", true).spec();
    float[] start = gradient(-1, 1, LAYOUT.size());
    TrainingState whole = new TrainingState(spec, LAYOUT.tensors(), start.clone());
    TrainingState cut = new TrainingState(spec, LAYOUT.tensors(), start.clone());
    for (int t = 0; t < 24; t++) {
      float[] g = gradient(t, 1, start.length);
      cut = t == cutAt ? States.copy(cut, spec, LAYOUT) : cut;
      whole.update(g.clone());
      cut.update(g.clone());
    }
    assertThat(cut.parameters()).isEqualTo(whole.parameters());
    assertThat(whole.parameters()).isNotEqualTo(start);
  }

  /** What is not used has no place in a state, so that older ones have all that they need. */
  @Test
  void leavesStatesWithoutItAsTheyWere() {
    Optimizer optimizer = new Optimizer(Specs.training().spec(), LAYOUT.tensors());
    assertThat(optimizer.moments().get("filter")).isEmpty();
    assertThat(optimizer.moments().get("filter_sum")).isEmpty();
  }

  /** By Adam in float64 on a gradient that is filtered in float64, both written out. */
  @Test
  void goesBeforeAdam() {
    TrainingSpec spec =
        ema(0.98, 2).optimizer(OptimizerKind.ADAM).weightDecay(0.005).warmup(0).spec();
    Optimizer optimizer = new Optimizer(spec, LAYOUT.tensors());
    float[] found = gradient(-1, 1, LAYOUT.size());
    double[] w = new double[found.length];
    Arrays.setAll(w, i -> found[i]);
    double[] h = new double[w.length];
    double[] m = new double[w.length];
    double[] v = new double[w.length];
    for (int t = 0; t < 300; t++) {
      float[] g = gradient(t, 1, w.length);
      optimizer.update(found, g, t);
      for (int i = 0; i < w.length; i++) {
        h[i] = t == 0 ? g[i] : 0.98 * h[i] + 0.02 * g[i];
        double filtered = g[i] + 2 * h[i] + 0.005 * w[i];
        m[i] = 0.9 * m[i] + 0.1 * filtered;
        v[i] = 0.98 * v[i] + 0.02 * filtered * filtered;
        double corrected = m[i] / (1 - Math.pow(0.9, t + 1));
        w[i] -= 1e-3 * corrected / (Math.sqrt(v[i] / (1 - Math.pow(0.98, t + 1))) + 1e-8);
        assertThat((double) found[i]).isCloseTo(w[i], within(5e-6));
      }
    }
  }
}
