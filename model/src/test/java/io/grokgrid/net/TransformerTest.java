package io.grokgrid.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.grokgrid.net.TransformerSpec.Normalization;
import io.grokgrid.net.TransformerSpec.Outputs;
import io.grokgrid.tensor.EngineManager;
import java.util.Arrays;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(EngineManager.class)
class TransformerTest {
  private static final int P = 5;

  private final NDManager manager;

  TransformerTest(NDManager manager) {
    this.manager = manager;
  }

  /** Every encoding, each with three of the other parts. */
  static Stream<TransformerSpec> everyKind() {
    return Stream.of(Encoding.values())
        .flatMap(
            encoding ->
                Stream.of(
                        Models.parts(),
                        Models.parts()
                            .layers(2)
                            .activation(Activation.SQUARE)
                            .attentionRate(0.3)
                            .causal(false)
                            .equalsToken(false)
                            .normalization(Normalization.PRE),
                        Models.parts()
                            .layers(2)
                            .attentionRate(0.5)
                            .normalization(Normalization.POST))
                    .map(parts -> parts.hidden(6).encoding(encoding).model()));
  }

  /**
   * Every parameter's gradient against central differences, in float64, with a collection before
   * backward.
   */
  @ParameterizedTest
  @MethodSource("everyKind")
  void gradientsAreThoseOfCentralDifferences(TransformerSpec model) {
    Transformer network = new Transformer(manager, model, P, DataType.FLOAT64);
    NDArray tokens = tokens(model);
    new CentralDifferences(manager, w -> network.trace(w, tokens).answer())
        .agree(network.layout(), draw(network));
  }

  /** Every part that can be there or not, in the smallest network that has the others. */
  static Stream<TransformerSpec> everyPart() {
    return Stream.of(
            Models.parts().encoding(Encoding.ROPE).widths(4, 2, 4),
            Models.parts().encoding(Encoding.ROPE_MIXED).widths(4, 2, 4),
            Models.parts().encoding(Encoding.ROPE_MIXED).widths(4, 1, 6).layers(2),
            Models.parts().encoding(Encoding.ALIBI).widths(3, 3, 1),
            Models.parts().separateOperands(true),
            Models.parts().residual(false),
            Models.parts().outputProjection(false),
            Models.parts().mlpResidual(false),
            Models.parts().mlpBias(false),
            Models.parts().unembedBias(true),
            Models.parts().outputs(Outputs.TOKENS),
            Models.parts().positions(7),
            Models.parts().activation(Activation.RELU),
            Models.parts()
                .layers(2)
                .normalization(Normalization.PRE)
                .causal(false)
                .separateOperands(true)
                .outputProjection(false)
                .mlpBias(false)
                .unembedBias(true)
                .outputs(Outputs.TOKENS),
            Models.parts()
                .layers(2)
                .normalization(Normalization.POST)
                .residual(false)
                .mlpResidual(false))
        .map(Models.Parts::model);
  }

  /** Both forward passes: the whole one, and the one that makes no more than the answer takes. */
  @ParameterizedTest
  @MethodSource("everyPart")
  void gradientsOfEveryPartAreThoseOfCentralDifferences(TransformerSpec model) {
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

  /** No more than the answer needs gives the same answer. */
  @ParameterizedTest
  @MethodSource("everyKind")
  void theLastPositionAloneGivesTheSameAnswer(TransformerSpec model) {
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
        Models.parts()
            .widths(16, 4, 4)
            .hidden(32)
            .activation(Activation.RELU)
            .encoding(Encoding.ALIBI)
            .attentionRate(0.5)
            .model();
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
    return Models.draw(Initialization.PAPER, network.layout(), 3);
  }

  /** At rate 0 every visible position weighs 1, so that rows sum to as many as they see. */
  @Test
  void attentionRateZeroIsTheAllOnesMatrix() {
    TransformerSpec model =
        Models.parts().attentionRate(0).causal(false).equalsToken(false).model();
    Transformer network = new Transformer(manager, model, P, DataType.FLOAT32);
    NDArray parameters = manager.create(Initialization.PAPER.draw(network.layout(), 1));
    NDArray weights = network.trace(parameters, tokens(model)).weights().get(0);
    assertThat(weights.toFloatArray()).containsOnly(1f);
  }

  @Test
  void causalPositionsSeeNothingAfterThem() {
    TransformerSpec model = Models.mainline(8, 2, 8);
    Transformer network = new Transformer(manager, model, P, DataType.FLOAT64);
    NDArray parameters = manager.create(Models.draw(Initialization.PAPER, network.layout(), 1));
    Network.Trace one = network.trace(parameters, manager.create(new long[][] {{1, 2, P}}));
    Network.Trace other = network.trace(parameters, manager.create(new long[][] {{1, 3, P}}));
    assertThat(one.logits().get("0, 0").toDoubleArray())
        .isEqualTo(other.logits().get("0, 0").toDoubleArray());
    assertThat(one.answer().toDoubleArray()).isNotEqualTo(other.answer().toDoubleArray());
  }
}
