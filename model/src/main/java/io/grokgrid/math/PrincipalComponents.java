package io.grokgrid.math;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.SingularValueDecomposition_F64;

/**
 * The principal components of m rows of d numbers each, by the singular value decomposition of the
 * rows less their mean. There are min(m, d) of them, in order of their share. The sign of each is
 * the decomposition's.
 */
public final class PrincipalComponents {
  private final int rows;
  private final int width;
  private final double[] mean; // (d)
  private final double[] singularValues; // descending
  private final double[][] scores; // a component, a row: U S
  private final double[][] directions; // a component, (d): V^T

  /**
   * @param x (m, d)
   */
  public PrincipalComponents(double[] x, int m, int d) {
    rows = m;
    width = d;
    mean = new double[d];
    for (int i = 0; i < m * d; i++) {
      mean[i % d] += x[i] / m;
    }
    double[] centred = new double[m * d];
    Arrays.setAll(centred, i -> x[i] - mean[i % d]);
    SingularValueDecomposition_F64<DMatrixRMaj> svd = decompose(centred, m, d, true);
    double[] values = svd.getSingularValues();
    int[] order = descending(values, svd.numberOfSingularValues());
    DMatrixRMaj u = svd.getU(null, false);
    DMatrixRMaj v = svd.getV(null, true);
    singularValues = Arrays.stream(order).mapToDouble(i -> values[i]).toArray();
    scores = new double[order.length][m];
    directions = new double[order.length][d];
    for (int i = 0; i < order.length; i++) {
      int from = order[i];
      Arrays.setAll(scores[i], row -> u.get(row, from) * values[from]);
      Arrays.setAll(directions[i], column -> v.get(from, column));
    }
  }

  /**
   * Singular values of a matrix as it is, not centred, descending.
   *
   * @param x (m, d)
   */
  public static double[] singularValues(double[] x, int m, int d) {
    SingularValueDecomposition_F64<DMatrixRMaj> svd = decompose(x.clone(), m, d, false);
    double[] values = svd.getSingularValues();
    return Arrays.stream(descending(values, svd.numberOfSingularValues()))
        .mapToDouble(i -> values[i])
        .toArray();
  }

  private static SingularValueDecomposition_F64<DMatrixRMaj> decompose(
      double[] x, int m, int d, boolean vectors) {
    SingularValueDecomposition_F64<DMatrixRMaj> svd =
        DecompositionFactory_DDRM.svd(m, d, vectors, vectors, true);
    if (!svd.decompose(DMatrixRMaj.wrap(m, d, x))) {
      throw new ArithmeticException("the singular value decomposition did not converge");
    }
    return svd;
  }

  private static int[] descending(double[] values, int n) {
    return IntStream.range(0, n)
        .boxed()
        .sorted((i, j) -> Double.compare(values[j], values[i]))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** How many components there are. */
  public int size() {
    return singularValues.length;
  }

  /** The share of the rows' variance that a component has, from 0; NaN where there is none. */
  public double share(int component) {
    double all = Arrays.stream(singularValues).map(value -> value * value).sum();
    return singularValues[component] * singularValues[component] / all;
  }

  /** What each row has of a component: (m). */
  public double[] scores(int component) {
    return scores[component].clone();
  }

  /**
   * The rows as they are when no more than some components is left of their differences.
   *
   * @return (m, d)
   */
  public double[] keeping(int... components) {
    double[] kept = new double[rows * width];
    for (int i = 0; i < kept.length; i++) {
      kept[i] = mean[i % width];
      for (int component : components) {
        kept[i] += scores[component][i / width] * directions[component][i % width];
      }
    }
    return kept;
  }
}
