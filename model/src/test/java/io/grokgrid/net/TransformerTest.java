package io.grokgrid.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.grokgrid.net.TransformerModel.Normalization;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TransformerTest {
  private static final int P = 5;

  private NDManager manager;

  @BeforeEach
  void open() {
    manager = Autograd.newManager(Device.cpu());
  }

  @AfterEach
  void close() {
    manager.close();
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
    TransformerModel model =
        Models.model(layers, 4, 2, 6, activation, encoding, rate, equals, normalization);
    Transformer network = new Transformer(manager, model, P, DataType.FLOAT64);
    double[] parameters = doubles(Initialization.PAPER.draw(network.layout(), 3));
    NDArray tokens = tokens(model);
    double[] gradient = gradient(network, parameters, tokens);
    double largest = Arrays.stream(gradient).map(Math::abs).max().orElseThrow();
    assertThat(largest).isPositive();
    double step = 1e-5;
    for (int i = 0; i < parameters.length; i++) {
      double kept = parameters[i];
      parameters[i] = kept + step;
      double above = loss(network, parameters, tokens);
      parameters[i] = kept - step;
      double below = loss(network, parameters, tokens);
      parameters[i] = kept;
      assertThat(gradient[i])
          .as("parameter %d of %s", i, network.layout())
          .isCloseTo((above - below) / (2 * step), within(1e-7 * Math.max(1, largest)));
    }
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
    TransformerModel model =
        Models.model(layers, 4, 2, 6, activation, encoding, rate, equals, normalization);
    Transformer network = new Transformer(manager, model, P, DataType.FLOAT64);
    NDArray parameters = manager.create(doubles(Initialization.PAPER.draw(network.layout(), 3)));
    double[] whole = network.trace(parameters, tokens(model)).answer().toDoubleArray();
    assertThat(network.answer(parameters, tokens(model)).toDoubleArray())
        .containsExactly(whole, within(1e-12));
  }

  /**
   * The trap of DJL that this project must not fall into: numbers that autograd reads after they
   * were freed.
   */
  @Test
  void gradientsSurviveACollectionBeforeBackward() {
    TransformerModel model =
        Models.model(1, 16, 4, 32, Activation.RELU, Encoding.ALIBI, 0.5, true, Normalization.NONE);
    Transformer network = new Transformer(manager, model, 11, DataType.FLOAT64);
    double[] parameters = doubles(Initialization.PAPER.draw(network.layout(), 3));
    NDArray tokens = tokens(model);
    double[] expected = gradient(network, parameters, tokens);
    for (int repeat = 0; repeat < 20; repeat++) {
      assertThat(gradient(network, parameters, tokens)).isEqualTo(expected);
    }
  }

  private double[] gradient(Transformer network, double[] parameters, NDArray tokens) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDArray leaf = manager.create(parameters);
      leaf.setRequiresGradient(true);
      NDArray loss = Autograd.record(() -> loss(network, leaf, tokens));
      System.gc();
      byte[][] reuse = new byte[64][1 << 16];
      assertThat(reuse).hasDimensions(64, 1 << 16);
      Autograd.backward(loss);
      return leaf.getGradient().toDoubleArray();
    }
  }

  private double loss(Transformer network, double[] parameters, NDArray tokens) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      return loss(network, manager.create(parameters), tokens).getDouble();
    }
  }

  /** Minus the sum of the log-probabilities of class 1. */
  private static NDArray loss(Transformer network, NDArray parameters, NDArray tokens) {
    NDArray answer = network.trace(parameters, tokens).answer();
    return Autograd.logSoftmax(answer, DataType.FLOAT64).get(":, 1").sum().neg();
  }

  private NDArray tokens(TransformerModel model) {
    long[] rows =
        model.equalsToken()
            ? new long[] {0, 1, P, 4, 2, P, 3, 3, P}
            : new long[] {0, 1, 4, 2, 3, 3};
    return manager.create(rows, new Shape(3, model.length()));
  }

  @Test
  void ropeScoresDependOnTheDistanceOnly() {
    assertThat(meanScore(Encoding.ROPE, 0, 1))
        .isCloseTo(meanScore(Encoding.ROPE, 1, 2), within(1e-12));
    assertThat(meanScore(Encoding.ROPE, 0, 1))
        .isNotCloseTo(meanScore(Encoding.ROPE, 0, 0), within(1e-6));
  }

  /**
   * Score of query i on key j where the same token stands everywhere, so that only positions
   * differ.
   */
  private double meanScore(Encoding encoding, int query, int key) {
    TransformerModel model =
        new TransformerModel(
            1,
            8,
            2,
            4,
            8,
            Activation.RELU,
            TransformerModel.Outputs.RESIDUES,
            encoding,
            1,
            false,
            true,
            false,
            3,
            true,
            Normalization.NONE,
            true,
            true,
            true,
            false,
            Initialization.PAPER);
    Transformer network = new Transformer(manager, model, P, DataType.FLOAT64);
    NDArray parameters =
        manager.create(doubles(Initialization.STANDARD_NORMAL.draw(network.layout(), 1)));
    NDArray tokens = manager.create(new long[] {2, 2, 2}, new Shape(1, 3));
    return network.trace(parameters, tokens).scores().get(0).getDouble(0, 1, query, key);
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
    assertThat(PositionalEncoding.alibiSlopes(8)[7]).isEqualTo(1 / 256.);
    assertThat(PositionalEncoding.alibiSlopes(3)).containsExactly(1 / 16., 1 / 256., 1 / 4.);
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
    TransformerModel model =
        Models.model(1, 8, 2, 8, Activation.RELU, Encoding.LEARNED, 0, false, Normalization.NONE);
    Transformer network = new Transformer(manager, model, P, DataType.FLOAT32);
    NDArray parameters = manager.create(Initialization.PAPER.draw(network.layout(), 1));
    NDArray weights = network.trace(parameters, tokens(model)).weights().get(0);
    assertThat(weights.toFloatArray()).containsOnly(1f);
  }

  @Test
  void causalPositionsSeeNothingAfterThem() {
    TransformerModel model = Models.mainline(8, 2, 8);
    Transformer network = new Transformer(manager, model, P, DataType.FLOAT64);
    NDArray parameters = manager.create(doubles(Initialization.PAPER.draw(network.layout(), 1)));
    Transformer.Trace one = network.trace(parameters, manager.create(new long[][] {{1, 2, P}}));
    Transformer.Trace other = network.trace(parameters, manager.create(new long[][] {{1, 3, P}}));
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
