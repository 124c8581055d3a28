package io.grokgrid.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.grokgrid.task.PermutationOperation;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OrthogonalFormTest {
  private static final int ORDER = Permutations.ORDER;
  private static final Offset<Double> EXACT = within(1e-12);
  private static final Permutations GROUP = new Permutations();

  private static OrthogonalForm form(String shape) {
    int[] rows = Arrays.stream(shape.split(" ")).mapToInt(Integer::parseInt).toArray();
    return new OrthogonalForm(GROUP, rows);
  }

  /** Against the task's own table, whose product is a, then b. */
  @ParameterizedTest
  @ValueSource(strings = {"5", "4 1", "3 2", "3 1 1", "2 2 1", "2 1 1 1", "1 1 1 1 1"})
  void takesEveryProductOfTheTableToTheProductOfMatrices(String shape) {
    OrthogonalForm form = form(shape);
    int[] table = PermutationOperation.COMPOSE.table();
    for (int pair = 0; pair < table.length; pair++) {
      double[] left = form.matrix(pair / ORDER);
      double[] right = form.matrix(pair % ORDER);
      assertThat(distance(product(left, right, form.dimension()), form.matrix(table[pair])))
          .isLessThan(1e-12);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "4 1", "3 2", "3 1 1", "2 2 1", "2 1 1 1", "1 1 1 1 1"})
  void matricesAreOrthogonal(String shape) {
    OrthogonalForm form = form(shape);
    int d = form.dimension();
    for (int element = 0; element < ORDER; element++) {
      double[] matrix = form.matrix(element);
      double[] transposed = new double[d * d];
      Arrays.setAll(transposed, i -> matrix[i % d * d + i / d]);
      assertThat(distance(product(matrix, transposed, d), form.matrix(0))).isLessThan(1e-12);
      assertThat(distance(transposed, form.matrix(GROUP.inverse(element)))).isLessThan(1e-12);
    }
  }

  /** The character table by class: 1, (12), (12)(34), (123), (123)(45), (1234), (12345). */
  @ParameterizedTest
  @CsvSource({
    "5,         1,  1,  1,  1,  1,  1,  1",
    "4 1,       4,  2,  0,  1, -1,  0, -1",
    "3 2,       5,  1,  1, -1,  1, -1,  0",
    "3 1 1,     6,  0, -2,  0,  0,  0,  1",
    "2 2 1,     5, -1,  1, -1, -1,  1,  0",
    "2 1 1 1,   4, -2,  0,  1,  1,  0, -1",
    "1 1 1 1 1, 1, -1,  1,  1, -1, -1,  1"
  })
  void charactersAreThoseOfTheTable(
      String shape, int one, int two, int twoTwo, int three, int threeTwo, int four, int five) {
    double[] character = form(shape).character();
    int[] byClass = {one, two, twoTwo, three, threeTwo, four, five};
    for (int element = 0; element < ORDER; element++) {
      assertThat(character[element]).isCloseTo(byClass[conjugacyClass(element)], EXACT);
    }
  }

  private static int conjugacyClass(int element) {
    boolean odd = GROUP.isOdd(element);
    return switch (GROUP.fixed(element)) {
      case 5 -> 0;
      case 3 -> 1;
      case 2 -> 3;
      case 1 -> odd ? 5 : 2;
      default -> odd ? 4 : 6;
    };
  }

  /** Schur: with 1 + 1 + 16 + 16 + 25 + 25 + 36 = 120 of them, a basis of all functions. */
  @Test
  void matrixElementsOfAllRepresentationsAreAnOrthonormalBasis() {
    List<double[]> functions =
        Group.permutations().irreducibles().stream().map(Irreducible::elements).toList();
    double[] basis = functions.stream().flatMapToDouble(Arrays::stream).toArray();
    assertThat(basis).hasSize(ORDER * ORDER);
    for (int row = 0; row < ORDER; row++) {
      for (int other = 0; other <= row; other++) {
        double dot = 0;
        for (int x = 0; x < ORDER; x++) {
          dot += basis[row * ORDER + x] * basis[other * ORDER + x];
        }
        assertThat(dot).isCloseTo(row == other ? 1 : 0, EXACT);
      }
    }
  }

  private static double[] product(double[] a, double[] b, int d) {
    double[] product = new double[d * d];
    for (int i = 0; i < d * d; i++) {
      for (int k = 0; k < d; k++) {
        product[i] += a[i / d * d + k] * b[k * d + i % d];
      }
    }
    return product;
  }

  private static double distance(double[] a, double[] b) {
    double most = 0;
    for (int i = 0; i < a.length; i++) {
      most = Math.max(most, Math.abs(a[i] - b[i]));
    }
    return most;
  }
}
