package io.grokgrid.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.grokgrid.net.TransformerSpec.Outputs;
import io.grokgrid.tensor.EngineManager;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(EngineManager.class)
class TiedTest {
  private static final int P = 5;

  private final NDManager manager;

  TiedTest(NDManager manager) {
    this.manager = manager;
  }

  /** C = p of p + 1 tokens; C = V; C = p of 2 p; with a bias behind W_U; two layers. */
  static Stream<TransformerSpec> models() {
    return Stream.of(
            Models.parts(),
            Models.parts().outputs(Outputs.TOKENS),
            Models.parts().equalsToken(false).separateOperands(true),
            Models.parts().unembedBias(true),
            Models.parts().layers(2).normalization(TransformerSpec.Normalization.PRE))
        .map(parts -> parts.with("tiedEmbeddings", true).model());
  }

  private static float[] draw(TransformerSpec model) {
    return model.draw(model.layoutOfPairs(P), 3);
  }

  private static Tied tied(TransformerSpec model) {
    return Tied.ofPairs(model, P).orElseThrow();
  }

  @ParameterizedTest
  @MethodSource("models")
  void trainsNoUnembedding(TransformerSpec model) {
    assertThat(model.layoutOfPairs(P).find("unembed.W_U")).isNull();
    assertThat(model.untied().layoutOfPairs(P).find("unembed.W_U")).isNotNull();
  }

  /** The plain loop over names: everything is where it was, and W_U (D, C) is W_E's rows. */
  @ParameterizedTest
  @MethodSource("models")
  void addsTheTransposedEmbedding(TransformerSpec model) {
    float[] w = draw(model);
    float[] all = tied(model).untie(w);
    Layout own = model.layoutOfPairs(P);
    Layout untied = model.untied().layoutOfPairs(P);
    assertThat(all).hasSize(untied.size());
    for (Layout.Tensor tensor : own.tensors()) {
      for (int i = 0; i < tensor.size(); i++) {
        assertThat(all[untied.at(tensor.name()).offset() + i]).isEqualTo(w[tensor.offset() + i]);
      }
    }
    int classes = model.classes(P);
    for (int d = 0; d < model.dModel(); d++) {
      for (int c = 0; c < classes; c++) {
        assertThat(all[untied.at("unembed.W_U").offset() + d * classes + c])
            .isEqualTo(w[own.at("embed.W_E").offset() + c * model.dModel() + d]);
      }
    }
    assertThat(Tied.tied(model, model.ofPairs(P), all)).isEqualTo(w);
  }

  /** Both networks by their definitions, in float64. */
  @ParameterizedTest
  @MethodSource("models")
  void isTheNetworkWithThatUnembedding(TransformerSpec model) {
    float[] w = draw(model);
    assertThat(logits(model, w))
        .containsExactly(logits(model.untied(), tied(model).untie(w)), within(1e-12));
  }

  private double[] logits(TransformerSpec model, float[] w) {
    Transformer network = new Transformer(manager, model, P, DataType.FLOAT64);
    NDArray parameters = manager.create(w).toType(DataType.FLOAT64, false);
    return network.answer(parameters, tokens(model), null).toDoubleArray();
  }

  private NDArray tokens(TransformerSpec model) {
    long[] one = model.pair(1, 4, P);
    long[] other = model.pair(3, 0, P);
    long[] both = new long[2 * one.length];
    System.arraycopy(one, 0, both, 0, one.length);
    System.arraycopy(other, 0, both, one.length, one.length);
    return manager.create(both, new Shape(2, one.length));
  }

  @ParameterizedTest
  @MethodSource("models")
  void gradientsAreThoseOfCentralDifferences(TransformerSpec model) {
    Transformer network = new Transformer(manager, model, P, DataType.FLOAT64);
    NDArray tokens = tokens(model);
    new CentralDifferences(manager, w -> network.answer(w, tokens, null))
        .agree(network.layout(), Models.draw(model.init(), model.layoutOfPairs(P), 3));
  }

  /** Of a linear function of all numbers: both places of W_E count. */
  @ParameterizedTest
  @MethodSource("models")
  void addsUpTheGradientsOfBothPlaces(TransformerSpec model) {
    Tied tied = tied(model);
    float[] slope = new float[tied.untiedSize()];
    for (int i = 0; i < slope.length; i++) {
      slope[i] = i % 97 - 48;
    }
    float[] gradient = new float[model.layoutOfPairs(P).size()];
    tied.tieGradient(slope, gradient);
    for (int i = 0; i < gradient.length; i++) {
      float[] unit = new float[gradient.length];
      unit[i] = 1;
      float[] moved = tied.untie(unit);
      float expected = 0;
      for (int j = 0; j < moved.length; j++) {
        expected += slope[j] * moved[j];
      }
      assertThat(gradient[i]).isEqualTo(expected);
    }
  }

  @Test
  void refusesAnUnembeddingOfItsOwn() {
    TransformerSpec model = models().findFirst().orElseThrow();
    float[] all = tied(model).untie(draw(model));
    all[model.untied().layoutOfPairs(P).at("unembed.W_U").offset() + 3] += 0.5f;
    assertThatThrownBy(() -> Tied.tied(model, model.ofPairs(P), all))
        .hasMessageContaining(
            "unembed.W_U must be the transpose of embed.W_E's first 5 rows: embeddings are tied,"
                + " was a number that is 0.5 from it");
  }

  @Test
  void othersHaveNothingToTie() {
    for (Model model : List.of(Models.parts().model(), Models.mlp().model())) {
      assertThat(Tied.ofPairs(model, P)).isEmpty();
      float[] w = new float[3];
      assertThat(Tied.untied(model, model.ofPairs(P), w)).isSameAs(w);
    }
  }
}
