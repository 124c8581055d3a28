package io.grokgrid.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import java.util.function.Supplier;

/** Products of matrices in {@code double[]}, row-major, made by the engine. */
public final class DoubleMatrices {
  private final NDManager manager;

  /**
   * @param manager that outlives this; gets nothing that stays
   */
  public DoubleMatrices(NDManager manager) {
    this.manager = manager;
  }

  /**
   * A B.
   *
   * @param a (m, k)
   * @param b (k, n)
   * @return (m, n)
   */
  public double[] product(double[] a, double[] b, int m, int k, int n) {
    return scoped(() -> array(a, m, k).matMul(array(b, k, n)));
  }

  /**
   * A^T B.
   *
   * @param a (k, m)
   * @param b (k, n)
   * @return (m, n)
   */
  public double[] transposedProduct(double[] a, double[] b, int m, int k, int n) {
    return scoped(() -> array(a, k, m).transpose().matMul(array(b, k, n)));
  }

  /**
   * A B^T.
   *
   * @param a (m, k)
   * @param b (n, k)
   * @return (m, n)
   */
  public double[] productWithTransposed(double[] a, double[] b, int m, int k, int n) {
    return scoped(() -> array(a, m, k).matMul(array(b, n, k).transpose()));
  }

  /**
   * A change of basis of both operands: with M the basis, for each column c, M x_c M^T.
   *
   * @param x (n, n, columns), over a, b and whatever is measured there
   * @param basis (n, n), a row a function
   * @return (n, n, columns), over the functions of a, those of b, and columns
   */
  public double[] onBothOperands(double[] x, double[] basis, int n, int columns) {
    return scoped(
        () -> {
          NDArray functions = array(basis, n, n);
          NDArray ofLeft =
              functions.matMul(manager.create(x, new Shape(n, x.length / n))); // (n, n columns)
          NDArray swapped = ofLeft.reshape(n, n, columns).swapAxes(0, 1).reshape(n, -1); // b, a
          return functions
              .matMul(swapped)
              .reshape(n, n, columns)
              .swapAxes(0, 1)
              .reshape(n, n, columns);
        });
  }

  private NDArray array(double[] numbers, int rows, int columns) {
    return manager.create(numbers, new Shape(rows, columns));
  }

  private static double[] scoped(Supplier<NDArray> computed) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      return Numbers.doubles(computed.get());
    }
  }
}
