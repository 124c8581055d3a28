package io.grokgrid.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.grokgrid.task.PermutationOperation;
import java.util.List;
import org.junit.jupiter.api.Test;

class PermutationsTest {
  private static final Permutations GROUP = new Permutations();
  private static final List<int[]> IMAGES = PermutationOperation.group();

  @Test
  void inversesUndoFromBothSides() {
    for (int a = 0; a < Permutations.ORDER; a++) {
      assertThat(GROUP.product(a, GROUP.inverse(a))).isZero();
      assertThat(GROUP.product(GROUP.inverse(a), a)).isZero();
    }
  }

  @Test
  void adjacentElementsSwapNeighbours() {
    for (int i = 0; i < 4; i++) {
      int[] images = IMAGES.get(GROUP.adjacent(i));
      assertThat(images[i]).isEqualTo(i + 1);
      assertThat(images[i + 1]).isEqualTo(i);
      assertThat(GROUP.fixed(GROUP.adjacent(i))).isEqualTo(3);
    }
  }

  @Test
  void halfOfThemAreOddAndSignsMultiply() {
    int odd = 0;
    for (int a = 0; a < Permutations.ORDER; a++) {
      odd += GROUP.isOdd(a) ? 1 : 0;
      for (int b = 0; b < Permutations.ORDER; b++) {
        assertThat(GROUP.isOdd(GROUP.product(a, b))).isEqualTo(GROUP.isOdd(a) != GROUP.isOdd(b));
      }
    }
    assertThat(odd).isEqualTo(60);
  }
}
