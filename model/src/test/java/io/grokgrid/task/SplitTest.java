package io.grokgrid.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SplitTest {
  @Test
  void pythonGivesThePublishedSplitOfSeedZero() {
    assertThat(pairs(Split.PYTHON.order(113 * 113, 0), 113, 5))
        .containsExactly("18,34", "10,83", "55,28", "25,51", "63,65");
  }

  /**
   * First values of CPython's shuffle of range(10), and of a seed with more than 32 bits and a
   * sign.
   */
  @Test
  void pythonAgreesWithCPython() {
    assertThat(Split.PYTHON.order(10, 42)).containsExactly(7, 3, 2, 8, 5, 6, 9, 4, 0, 1);
    assertThat(Split.PYTHON.order(10, -42)).containsExactly(Split.PYTHON.order(10, 42));
    assertThat(Split.PYTHON.order(10, 12345678901L)).containsExactly(8, 7, 3, 1, 0, 4, 2, 6, 5, 9);
  }

  @Test
  void torchGivesThePublishedPermutations() {
    assertThat(Arrays.copyOf(Split.TORCH.order(12769, 0), 5))
        .containsExactly(4182, 2608, 269, 825, 4847);
    assertThat(Arrays.copyOf(Split.TORCH.order(12769, 1), 5))
        .containsExactly(984, 3756, 6851, 9169, 6197);
  }

  @ParameterizedTest
  @EnumSource
  void isAPermutationThatDependsOnTheSeedAlone(Split split) {
    int[] order = split.order(1000, 7);
    assertThat(order).isEqualTo(split.order(1000, 7)).isNotEqualTo(split.order(1000, 8));
    assertThat(Arrays.stream(order).sorted())
        .containsExactlyElementsOf(IntStream.range(0, 1000).boxed().toList());
  }

  private static String[] pairs(int[] order, int p, int count) {
    return Arrays.stream(order)
        .limit(count)
        .mapToObj(pair -> pair / p + "," + pair % p)
        .toArray(String[]::new);
  }
}
