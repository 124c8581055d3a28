package io.grokgrid.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import io.grokgrid.math.CrossEntropy;
import java.util.function.Supplier;

/** How the loss of a row of logits is computed; see {@link CrossEntropy}. */
public enum LossForm {
  /** Cross entropy in ordinary float32 arithmetic, its underflow included. */
  FLOAT32(DataType.FLOAT32),
  /**
   * Cross entropy without cancellation: in float64 where the engine computes it, in float32 with
   * the wrong classes summed apart where {@link io.grokgrid.pair.PairKernel} does.
   */
  FLOAT64(DataType.FLOAT64),
  /** StableMax cross entropy, in float64. */
  STABLEMAX(DataType.FLOAT64);

  private final DataType type;

  LossForm(DataType type) {
    this.type = type;
  }

  /**
   * Mean loss; differentiates it with respect to every leaf that asks for a gradient.
   *
   * @param forward makes logits (B, C), with gradients recorded
   * @param answers (B, 1)
   */
  public double backward(Supplier<NDArray> forward, NDArray answers) {
    return this == STABLEMAX ? outsideOfAutograd(forward, answers) : byAutograd(forward, answers);
  }

  private double byAutograd(Supplier<NDArray> forward, NDArray answers) {
    NDArray minusMean =
        answers.getManager().create(-1.0 / answers.size()).toType(type, false); // outlives backward
    NDArray loss =
        Autograd.record(() -> logProbabilities(forward.get(), answers).sum().mul(minusMean));
    Autograd.backward(loss);
    return type == DataType.FLOAT64 ? loss.getDouble() : loss.getFloat();
  }

  /** The conversion to float64 would cut the engine's graph, so it is only seeded there. */
  private double outsideOfAutograd(Supplier<NDArray> forward, NDArray answers) {
    NDArray logits = Autograd.record(forward); // (B, C)
    float[] x = logits.toFloatArray();
    double sum = 0;
    for (double loss : differentiate(x, answers.toLongArray(), 1f / answers.size())) {
      sum += loss;
    }
    NDArray gradient = answers.getManager().create(x, logits.getShape()); // (B, C)
    Autograd.backward(logits, gradient);
    return sum / answers.size();
  }

  /**
   * The loss of every row, in nats.
   *
   * @param logits (B, C)
   * @param answers (B, 1)
   */
  public double[] losses(NDArray logits, NDArray answers) {
    return this == STABLEMAX
        ? differentiate(logits.toFloatArray(), answers.toLongArray(), 1)
        : logProbabilities(logits, answers).neg().toType(DataType.FLOAT64, false).toDoubleArray();
  }

  private NDArray logProbabilities(NDArray logits, NDArray answers) {
    return Autograd.logSoftmax(logits, type).gather(answers, 1); // (B, 1)
  }

  /** Replaces rows of logits by their gradients; their losses. */
  private double[] differentiate(float[] rows, long[] answers, float factor) {
    CrossEntropy loss = crossEntropy();
    int classes = rows.length / answers.length;
    double[] losses = new double[answers.length];
    for (int i = 0; i < losses.length; i++) {
      losses[i] = loss.differentiate(rows, i * classes, classes, (int) answers[i], factor);
    }
    return losses;
  }

  /** Of single rows, on plain arrays. */
  public CrossEntropy crossEntropy() {
    return switch (this) {
      case FLOAT32 -> new CrossEntropy.Ordinary();
      case FLOAT64 -> new CrossEntropy.Exact();
      case STABLEMAX -> new CrossEntropy.Stable();
    };
  }
}
