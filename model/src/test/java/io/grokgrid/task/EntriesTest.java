package io.grokgrid.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class EntriesTest {
  /** Every (a, b) with its partner's side, by sets; as many are trained on as without units. */
  @ParameterizedTest
  @EnumSource
  void keepsBothOrdersOfAPairOnOneSide(ModularOperation operation) {
    for (int p : new int[] {3, 5, 11}) {
      for (double fraction : new double[] {0.26, 0.3, 0.5, 0.55, 0.7, 0.9, 0.95}) {
        for (long seed = 0; seed < 20; seed++) {
          Tasks.Modular task =
              Tasks.modular(p).operation(operation).trainFraction(fraction).splitSeed(seed);
          assertWhole(task.with("splitUnit", SplitUnit.UNORDERED_PAIR).task());
        }
      }
    }
  }

  @Test
  void keepsBothOrdersOfPermutationsOnOneSide() {
    assertWhole(Tasks.permutations().with("splitUnit", SplitUnit.UNORDERED_PAIR).task());
  }

  private static void assertWhole(TableTask task) {
    int n = task.elements();
    Examples examples = new Examples(task, 1);
    Set<Integer> train = new HashSet<>();
    Set<Integer> all = new HashSet<>();
    int[] table = task.table();
    boolean isRight = true;
    for (int i = 0; i < examples.size(); i++) {
      int pair = examples.left()[i] * n + examples.right()[i];
      isRight &= all.add(pair) && examples.answers()[i] == table[pair];
      if (i < examples.trainExamples()) {
        train.add(pair);
      }
    }
    assertThat(isRight).as("answers of %s", task).isTrue();
    assertThat(all).hasSize(task.examples());
    assertThat(train).hasSize((int) (task.trainFraction() * task.examples()));
    List<Integer> cut = new ArrayList<>();
    for (int pair : all) {
      int other = pair % n * n + pair / n;
      if (all.contains(other) && train.contains(pair) != train.contains(other)) {
        cut.add(pair);
      }
    }
    assertThat(cut).as("pairs of %s", task).isEmpty();
  }

  /**
   * Other seeds, other sides: each unordered pair is trained on about as often as the share says.
   */
  @Test
  void drawsEveryUnitAlike() {
    int p = 7;
    int[] trained = new int[p * p];
    int seeds = 2000;
    for (long seed = 0; seed < seeds; seed++) {
      ModularTask task =
          Tasks.modular(p)
              .trainFraction(0.5)
              .splitSeed(seed)
              .with("splitUnit", SplitUnit.UNORDERED_PAIR)
              .task();
      Examples examples = new Examples(task, 1);
      for (int i = 0; i < examples.trainExamples(); i++) {
        trained[examples.left()[i] * p + examples.right()[i]]++;
      }
    }
    for (int pair = 0; pair < p * p; pair++) {
      double share = (double) trained[pair] / seeds;
      // 24 of 49; an entry without another is a little likelier: it fills what a pair leaves.
      assertThat(share).as("pair %d", pair).isBetween(0.44, 0.58);
    }
  }

  /**
   * Power et al.'s table: for c, for b > 0, the entry (b c mod p, b) with answer c, ordered as the
   * split orders p (p - 1) numbers.
   */
  @ParameterizedTest
  @CsvSource({"JAVA, 5", "PYTHON, 97", "TORCH, 11"})
  void numbersDivisionsByTheirQuotient(Split split, int p) {
    List<String> table = new ArrayList<>();
    for (int c = 0; c < p; c++) {
      for (int b = 1; b < p; b++) {
        table.add(b * c % p + " / " + b + " = " + c);
      }
    }
    int[] order = split.order(p * (p - 1), 3);
    ModularTask task =
        Tasks.modular(p)
            .operation(ModularOperation.DIVIDE)
            .splitSeed(3)
            .with("split", split)
            .with("splitOrder", SplitOrder.QUOTIENTS)
            .task();
    Examples examples = new Examples(task, 1);
    List<String> found = new ArrayList<>();
    for (int i = 0; i < examples.size(); i++) {
      found.add(examples.left()[i] + " / " + examples.right()[i] + " = " + examples.answers()[i]);
    }
    assertThat(found).isEqualTo(Arrays.stream(order).mapToObj(table::get).toList());
  }

  /** What is no division keeps its order. */
  @ParameterizedTest
  @EnumSource(names = "DIVIDE", mode = EnumSource.Mode.EXCLUDE)
  void otherTablesHaveNoQuotients(ModularOperation operation) {
    Tasks.Modular task = Tasks.modular(7).operation(operation);
    int[] plain = new Entries(task.task()).inOrder();
    assertThat(new Entries(task.with("splitOrder", SplitOrder.QUOTIENTS).task()).inOrder())
        .isEqualTo(plain);
  }
}
