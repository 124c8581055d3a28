package io.grokgrid.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.grokgrid.base.Randomness;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Products against double arithmetic, inside arrays whose other numbers must stay as they are. */
class ProductsTest {
  private static final int MARGIN = 3;

  /** Rows, inner and columns: none, one and more than one whole tile in each direction. */
  static List<int[]> shapes() {
    List<int[]> shapes = new ArrayList<>();
    for (int m : new int[] {1, 2, 3, 4, 5, 11}) {
      for (int k : new int[] {1, 5, 16, 48}) {
        for (int n : new int[] {1, 2, 3, 4, 7, 16, 32, 48, 80}) {
          shapes.add(new int[] {m, k, n});
        }
      }
    }
    return shapes;
  }

  /** A matrix of random numbers in an array, with something else around and between its rows. */
  private static final class Matrix {
    final float[] values;
    final int row;
    final int column;

    Matrix(String name, int rows, int columns, boolean byColumns) {
      row = byColumns ? 1 : columns + MARGIN;
      column = byColumns ? rows + MARGIN : 1;
      values = new float[MARGIN + (byColumns ? columns * column : rows * row)];
      Randomness random = Randomness.stream(1, name);
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextGaussian();
      }
    }

    double at(int i, int j) {
      return values[MARGIN + i * row + j * column];
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void multiplies(int[] shape) {
    int m = shape[0];
    int k = shape[1];
    int n = Vectors.padded(shape[2]);
    Matrix b = new Matrix("b", k, n, false);
    for (boolean byColumns : new boolean[] {false, true}) {
      for (boolean adds : new boolean[] {false, true}) {
        Matrix a = new Matrix("a", m, k, byColumns);
        Matrix c = new Matrix("c", m, n, false);
        double[] expected = expected(a, b, c, m, k, n, adds, false);
        new Products()
            .multiply(
                a.values, MARGIN, a.row, a.column, b.values, MARGIN, b.row, c.values, MARGIN, c.row,
                m, k, n, adds);
        assertSame(c.values, expected);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void multipliesByTransposed(int[] shape) {
    int m = shape[0];
    int k = Vectors.padded(shape[1]);
    int n = shape[2];
    Matrix a = new Matrix("a", m, k, false);
    Matrix b = new Matrix("b", n, k, false);
    for (boolean adds : new boolean[] {false, true}) {
      Matrix c = new Matrix("c", m, Vectors.padded(n), false);
      double[] expected = expected(a, b, c, m, k, n, adds, true);
      for (int i = 0; i < m && !adds; i++) {
        int row = MARGIN + i * c.row;
        Arrays.fill(expected, row + n, row + Vectors.padded(n), 0);
      }
      new Products()
          .multiplyByTransposed(
              a.values, MARGIN, a.row, b.values, MARGIN, b.row, c.values, MARGIN, c.row, m, k, n,
              adds);
      assertSame(c.values, expected);
    }
  }

  /** All of C's array. */
  private static double[] expected(
      Matrix a, Matrix b, Matrix c, int m, int k, int n, boolean adds, boolean transposed) {
    double[] expected = new double[c.values.length];
    Arrays.setAll(expected, i -> c.values[i]);
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        double sum = adds ? c.at(i, j) : 0;
        for (int l = 0; l < k; l++) {
          sum += a.at(i, l) * (transposed ? b.at(j, l) : b.at(l, j));
        }
        expected[MARGIN + i * c.row + j] = sum;
      }
    }
    return expected;
  }

  private static void assertSame(float[] found, double[] expected) {
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) found[i]).as("number %d", i).isCloseTo(expected[i], within(1e-5));
    }
  }
}
