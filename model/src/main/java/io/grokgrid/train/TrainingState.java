package io.grokgrid.train;

import io.grokgrid.net.Layout;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a run needs to go on from a step bit for bit: {@link Trainer} moves it forward,
 * Java serialization carries it across a restart. Random numbers are functions of (seed, step) and
 * need no place here.
 */
public final class TrainingState implements Serializable {
  private static final long serialVersionUID = 1L;

  private final float[] parameters;
  private final Optimizer optimizer;
  private final ArrayList<Metrics> metrics = new ArrayList<>();
  private final ArrayList<AttentionMean> attention = new ArrayList<>();
  private final ArrayList<Measurement> measurements = new ArrayList<>();
  private int step;
  private double gradientNorm;

  /** Of the last update, until its norm is asked for. */
  private transient float @Nullable [] gradient;

  private double seconds;

  /**
   * The state before the first update.
   *
   * @param tensors that make up the parameters
   * @param parameters the initial network, flat; taken over
   */
  public TrainingState(TrainingSpec spec, List<Layout.Tensor> tensors, float[] parameters) {
    this.parameters = parameters;
    optimizer = new Optimizer(spec, tensors);
  }

  /** The network, flat; live. */
  public float[] parameters() {
    return parameters;
  }

  /** Updates made so far. */
  public int step() {
    return step;
  }

  /** Training time so far, over all attempts. */
  public double seconds() {
    return seconds;
  }

  public List<Metrics> metrics() {
    return metrics;
  }

  public List<AttentionMean> attention() {
    return attention;
  }

  public List<Measurement> measurements() {
    return measurements;
  }

  /** Norm of the gradient of the last update, before clipping; none before the first. */
  @Nullable Double gradientNorm() {
    if (gradient != null) {
      gradientNorm = norm(gradient);
      gradient = null;
    }
    return step == 0 ? null : gradientNorm;
  }

  /** Counts training time. */
  void spend(double more) {
    seconds += more;
  }

  /**
   * One update.
   *
   * @param gradient at these parameters; must stay as it is until the next update
   */
  void update(float[] gradient) {
    this.gradient = gradient;
    optimizer.update(parameters, gradient, step);
    step++;
  }

  private void writeObject(ObjectOutputStream out) throws IOException {
    gradientNorm();
    out.defaultWriteObject();
  }

  /** Root of the sum of squares. */
  static double norm(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return Math.sqrt(sum);
  }
}
