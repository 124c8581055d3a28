package io.grokgrid.group;

import io.grokgrid.tensor.DoubleMatrices;

/** Functions on a group and how much of them a representation's matrix elements explain. */
final class Functions {
  private final DoubleMatrices matrices;
  private final double[] values; // (n, columns)
  private final int order;
  private final double squares;

  private Functions(DoubleMatrices matrices, double[] values, int order, double squares) {
    this.matrices = matrices;
    this.values = values;
    this.order = order;
    this.squares = squares;
  }

  /**
   * As they are, not centred.
   *
   * @param values (n, columns), a column a function
   */
  static Functions of(DoubleMatrices matrices, double[] values, int order) {
    double squares = 0;
    for (double value : values) {
      squares += value * value;
    }
    return new Functions(matrices, values, order, squares);
  }

  /**
   * As they are, not centred.
   *
   * @param rows (functions, n), a row a function
   */
  static Functions ofRows(DoubleMatrices matrices, double[] rows, int order) {
    int columns = rows.length / order;
    double[] values = new double[rows.length];
    for (int i = 0; i < rows.length; i++) {
      values[i % order * columns + i / order] = rows[i];
    }
    return of(matrices, values, order);
  }

  /**
   * What functions of pairs, centred over these, have that depends on one element alone, such as
   * the left operand or the answer.
   *
   * @param hidden (n^2, columns), a column a function
   * @param elements (n^2), that element of each pair; each comes n times
   */
  static Functions ofPairs(DoubleMatrices matrices, double[] hidden, int[] elements, int order) {
    int columns = hidden.length / elements.length;
    double[] means = means(hidden, columns);
    double[] values = new double[order * columns];
    double squares = 0;
    double unit = Math.sqrt(order); // length of a function of pairs that is 1 where the element is
    for (int pair = 0; pair < elements.length; pair++) {
      for (int column = 0; column < columns; column++) {
        double x = hidden[pair * columns + column] - means[column];
        values[elements[pair] * columns + column] += x / unit;
        squares += x * x;
      }
    }
    return new Functions(matrices, values, order, squares);
  }

  private static double[] means(double[] rows, int columns) {
    int count = rows.length / columns;
    double[] means = new double[columns];
    for (int row = 0; row < count; row++) {
      for (int column = 0; column < columns; column++) {
        means[column] += rows[row * columns + column] / count;
      }
    }
    return means;
  }

  /**
   * The share of all squares that lies in the span of the matrix elements: of functions drawn at
   * random, d^2 / n in the mean. NaN if all are 0.
   */
  double share(Irreducible of) {
    double[] elements = of.elements();
    int rows = elements.length / order;
    double[] products = matrices.product(elements, values, rows, order, values.length / order);
    double sum = 0;
    for (double product : products) {
      sum += product * product;
    }
    return sum / squares;
  }
}
