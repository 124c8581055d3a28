package io.grokgrid.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.grokgrid.base.Randomness;
import io.grokgrid.net.TransformerSpec.Normalization;
import io.grokgrid.net.TransformerSpec.Outputs;
import io.grokgrid.tensor.Dropout;
import io.grokgrid.tensor.EngineManager;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(EngineManager.class)
class TransformerTest {
  private static final int P = 5;
  private static final int LENGTH = 6;
  private static final Signature SEQUENCES = new Signature(5, 3, LENGTH, 4);

  private final NDManager manager;

  TransformerTest(NDManager manager) {
    this.manager = manager;
  }

  static Stream<Arguments> everyKind() {
    return Stream.of(Encoding.values())
        .flatMap(
            encoding ->
                Stream.of(
                    Arguments.of(encoding, Activation.GELU, 1.0, true, Normalization.NONE, 1),
                    Arguments.of(encoding, Activation.SQUARE, 0.3, false, Normalization.PRE, 2),
                    Arguments.of(encoding, Activation.GELU, 0.5, true, Normalization.POST, 2)));
  }

  /**
   * Every parameter's gradient against central differences, in float64, with a collection before
   * backward.
   */
  @ParameterizedTest
  @MethodSource("everyKind")
  void gradientsAreThoseOfCentralDifferences(
      Encoding encoding,
      Activation activation,
      double rate,
      boolean equals,
      Normalization normalization,
      int layers) {
    TransformerSpec model =
        Models.model(layers, 4, 2, 6, activation, encoding, rate, equals, normalization);
    Transformer network = new Transformer(manager, model, P, DataType.FLOAT64);
    NDArray tokens = tokens(model);
    new CentralDifferences(manager, w -> network.trace(w, tokens).answer())
        .agree(network.layout(), draw(network));
  }

  /** Every part that can be there or not, in the smallest network that has the others. */
  static Stream<Models.Parts> everyPart() {
    return Stream.of(
        Models.parts().encoding(Encoding.ROPE).widths(4, 2, 4),
        Models.parts().encoding(Encoding.ROPE_MIXED).widths(4, 2, 4),
        Models.parts().encoding(Encoding.ROPE_MIXED).widths(4, 1, 6).layers(2),
        Models.parts().encoding(Encoding.ALIBI).widths(3, 3, 1),
        Models.parts().separateOperands(),
        Models.parts().withoutResidual(),
        Models.parts().withoutOutputProjection(),
        Models.parts().withoutMlpResidual(),
        Models.parts().withoutMlpBias(),
        Models.parts().unembedBias(),
        Models.parts().outputs(Outputs.TOKENS),
        Models.parts().positions(7),
        Models.parts().activation(Activation.RELU),
        Models.parts()
            .layers(2)
            .normalization(Normalization.PRE)
            .bidirectional()
            .separateOperands()
            .withoutOutputProjection()
            .withoutMlpBias()
            .unembedBias()
            .outputs(Outputs.TOKENS),
        Models.parts()
            .layers(2)
            .normalization(Normalization.POST)
            .withoutResidual()
            .withoutMlpResidual());
  }

  /** Both forward passes: the whole one, and the one that makes no more than the answer takes. */
  @ParameterizedTest
  @MethodSource("everyPart")
  void gradientsOfEveryPartAreThoseOfCentralDifferences(Models.Parts parts) {
    TransformerSpec model = parts.model();
    Transformer network = new Transformer(manager, model, P, DataType.FLOAT64);
    NDArray tokens = tokens(model);
    double[] parameters = draw(network);
    CentralDifferences whole =
        new CentralDifferences(manager, w -> network.trace(w, tokens).answer());
    CentralDifferences answer =
        new CentralDifferences(manager, w -> network.answer(w, tokens, null));
    answer.agree(network.layout(), parameters);
    assertThat(answer.gradient(parameters))
        .containsExactly(whole.gradient(parameters), within(1e-12));
  }

  static Stream<Models.Parts> sequenceKinds() {
    return Stream.concat(
        Stream.of(Encoding.values())
            .map(encoding -> Models.parts().encoding(encoding).widths(4, 2, 4).positions(9)),
        Stream.of(
            Models.parts()
                .layers(2)
                .normalization(Normalization.PRE)
                .unembedBias()
                .positions(LENGTH),
            Models.parts().layers(2).normalization(Normalization.POST).positions(LENGTH)));
  }

  /**
   * A language-model head that is asked at the last 4 of 6 positions, of 5 tokens and 3 classes.
   */
  @ParameterizedTest
  @MethodSource("sequenceKinds")
  void gradientsOfALanguageModelAreThoseOfCentralDifferences(Models.Parts parts) {
    Transformer network = new Transformer(manager, parts.model(), SEQUENCES, DataType.FLOAT64);
    NDArray tokens = sequences();
    double[] parameters = draw(network);
    CentralDifferences whole =
        new CentralDifferences(manager, w -> network.trace(w, tokens).answers(SEQUENCES));
    CentralDifferences answer =
        new CentralDifferences(manager, w -> network.answer(w, tokens, null));
    answer.agree(network.layout(), parameters);
    assertThat(answer.gradient(parameters))
        .containsExactly(whole.gradient(parameters), within(1e-12));
  }

  @ParameterizedTest
  @MethodSource("sequenceKinds")
  void theLastAnswersOfTheTraceAreTheAnswersOfALanguageModel(Models.Parts parts) {
    Transformer network = new Transformer(manager, parts.model(), SEQUENCES, DataType.FLOAT64);
    NDArray parameters = manager.create(draw(network));
    Network.Trace trace = network.trace(parameters, sequences());
    NDArray answers = network.answer(parameters, sequences(), null);
    assertThat(answers.getShape()).isEqualTo(new Shape(2 * 4, 3));
    assertThat(answers.toDoubleArray())
        .containsExactly(trace.answers(SEQUENCES).toDoubleArray(), within(1e-12))
        .containsExactly(trace.logits().get(":, 2:").toDoubleArray(), within(1e-12));
  }

  /** Weights of rows that no position reads have no part in the answer. */
  @Test
  void learnedPositionsBehindTheInputHaveNoGradient() {
    TransformerSpec model = Models.parts().positions(9).model();
    Transformer network = new Transformer(manager, model, SEQUENCES, DataType.FLOAT64);
    NDArray tokens = sequences();
    double[] gradient =
        new CentralDifferences(manager, w -> network.answer(w, tokens, null))
            .gradient(draw(network));
    Layout.Tensor positions = network.layout().at("pos_embed.W_pos");
    assertThat(positions.shape()).isEqualTo(new Shape(9, 4));
    int first = positions.offset();
    assertThat(Arrays.copyOfRange(gradient, first, first + 6 * 4)).doesNotContain(0);
    assertThat(Arrays.copyOfRange(gradient, first + 6 * 4, first + 9 * 4)).containsOnly(0);
  }

  /** The same numbers are left out at each evaluation, so that the loss is one function. */
  @ParameterizedTest
  @EnumSource(Normalization.class)
  void gradientsFlowThroughWhatDropoutKept(Normalization normalization) {
    TransformerSpec model =
        Models.parts().layers(2).normalization(normalization).positions(9).dropout(0.3).model();
    Transformer network = new Transformer(manager, model, SEQUENCES, DataType.FLOAT64);
    NDArray tokens = sequences();
    new CentralDifferences(manager, w -> network.answer(w, tokens, dropout(model, 7)))
        .agree(network.layout(), draw(network));
  }

  private Dropout dropout(TransformerSpec model, long seed) {
    return new Dropout(manager, model.dropout(), Randomness.stream(seed, "dropout"));
  }

  @Test
  void dropoutChangesTheAnswerWithItsStream() {
    TransformerSpec model = Models.parts().dropout(0.3).positions(LENGTH).model();
    Transformer network = new Transformer(manager, model, SEQUENCES, DataType.FLOAT64);
    NDArray w = manager.create(draw(network));
    double[] kept = network.answer(w, sequences(), null).toDoubleArray();
    double[] one = network.answer(w, sequences(), dropout(model, 7)).toDoubleArray();
    assertThat(network.answer(w, sequences(), dropout(model, 7)).toDoubleArray()).isEqualTo(one);
    assertThat(network.answer(w, sequences(), dropout(model, 8)).toDoubleArray()).isNotEqualTo(one);
    assertThat(one).isNotEqualTo(kept);
  }

  /** Two sequences. */
  private NDArray sequences() {
    return manager.create(new long[] {0, 1, 4, 2, 3, 3, 4, 4, 0, 1, 2, 0}, new Shape(2, LENGTH));
  }

  /** No more than the answer needs gives the same answer. */
  @ParameterizedTest
  @MethodSource("everyKind")
  void theLastPositionAloneGivesTheSameAnswer(
      Encoding encoding,
      Activation activation,
      double rate,
      boolean equals,
      Normalization normalization,
      int layers) {
    TransformerSpec model =
        Models.model(layers, 4, 2, 6, activation, encoding, rate, equals, normalization);
    Transformer network = new Transformer(manager, model, P, DataType.FLOAT64);
    NDArray parameters = manager.create(draw(network));
    double[] whole = network.trace(parameters, tokens(model)).answer().toDoubleArray();
    assertThat(network.answer(parameters, tokens(model), null).toDoubleArray())
        .containsExactly(whole, within(1e-12));
  }

  /**
   * The trap of DJL that this project must not fall into: numbers that autograd reads after they
   * were freed.
   */
  @Test
  void gradientsSurviveACollectionBeforeBackward() {
    TransformerSpec model =
        Models.model(1, 16, 4, 32, Activation.RELU, Encoding.ALIBI, 0.5, true, Normalization.NONE);
    Transformer network = new Transformer(manager, model, 11, DataType.FLOAT64);
    double[] parameters = draw(network);
    NDArray tokens = tokens(model);
    CentralDifferences loss =
        new CentralDifferences(manager, w -> network.trace(w, tokens).answer());
    double[] expected = loss.gradient(parameters);
    for (int repeat = 0; repeat < 20; repeat++) {
      assertThat(loss.gradient(parameters)).isEqualTo(expected);
    }
  }

  /** (a, b, =), or (a, b): tokens of b come after those of a where it has its own. */
  private NDArray tokens(TransformerSpec model) {
    int second = model.separateOperands() ? P : 0;
    long equals = model.tokens(P) - 1L;
    long[][] pairs = {{0, second + 1}, {4, second + 2}, {3, second + 3}};
    long[] rows =
        Arrays.stream(pairs)
            .flatMapToLong(
                pair ->
                    model.equalsToken()
                        ? LongStream.concat(Arrays.stream(pair), LongStream.of(equals))
                        : Arrays.stream(pair))
            .toArray();
    return manager.create(rows, new Shape(3, model.length()));
  }

  private static double[] draw(Transformer network) {
    return doubles(Initialization.PAPER.draw(network.layout(), 3));
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
    TransformerSpec model =
        Models.parts().widths(8, 2, 4).bidirectional().encoding(encoding).model();
    Transformer network = new Transformer(manager, model, P, DataType.FLOAT64);
    NDArray parameters =
        manager.create(doubles(Initialization.STANDARD_NORMAL.draw(network.layout(), 1)));
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
        Models.parts().widths(5, 2, headWidth).bidirectional().encoding(encoding).model();
    Transformer network = new Transformer(manager, model, SEQUENCES, DataType.FLOAT64);
    double[] w = draw(network);
    double[] scores =
        network.trace(manager.create(w), sequences()).scores().get(0).get("0, 1").toDoubleArray();
    long[] tokens = sequences().get("0").toLongArray();
    for (int query = 0; query < LENGTH; query++) {
      double[] q = projected(network.layout(), w, "blocks.0.attn.W_Q", tokens[query]);
      for (int key = 0; key < LENGTH; key++) {
        double[] k = projected(network.layout(), w, "blocks.0.attn.W_K", tokens[key]);
        double product = product(turned(encoding, query, q), turned(encoding, key, k));
        assertThat(scores[query * LENGTH + key])
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

  /** At rate 0 every visible position weighs 1, so that rows sum to as many as they see. */
  @Test
  void attentionRateZeroIsTheAllOnesMatrix() {
    TransformerSpec model =
        Models.model(1, 8, 2, 8, Activation.RELU, Encoding.LEARNED, 0, false, Normalization.NONE);
    Transformer network = new Transformer(manager, model, P, DataType.FLOAT32);
    NDArray parameters = manager.create(Initialization.PAPER.draw(network.layout(), 1));
    NDArray weights = network.trace(parameters, tokens(model)).weights().get(0);
    assertThat(weights.toFloatArray()).containsOnly(1f);
  }

  @Test
  void causalPositionsSeeNothingAfterThem() {
    TransformerSpec model = Models.mainline(8, 2, 8);
    Transformer network = new Transformer(manager, model, P, DataType.FLOAT64);
    NDArray parameters = manager.create(doubles(Initialization.PAPER.draw(network.layout(), 1)));
    Network.Trace one = network.trace(parameters, manager.create(new long[][] {{1, 2, P}}));
    Network.Trace other = network.trace(parameters, manager.create(new long[][] {{1, 3, P}}));
    assertThat(one.logits().get("0, 0").toDoubleArray())
        .isEqualTo(other.logits().get("0, 0").toDoubleArray());
    assertThat(one.answer().toDoubleArray()).isNotEqualTo(other.answer().toDoubleArray());
  }

  private static double[] doubles(float[] values) {
    double[] wide = new double[values.length];
    Arrays.setAll(wide, i -> values[i]);
    return wide;
  }
}
