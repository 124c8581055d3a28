package io.grokgrid.analysis;

import io.grokgrid.math.PrincipalComponents;
import io.grokgrid.math.Statistics;
import io.grokgrid.net.Layout;
import java.util.Arrays;
import java.util.Optional;

/**
 * How large weights are and how many directions they use: {@code sum_squared} of all parameters and
 * its root {@code norm}, {@code norm.TENSOR} of each tensor (Frobenius), and of each matrix {@code
 * effective_rank.TENSOR}, the exponential of its singular values' entropy (Roy and Vetterli 2007),
 * and the largest of these, {@code singular_value.TENSOR.i}, i from 1.
 *
 * <p>The matrices of all heads are one map, as the layer computes it: W_Q, W_K, W_V (D, H K) and
 * W_O (H K, D). {@code W_L} is W_out W_U, (F, n), where logits are linear in the last hidden layer.
 * What is not finite has neither rank nor singular values: NaN.
 */
public final class WeightNorms implements Analysis {
  private final int singularValues;

  /** Of each matrix its first six singular values. */
  public WeightNorms() {
    this(6);
  }

  /**
   * @param singularValues how many of each matrix, if it has as many; 0: no effective rank either
   */
  public WeightNorms(int singularValues) {
    this.singularValues = singularValues;
  }

  @Override
  public String name() {
    return "weights";
  }

  @Override
  public boolean isOfWeightsAlone() {
    return true;
  }

  @Override
  public Optional<String> idle(Subject subject) {
    return Optional.empty();
  }

  @Override
  public void measure(Subject subject, Findings found) {
    double all = 0;
    for (float parameter : subject.trained()) {
      all += (double) parameter * parameter;
    }
    found.add("sum_squared", all);
    found.add("norm", Math.sqrt(all));
    for (Layout.Tensor tensor : subject.layout().tensors()) {
      double[] numbers = subject.tensor(tensor.name());
      found.add("norm." + tensor.name(), norm(numbers));
      if (tensor.shape().dimension() > 1) {
        int rows = tensor.role() == Layout.Role.ATTENTION ? tensor.inputs() : rows(tensor);
        addRank(found, tensor.name(), asOneMap(numbers, tensor), rows);
      }
    }
    if (subject.isOfPairs() && subject.isReadLinearly()) {
      addRank(found, "W_L", subject.readout(), subject.hiddenWidth());
    }
  }

  private static double norm(double[] numbers) {
    return Math.sqrt(Arrays.stream(numbers).map(x -> x * x).sum());
  }

  private static int rows(Layout.Tensor tensor) {
    return (int) tensor.shape().get(0);
  }

  /** Heads side by side, (H, D, K) as (D, H K); below each other, (H, K, D), they lie already. */
  private static double[] asOneMap(double[] numbers, Layout.Tensor tensor) {
    if (tensor.shape().dimension() < 3 || tensor.shape().get(1) != tensor.inputs()) {
      return numbers;
    }
    int inputs = tensor.inputs();
    int width = (int) tensor.shape().get(2);
    double[] side = new double[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      int head = i / (inputs * width);
      int row = i / width % inputs;
      side[row * tensor.outputs() + head * width + i % width] = numbers[i];
    }
    return side;
  }

  private void addRank(Findings found, String name, double[] matrix, int rows) {
    if (singularValues == 0) {
      return;
    }
    double[] values = singularValues(matrix, rows, matrix.length / rows);
    found.add("effective_rank." + name, Statistics.effectiveRank(values));
    for (int i = 0; i < Math.min(singularValues, values.length); i++) {
      found.add("singular_value." + name + "." + (i + 1), values[i]);
    }
  }

  private static double[] singularValues(double[] matrix, int rows, int columns) {
    if (Arrays.stream(matrix).allMatch(Double::isFinite)) {
      return PrincipalComponents.singularValues(matrix, rows, columns);
    }
    double[] none = new double[Math.min(rows, columns)];
    Arrays.fill(none, Double.NaN);
    return none;
  }
}
