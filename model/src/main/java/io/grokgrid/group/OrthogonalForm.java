package io.grokgrid.group;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Young's orthogonal form of an irreducible representation of {@link Permutations}: a homomorphism
 * from a, then b, to the product of orthogonal matrices. Its basis is the standard tableaux of a
 * shape; s_i, which swaps the numbers i and i + 1, takes tableau T to T / r + sqrt(1 - 1 / r^2) (T
 * with both swapped), with r the content (column less row) of i + 1 less that of i (James and
 * Kerber 1981, chapter 3).
 */
final class OrthogonalForm {
  private final List<int[]> tableaux = new ArrayList<>(); // row of each number
  private final int dimension;
  private final double[][] matrices = new double[Permutations.ORDER][]; // (d, d) of each element

  /**
   * Of a shape.
   *
   * @param shape lengths of the rows of its diagram, none longer than the one above; they sum to 5
   */
  OrthogonalForm(Permutations group, int... shape) {
    add(new int[Permutations.THINGS], 0, new int[shape.length], shape);
    dimension = tableaux.size();
    double[][] generators = new double[Permutations.THINGS - 1][];
    Arrays.setAll(generators, this::generator);
    matrices[0] = new double[dimension * dimension];
    for (int row = 0; row < dimension; row++) {
      matrices[0][row * dimension + row] = 1;
    }
    for (int element = 1; element < matrices.length; element++) {
      int i = descent(group, element);
      double[] shorter = matrices[group.product(element, group.adjacent(i))];
      matrices[element] = product(shorter, generators[i]);
    }
  }

  /** All standard tableaux whose first {@code count} numbers lie in the rows given. */
  private void add(int[] rows, int count, int[] filled, int[] shape) {
    if (count == rows.length) {
      tableaux.add(rows.clone());
      return;
    }
    for (int row = 0; row < shape.length; row++) {
      if (filled[row] < shape[row] && (row == 0 || filled[row - 1] > filled[row])) {
        rows[count] = row;
        filled[row]++;
        add(rows, count + 1, filled, shape);
        filled[row]--;
      }
    }
  }

  /** A number's column less its row. */
  private static int content(int[] rows, int number) {
    int column = 0;
    for (int before = 0; before < number; before++) {
      column += rows[before] == rows[number] ? 1 : 0;
    }
    return column - rows[number];
  }

  private double[] generator(int i) {
    double[] matrix = new double[dimension * dimension];
    for (int from = 0; from < dimension; from++) {
      int[] rows = tableaux.get(from);
      double distance = content(rows, i + 1) - content(rows, i);
      matrix[from * dimension + from] = 1 / distance;
      if (Math.abs(distance) > 1) {
        matrix[from * dimension + swapped(rows, i)] = Math.sqrt(1 - 1 / (distance * distance));
      }
    }
    return matrix;
  }

  private int swapped(int[] rows, int i) {
    int[] others = rows.clone();
    others[i] = rows[i + 1];
    others[i + 1] = rows[i];
    int place = 0;
    while (!Arrays.equals(tableaux.get(place), others)) {
      place++;
    }
    return place;
  }

  /** An i for which the element, then s_i, comes before the element in lexicographic order. */
  private static int descent(Permutations group, int element) {
    int i = 0;
    while (group.product(element, group.adjacent(i)) > element) {
      i++;
    }
    return i;
  }

  private double[] product(double[] a, double[] b) {
    double[] product = new double[dimension * dimension];
    for (int row = 0; row < dimension; row++) {
      for (int k = 0; k < dimension; k++) {
        for (int column = 0; column < dimension; column++) {
          product[row * dimension + column] += a[row * dimension + k] * b[k * dimension + column];
        }
      }
    }
    return product;
  }

  /** d. */
  int dimension() {
    return dimension;
  }

  /** The matrix of an element, (d, d); nobody changes it. */
  double[] matrix(int element) {
    return matrices[element];
  }

  /** The trace of each element's matrix: (120). */
  double[] character() {
    double[] character = new double[matrices.length];
    for (int element = 0; element < matrices.length; element++) {
      for (int row = 0; row < dimension; row++) {
        character[element] += matrices[element][row * dimension + row];
      }
    }
    return character;
  }

  /**
   * The matrix elements as functions on the group, each of length 1; by Schur's relations they are
   * orthogonal to each other and to those of other representations.
   *
   * @return (d^2, 120)
   */
  double[] elements() {
    int order = matrices.length;
    double[] functions = new double[dimension * dimension * order];
    double scale = Math.sqrt((double) dimension / order);
    Arrays.setAll(functions, i -> scale * matrices[i % order][i / order]);
    return functions;
  }
}
