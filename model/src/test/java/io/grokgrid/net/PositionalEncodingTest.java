package io.grokgrid.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.grokgrid.tensor.EngineManager;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(EngineManager.class)
class PositionalEncodingTest {
  private static final long[] TOKENS = {0, 1, 4, 2, 3, 3};

  private final NDManager manager;

  PositionalEncodingTest(NDManager manager) {
    this.manager = manager;
  }

  @Test
  void ropeScoresDependOnTheDistanceOnly() {
    assertThat(meanScore(Encoding.ROPE, 0, 1))
        .isCloseTo(meanScore(Encoding.ROPE, 1, 2), within(1e-12));
    assertThat(meanScore(Encoding.ROPE, 0, 1))
        .isNotCloseTo(meanScore(Encoding.ROPE, 0, 0), within(1e-6));
  }

  @Test
  void mixedRopeScoresDependOnMoreThanTheDistance() {
    assertThat(meanScore(Encoding.ROPE_MIXED, 0, 1))
        .isNotCloseTo(meanScore(Encoding.ROPE_MIXED, 1, 2), within(1e-6));
  }

  /**
   * Score of query i on key j where the same token stands everywhere, so that only positions
   * differ.
   */
  private double meanScore(Encoding encoding, int query, int key) {
    TransformerSpec model = Models.parts().widths(8, 2, 4).causal(false).encoding(encoding).model();
    Transformer network = new Transformer(manager, model, 5, DataType.FLOAT64);
    NDArray parameters =
        manager.create(Models.draw(Initialization.STANDARD_NORMAL, network.layout(), 1));
    NDArray tokens = manager.create(new long[] {2, 2, 2}, new Shape(1, 3));
    return network.trace(parameters, tokens).scores().get(0).getDouble(0, 1, query, key);
  }

  /**
   * Against the formulas: component 2i of a head at position t becomes x_2i cos - x_(2i+1) sin, and
   * component 2i + 1 becomes x_(2i+1) cos + x_2i sin, of t 10000^(-2m/K), m = i for rope and the
   * component's own number modulo K / 2 for rope_mixed.
   */
  @ParameterizedTest
  @CsvSource({"ROPE, 2", "ROPE, 6", "ROPE_MIXED, 2", "ROPE_MIXED, 6", "ROPE_MIXED, 8"})
  void rotatedScoresAreThoseOfTheFormula(Encoding encoding, int headWidth) {
    TransformerSpec model =
        Models.parts().widths(5, 2, headWidth).causal(false).encoding(encoding).model();
    Transformer network =
        new Transformer(manager, model, new Signature(5, 3, TOKENS.length, 4), DataType.FLOAT64);
    double[] w = Models.draw(Initialization.PAPER, network.layout(), 3);
    NDArray input = manager.create(new long[][] {TOKENS});
    double[] scores =
        network.trace(manager.create(w), input).scores().get(0).get("0, 1").toDoubleArray();
    for (int query = 0; query < TOKENS.length; query++) {
      double[] q = projected(network.layout(), w, "blocks.0.attn.W_Q", TOKENS[query]);
      for (int key = 0; key < TOKENS.length; key++) {
        double[] k = projected(network.layout(), w, "blocks.0.attn.W_K", TOKENS[key]);
        double product = product(turned(encoding, query, q), turned(encoding, key, k));
        assertThat(scores[query * TOKENS.length + key])
            .isCloseTo(product / Math.sqrt(headWidth), within(1e-12));
      }
    }
  }

  /** A token's embedding through the matrix of head 1. */
  private static double[] projected(Layout layout, double[] w, String matrix, long token) {
    Layout.Tensor embedding = layout.at("embed.W_E");
    Layout.Tensor heads = layout.at(matrix);
    int width = (int) heads.shape().get(1);
    int headWidth = (int) heads.shape().get(2);
    double[] result = new double[headWidth];
    for (int d = 0; d < width; d++) {
      double x = w[embedding.offset() + (int) token * width + d];
      for (int i = 0; i < headWidth; i++) {
        result[i] += x * w[heads.offset() + (width + d) * headWidth + i];
      }
    }
    return result;
  }

  private static double[] turned(Encoding encoding, int t, double[] x) {
    double[] result = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      int m = encoding == Encoding.ROPE ? i / 2 : i % (x.length / 2);
      double angle = t * Math.pow(10_000, -2.0 * m / x.length);
      double across = i % 2 == 0 ? -x[i + 1] : x[i - 1];
      result[i] = x[i] * Math.cos(angle) + across * Math.sin(angle);
    }
    return result;
  }

  private static double product(double[] one, double[] other) {
    return IntStream.range(0, one.length).mapToDouble(i -> one[i] * other[i]).sum();
  }

  @Test
  void alibiTakesSlopeTimesDistanceFromTheScores() {
    double near = meanScore(Encoding.NONE, 2, 0);
    assertThat(meanScore(Encoding.ALIBI, 2, 0) - near)
        .isCloseTo(-2 * Math.pow(2, -8), within(1e-12));
  }

  @Test
  void alibiSlopesAreThePublishedOnes() {
    assertThat(PositionalEncoding.alibiSlopes(4))
        .containsExactly(1 / 4., 1 / 16., 1 / 64., 1 / 256.);
    assertThat(PositionalEncoding.alibiSlopes(2)).containsExactly(1 / 16., 1 / 256.);
    assertThat(PositionalEncoding.alibiSlopes(8))
        .containsExactly(1 / 2., 1 / 4., 1 / 8., 1 / 16., 1 / 32., 1 / 64., 1 / 128., 1 / 256.);
    assertThat(PositionalEncoding.alibiSlopes(3)).containsExactly(1 / 16., 1 / 256., 1 / 4.);
  }

  /** No two heads may have the same penalty, and none a reward, for any number of heads. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
  void alibiSlopesAreDistinctFractions(int heads) {
    double[] slopes = PositionalEncoding.alibiSlopes(heads);
    assertThat(slopes).hasSize(heads).doesNotHaveDuplicates();
    assertThat(Arrays.stream(slopes).min().orElseThrow()).isPositive();
    assertThat(Arrays.stream(slopes).max().orElseThrow()).isLessThan(1);
    if (Integer.bitCount(heads) == 1) {
      for (int h = 0; h < heads; h++) {
        assertThat(slopes[h]).isCloseTo(Math.pow(slopes[0], h + 1), within(1e-15));
      }
      assertThat(slopes[heads - 1]).isEqualTo(1 / 256.);
    }
  }

  @Test
  void sinusoidsStartAtSineZeroAndCosineZero() {
    double[] values = PositionalEncoding.sinusoids(2, 4);
    assertThat(values).startsWith(0, 1, 0, 1);
    assertThat(values[4]).isEqualTo(Math.sin(1));
    assertThat(values[7]).isCloseTo(Math.cos(0.01), within(1e-15));
  }
}
