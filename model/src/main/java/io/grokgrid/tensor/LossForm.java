package io.grokgrid.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import io.grokgrid.math.RowLoss;
import java.util.function.Supplier;

/** How the loss of a row of logits is computed; see {@link RowLoss}. */
public enum LossForm {
  /** Cross entropy in ordinary float32 arithmetic, its underflow included. */
  FLOAT32(DataType.FLOAT32),
  /**
   * Cross entropy without cancellation: in float64 where the engine computes it, in float32 with
   * the wrong classes summed apart where {@link io.grokgrid.pair.PairKernel} does.
   */
  FLOAT64(DataType.FLOAT64),
  /** StableMax cross entropy, in float64. */
  STABLEMAX(DataType.FLOAT64),
  /** Mean squared error of one-hot targets over examples and classes, in float64. */
  MEAN_SQUARED_ERROR(DataType.FLOAT64);

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
    return backward(forward, answers, 1)[0];
  }

  /**
   * The mean losses of the rows' parts; differentiates their sum.
   *
   * @param forward makes logits (B, C), with gradients recorded
   * @param answers (B, 1)
   * @param parts how many equal parts the rows are, one behind the other
   */
  public double[] backward(Supplier<NDArray> forward, NDArray answers, int parts) {
    return isLogSoftmax()
        ? byAutograd(forward, answers, parts)
        : outsideOfAutograd(forward, answers, parts);
  }

  private boolean isLogSoftmax() {
    return this == FLOAT32 || this == FLOAT64;
  }

  private double[] byAutograd(Supplier<NDArray> forward, NDArray answers, int parts) {
    long rows = answers.size() / parts;
    NDArray minusMean =
        answers.getManager().create(-1.0 / rows).toType(type, false); // outlives backward
    NDArray losses =
        Autograd.record(
            () ->
                logProbabilities(forward.get(), answers)
                    .reshape(parts, rows)
                    .sum(new int[] {1})
                    .mul(minusMean)); // (parts)
    Autograd.backward(losses);
    return Numbers.doubles(losses.toType(DataType.FLOAT64, false));
  }

  /** The conversion to float64 would cut the engine's graph, so it is only seeded there. */
  private double[] outsideOfAutograd(Supplier<NDArray> forward, NDArray answers, int parts) {
    NDArray logits = Autograd.record(forward); // (B, C)
    float[] x = Numbers.floats(logits);
    int rows = (int) answers.size() / parts;
    double[] each = differentiate(x, Numbers.longs(answers), 1f / rows);
    double[] losses = new double[parts];
    for (int i = 0; i < each.length; i++) {
      losses[i / rows] += each[i] / rows;
    }
    NDArray gradient = answers.getManager().create(x, logits.getShape()); // (B, C)
    Autograd.backward(logits, gradient);
    return losses;
  }

  /**
   * The loss of every row.
   *
   * @param logits (B, C)
   * @param answers (B, 1)
   */
  public double[] losses(NDArray logits, NDArray answers) {
    return isLogSoftmax()
        ? Numbers.doubles(logProbabilities(logits, answers).neg().toType(DataType.FLOAT64, false))
        : differentiate(Numbers.floats(logits), Numbers.longs(answers), 1);
  }

  private NDArray logProbabilities(NDArray logits, NDArray answers) {
    return Autograd.logSoftmax(logits, type).gather(answers, 1); // (B, 1)
  }

  /** Replaces rows of logits by their gradients; their losses. */
  private double[] differentiate(float[] rows, long[] answers, float factor) {
    RowLoss loss = rowLoss();
    int classes = rows.length / answers.length;
    double[] losses = new double[answers.length];
    for (int i = 0; i < losses.length; i++) {
      losses[i] = loss.differentiate(rows, i * classes, classes, (int) answers[i], factor);
    }
    return losses;
  }

  /** Of single rows, on plain arrays. */
  public RowLoss rowLoss() {
    return switch (this) {
      case FLOAT32 -> new RowLoss.Ordinary();
      case FLOAT64 -> new RowLoss.Exact();
      case STABLEMAX -> new RowLoss.Stable();
      case MEAN_SQUARED_ERROR -> new RowLoss.Squared();
    };
  }
}
