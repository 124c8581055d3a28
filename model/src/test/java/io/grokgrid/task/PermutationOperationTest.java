package io.grokgrid.task;

import static io.grokgrid.task.PermutationOperation.COMPOSE;
import static io.grokgrid.task.PermutationOperation.CONJUGATE;
import static io.grokgrid.task.PermutationOperation.ELEMENTS;
import static io.grokgrid.task.PermutationOperation.SANDWICH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grokgrid.base.Randomness;
import io.grokgrid.base.Refused;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PermutationOperationTest {
  private static final int[] PRODUCTS = COMPOSE.table();
  private static final List<int[]> GROUP = PermutationOperation.group();

  private static int product(int a, int b) {
    return PRODUCTS[a * ELEMENTS + b];
  }

  private static int inverse(int a) {
    return IntStream.range(0, ELEMENTS).filter(b -> product(a, b) == 0).findFirst().orElseThrow();
  }

  private static int number(int... images) {
    return IntStream.range(0, ELEMENTS)
        .filter(i -> Arrays.equals(GROUP.get(i), images))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void elementsAreAllPermutationsInLexicographicOrder() {
    assertThat(GROUP).hasSize(ELEMENTS);
    for (int[] permutation : GROUP) {
      assertThat(permutation).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
    }
    for (int i = 1; i < ELEMENTS; i++) {
      assertThat(Arrays.compare(GROUP.get(i - 1), GROUP.get(i))).isNegative();
    }
    assertThat(GROUP.get(0)).containsExactly(0, 1, 2, 3, 4);
    assertThat(GROUP.get(119)).containsExactly(4, 3, 2, 1, 0);
  }

  /**
   * With a = (1 2 0 3 4) and b = (1 0 2 3 4), images of (0, .., 4), written out by hand.
   *
   * @param ab images of the answer to (a, b)
   * @param ba to (b, a)
   */
  @ParameterizedTest
  @CsvSource({
    "COMPOSE, 0 2 1 3 4, 2 1 0 3 4",
    "CONJUGATE, 2 1 0 3 4, 2 0 1 3 4",
    "SANDWICH, 1 0 2 3 4, 2 0 1 3 4"
  })
  void isAThenBAsArrayIndexing(PermutationOperation operation, String ab, String ba) {
    int a = number(1, 2, 0, 3, 4);
    int b = number(1, 0, 2, 3, 4);
    int[] table = operation.table();
    assertThat(GROUP.get(table[a * ELEMENTS + b])).containsExactly(images(ab));
    assertThat(GROUP.get(table[b * ELEMENTS + a])).containsExactly(images(ba));
  }

  private static int[] images(String text) {
    return Arrays.stream(text.split(" ")).mapToInt(Integer::parseInt).toArray();
  }

  @Test
  void everyProductIndexesTheSecondByTheFirst() {
    for (int pair = 0; pair < PRODUCTS.length; pair++) {
      int[] a = GROUP.get(pair / ELEMENTS);
      int[] b = GROUP.get(pair % ELEMENTS);
      int[] c = GROUP.get(PRODUCTS[pair]);
      for (int i = 0; i < 5; i++) {
        assertThat(c[i]).isEqualTo(b[a[i]]);
      }
    }
  }

  @Test
  void productsFormAGroupWithIdentityZero() {
    Randomness random = Randomness.stream(0, "triples");
    for (int i = 0; i < 5000; i++) {
      int a = random.nextInt(ELEMENTS);
      int b = random.nextInt(ELEMENTS);
      int c = random.nextInt(ELEMENTS);
      assertThat(product(product(a, b), c)).isEqualTo(product(a, product(b, c)));
    }
    for (int a = 0; a < ELEMENTS; a++) {
      assertThat(product(0, a)).isEqualTo(a);
      assertThat(product(a, 0)).isEqualTo(a);
      assertThat(product(inverse(a), a)).isZero();
    }
  }

  @Test
  void everyRowAndColumnOfProductsIsAPermutation() {
    for (int fixed = 0; fixed < ELEMENTS; fixed++) {
      int a = fixed;
      assertThat(IntStream.range(0, ELEMENTS).map(b -> product(a, b)).distinct().count())
          .isEqualTo(ELEMENTS);
      assertThat(IntStream.range(0, ELEMENTS).map(b -> product(b, a)).distinct().count())
          .isEqualTo(ELEMENTS);
    }
  }

  /** Against the group's own products and inverses. */
  @Test
  void conjugateAndSandwichAreMadeOfProducts() {
    int[] conjugates = CONJUGATE.table();
    int[] sandwiches = SANDWICH.table();
    for (int a = 0; a < ELEMENTS; a++) {
      int inverse = inverse(a);
      for (int b = 0; b < ELEMENTS; b++) {
        int ab = product(a, b);
        assertThat(conjugates[a * ELEMENTS + b]).isEqualTo(product(ab, inverse));
        assertThat(sandwiches[a * ELEMENTS + b]).isEqualTo(product(ab, a));
      }
      assertThat(conjugates[a * ELEMENTS + a]).isEqualTo(a);
    }
  }

  @Test
  void conjugatesKeepTheCycleType() {
    int[] conjugates = CONJUGATE.table();
    for (int pair = 0; pair < conjugates.length; pair++) {
      assertThat(cycles(GROUP.get(conjugates[pair]))).isEqualTo(cycles(GROUP.get(pair % ELEMENTS)));
    }
  }

  /** How many things lie on a cycle of each length, from 0 to 5. */
  private static List<Integer> cycles(int[] permutation) {
    Integer[] things = {0, 0, 0, 0, 0, 0};
    for (int i = 0; i < permutation.length; i++) {
      int length = 1;
      for (int j = permutation[i]; j != i; j = permutation[j]) {
        length++;
      }
      things[length]++;
    }
    return List.of(things);
  }

  @ParameterizedTest
  @EnumSource
  void tablesHaveAnAnswerToEveryPairAndAreNotCommutative(PermutationOperation operation) {
    int[] table = operation.table();
    assertThat(table).hasSize(14_400);
    int symmetric = 0;
    for (int pair = 0; pair < table.length; pair++) {
      assertThat(table[pair]).isBetween(0, ELEMENTS - 1);
      int swapped = pair % ELEMENTS * ELEMENTS + pair / ELEMENTS;
      symmetric += table[pair] == table[swapped] ? 1 : 0;
    }
    assertThat(symmetric).isLessThan(14_400);
    if (operation == COMPOSE) {
      int classes = 7; // of conjugates in S5; a group has (classes x order) commuting pairs
      assertThat(symmetric).isEqualTo(classes * ELEMENTS);
    }
  }

  @Test
  void noiseIsInTheFirstTrainingAnswersOnly() {
    int[] right = new Examples(task(0), 3).answers();
    Examples noisy = new Examples(task(500), 3);
    assertThat(noisy.size()).isEqualTo(14_400);
    assertThat(noisy.trainExamples()).isEqualTo(4320);
    int changed = 0;
    for (int i = 0; i < right.length; i++) {
      boolean same = noisy.answers()[i] == right[i];
      assertThat(i < 500 || same).isTrue();
      changed += same ? 0 : 1;
    }
    assertThat(changed).isBetween(480, 500);
  }

  @Test
  void examplesAreTheTablesEntries() {
    Examples dataset = new Examples(task(0), 3);
    for (int i = 0; i < dataset.size(); i++) {
      assertThat(dataset.answers()[i]).isEqualTo(product(dataset.left()[i], dataset.right()[i]));
    }
  }

  private static PermutationTask task(int labelNoise) {
    return Tasks.permutations().splitSeed(3).labelNoise(labelNoise).task();
  }

  @Test
  void refusesMoreNoiseThanThereIsTraining() {
    assertThatThrownBy(() -> task(4321))
        .isInstanceOf(Refused.class)
        .hasMessage("label_noise must be at most the number of training examples, 4320, was 4321");
    assertThatThrownBy(Tasks.permutations().trainFraction(1).labelNoise(-1)::task)
        .hasMessage(
            "train_fraction must be between 0 and 1, both excluded, was 1; "
                + "label_noise must be a finite number of at least 0, was -1");
  }
}
