package io.grokgrid.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
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

  /**
   * First entries and SHA-256 (first 16 hex digits) of the order as big-endian ints; another
   * program computed them from the definition of {@link io.grokgrid.base.Randomness}.
   */
  @Test
  void javaGivesTheOrdersOfItsDefinition() {
    int[] order = Split.JAVA.order(113 * 113, 0);
    assertThat(Arrays.copyOf(order, 6)).containsExactly(12636, 1357, 4408, 8066, 1066, 8695);
    assertThat(digest(order)).isEqualTo("172c35169afae1ee");
    int[] other = Split.JAVA.order(97 * 97, -5);
    assertThat(Arrays.copyOf(other, 6)).containsExactly(8691, 5211, 6166, 4290, 8864, 7317);
    assertThat(digest(other)).isEqualTo("8ab7db3b37a3565e");
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

  private static String digest(int[] order) {
    ByteBuffer bytes = ByteBuffer.allocate(order.length * Integer.BYTES);
    bytes.asIntBuffer().put(order);
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes.array());
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static String[] pairs(int[] order, int p, int count) {
    return Arrays.stream(order)
        .limit(count)
        .mapToObj(pair -> pair / p + "," + pair % p)
        .toArray(String[]::new);
  }
}
