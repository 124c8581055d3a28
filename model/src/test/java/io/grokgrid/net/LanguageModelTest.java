package io.grokgrid.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.grokgrid.base.Randomness;
import io.grokgrid.net.TransformerSpec.Normalization;
import io.grokgrid.tensor.Dropout;
import io.grokgrid.tensor.EngineManager;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A transformer that answers at the last 4 of 6 positions, of 5 tokens and 3 classes. */
@ExtendWith(EngineManager.class)
class LanguageModelTest {
  private static final int LENGTH = 6;
  private static final Signature SEQUENCES = new Signature(5, 3, LENGTH, 4);

  private final NDManager manager;

  LanguageModelTest(NDManager manager) {
    this.manager = manager;
  }

  static Stream<TransformerSpec> sequenceKinds() {
    Models.Parts two = Models.parts().layers(2).positions(LENGTH);
    return Stream.concat(
        Stream.of(
            two.normalization(Normalization.POST).model(),
            two.normalization(Normalization.PRE).unembedBias(true).model()),
        Stream.of(Encoding.values())
            .map(kind -> Models.parts().encoding(kind).widths(4, 2, 4).positions(9).model()));
  }

  @ParameterizedTest
  @MethodSource("sequenceKinds")
  void gradientsOfALanguageModelAreThoseOfCentralDifferences(TransformerSpec model) {
    Transformer network = new Transformer(manager, model, SEQUENCES, DataType.FLOAT64);
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
  void theLastAnswersOfTheTraceAreTheAnswersOfALanguageModel(TransformerSpec model) {
    Transformer network = new Transformer(manager, model, SEQUENCES, DataType.FLOAT64);
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

  private static double[] draw(Transformer network) {
    return Models.draw(Initialization.PAPER, network.layout(), 3);
  }
}
