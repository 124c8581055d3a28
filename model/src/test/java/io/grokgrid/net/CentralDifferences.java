package io.grokgrid.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import io.grokgrid.tensor.Autograd;
import java.util.Arrays;
import java.util.function.UnaryOperator;

/** The gradient of a function of flat parameters by autograd and by differences, in float64. */
final class CentralDifferences {
  private static final double STEP = 2e-6;

  private final NDManager manager;
  private final UnaryOperator<NDArray> logits;

  /**
   * @param logits of flat parameters: (.., C); the same for the same parameters
   */
  CentralDifferences(NDManager manager, UnaryOperator<NDArray> logits) {
    this.manager = manager;
    this.logits = logits;
  }

  /** Every parameter's derivative of {@link #loss} agrees. */
  void agree(Layout layout, double[] parameters) {
    double[] gradient = gradient(parameters);
    double largest = Arrays.stream(gradient).map(Math::abs).max().orElseThrow();
    assertThat(largest).isPositive();
    for (int i = 0; i < parameters.length; i++) {
      double kept = parameters[i];
      parameters[i] = kept + STEP;
      double above = loss(parameters);
      parameters[i] = kept - STEP;
      double below = loss(parameters);
      parameters[i] = kept;
      assertThat(gradient[i])
          .as("parameter %d of %s", i, layout)
          .isCloseTo((above - below) / (2 * STEP), within(1e-7 * Math.max(1, largest)));
    }
  }

  /** By autograd, with a collection before backward. */
  double[] gradient(double[] parameters) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDArray leaf = manager.create(parameters);
      leaf.setRequiresGradient(true);
      NDArray loss = Autograd.record(() -> loss(leaf));
      System.gc();
      byte[][] reuse = new byte[64][1 << 16];
      assertThat(reuse).hasDimensions(64, 1 << 16);
      Autograd.backward(loss);
      return leaf.getGradient().toDoubleArray();
    }
  }

  private double loss(double[] parameters) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      return loss(manager.create(parameters)).getDouble();
    }
  }

  /** Minus the sum of the log-probabilities of class 1. */
  private NDArray loss(NDArray parameters) {
    return Autograd.logSoftmax(logits.apply(parameters), DataType.FLOAT64)
        .get("..., 1")
        .sum()
        .neg();
  }
}
