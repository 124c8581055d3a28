package io.grokgrid.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.grokgrid.net.EmbeddingMlpSpec.Combine;
import io.grokgrid.net.TransformerSpec.Normalization;
import io.grokgrid.net.TransformerSpec.Outputs;
import io.grokgrid.task.SequenceRule;
import io.grokgrid.task.SequenceTask.Purpose;
import io.grokgrid.task.Tasks;
import io.grokgrid.tensor.EngineManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(EngineManager.class)
class LayoutTest {
  private static final int N = 5;

  private final NDManager manager;

  LayoutTest(NDManager manager) {
    this.manager = manager;
  }

  /** Every combination of what decides which parameters there are. */
  static List<Model> everyOption() {
    List<Model> models = new ArrayList<>();
    for (int flags = 0; flags < 1 << 6; flags++) {
      for (Normalization normalization : Normalization.values()) {
        models.add(transformer(flags, normalization));
      }
    }
    for (int flags = 0; flags < 1 << 5; flags++) {
      models.add(
          Models.mlp()
              .with("oneHot", is(flags, 4))
              .combine(is(flags, 0) ? Combine.SUM : Combine.CONCAT)
              .separateOperands(is(flags, 1))
              .bias(is(flags, 2))
              .layers(is(flags, 3) ? 3 : 1)
              .model());
    }
    return models;
  }

  private static TransformerSpec transformer(int flags, Normalization normalization) {
    return Models.parts()
        .layers(is(flags, 0) ? 2 : 1)
        .encoding(is(flags, 1) ? Encoding.LEARNED : Encoding.SINUSOIDAL)
        .outputProjection(is(flags, 2))
        .mlpBias(is(flags, 3))
        .unembedBias(is(flags, 4))
        .equalsToken(is(flags, 5))
        .separateOperands(is(flags, 5))
        .normalization(normalization)
        .with("tiedEmbeddings", flags % 5 == 0)
        .model();
  }

  private static boolean is(int flags, int bit) {
    return (flags >> bit & 1) != 0;
  }

  @ParameterizedTest
  @MethodSource("everyOption")
  void tensorsLieOneBehindTheOther(Model model) {
    Layout layout = model.layoutOfPairs(N);
    int offset = 0;
    for (Layout.Tensor tensor : layout.tensors()) {
      assertThat(tensor.offset()).as(tensor.name()).isEqualTo(offset);
      long size = Arrays.stream(tensor.shape().getShape()).reduce(1, (one, other) -> one * other);
      assertThat(tensor.size()).as(tensor.name()).isEqualTo((int) size).isPositive();
      offset += tensor.size();
    }
    assertThat(layout.size()).isEqualTo(offset);
    assertThat(model.parameters(model.ofPairs(N))).isEqualTo(offset);
  }

  @ParameterizedTest
  @MethodSource("everyOption")
  void everyTensorIsFoundByItsName(Model model) {
    Layout layout = model.layoutOfPairs(N);
    Set<String> names = new HashSet<>();
    for (Layout.Tensor tensor : layout.tensors()) {
      assertThat(names.add(tensor.name())).as(tensor.name()).isTrue();
      assertThat(layout.find(tensor.name())).isEqualTo(tensor);
      assertThat(layout.at(tensor.name())).isEqualTo(tensor);
    }
    assertThat(layout.find("blocks.9.mlp.W_in")).isNull();
    assertThatThrownBy(() -> layout.at("blocks.9.mlp.W_in")).hasMessage("blocks.9.mlp.W_in");
  }

  /** A matrix's shape is what it maps, a bias's what its map gives. */
  @ParameterizedTest
  @MethodSource("everyOption")
  void sizesFollowFromWhatATensorMaps(Model model) {
    for (Layout.Tensor tensor : model.layoutOfPairs(N).tensors()) {
      int size =
          switch (tensor.role()) {
            case EMBEDDING, ATTENTION, MLP_IN, MLP_OUT, UNEMBED ->
                tensor.inputs() * tensor.outputs();
            case ONE_HOT -> tensor.inputs() / 2 * tensor.outputs(); // one operand's half
            case BIAS_MLP, BIAS_UNEMBED, NORM_SCALE, NORM_SHIFT -> tensor.outputs();
          };
      assertThat(tensor.size()).as(tensor.name()).isEqualTo(size);
    }
  }

  @ParameterizedTest
  @MethodSource("everyOption")
  void viewsShowEachTensorsNumbers(Model model) {
    Layout layout = model.layoutOfPairs(N);
    float[] flat = new float[layout.size()];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = i;
    }
    Map<String, NDArray> views = layout.views(manager.create(flat));
    assertThat(views).hasSameSizeAs(layout.tensors());
    for (Layout.Tensor tensor : layout.tensors()) {
      NDArray view = Layout.at(views, tensor.name());
      int end = tensor.offset() + tensor.size();
      assertThat(view.getShape()).isEqualTo(tensor.shape());
      assertThat(view.toFloatArray()).isEqualTo(Arrays.copyOfRange(flat, tensor.offset(), end));
    }
  }

  private static List<String> shapes(Model model) {
    return model.layoutOfPairs(N).tensors().stream()
        .map(tensor -> tensor.name() + tensor.shape())
        .toList();
  }

  /** V = 6, T = 3, D = 4, H = 2, K = 3, F = 5, C = 5. */
  @Test
  void aTransformerWithEverythingHasTheNamesOfTransformerLens() {
    Models.Parts all = Models.parts().widths(4, 2, 3).unembedBias(true);
    assertThat(shapes(all.normalization(Normalization.PRE).model()))
        .containsExactly(
            "embed.W_E(6, 4)",
            "pos_embed.W_pos(3, 4)",
            "blocks.0.ln1.w(4)",
            "blocks.0.ln1.b(4)",
            "blocks.0.attn.W_Q(2, 4, 3)",
            "blocks.0.attn.W_K(2, 4, 3)",
            "blocks.0.attn.W_V(2, 4, 3)",
            "blocks.0.attn.W_O(2, 3, 4)",
            "blocks.0.ln2.w(4)",
            "blocks.0.ln2.b(4)",
            "blocks.0.mlp.W_in(4, 5)",
            "blocks.0.mlp.b_in(5)",
            "blocks.0.mlp.W_out(5, 4)",
            "blocks.0.mlp.b_out(4)",
            "ln_final.w(4)",
            "ln_final.b(4)",
            "unembed.W_U(4, 5)",
            "unembed.b_U(5)");
  }

  @Test
  void aTransformerWithoutOptionsHasItsMatricesOnly() {
    Models.Parts none = Models.parts().outputProjection(false).mlpBias(false);
    assertThat(shapes(none.encoding(Encoding.NONE).equalsToken(false).model()))
        .containsExactly(
            "embed.W_E(5, 4)",
            "blocks.0.attn.W_Q(2, 4, 2)",
            "blocks.0.attn.W_K(2, 4, 2)",
            "blocks.0.attn.W_V(2, 4, 2)",
            "blocks.0.mlp.W_in(4, 5)",
            "blocks.0.mlp.W_out(5, 4)",
            "unembed.W_U(4, 5)");
  }

  @Test
  void everyBlockHasTheSameTensors() {
    List<String> names =
        Models.parts()
            .layers(3)
            .normalization(Normalization.POST)
            .model()
            .layoutOfPairs(N)
            .tensors()
            .stream()
            .map(Layout.Tensor::name)
            .toList();
    List<String> first = names.stream().filter(name -> name.startsWith("blocks.0.")).toList();
    assertThat(first).hasSize(12);
    for (String block : List.of("blocks.1.", "blocks.2.")) {
      assertThat(names)
          .filteredOn(name -> name.startsWith(block))
          .isEqualTo(first.stream().map(name -> name.replace("blocks.0.", block)).toList());
    }
    assertThat(names).doesNotContain("ln_final.w");
  }

  /**
   * Of V tokens and n classes; where the classes are residues among the tokens an unembedding from
   * elsewhere may have a column for every token.
   */
  @ParameterizedTest
  @CsvSource({
    "RESIDUES, true, false, 6, 5, 6",
    "RESIDUES, false, true, 10, 5, 10",
    "TOKENS, true, true, 11, 11, 11"
  })
  void columnsOfAnUnembeddingFromElsewhereAreTheTokens(
      Outputs outputs, boolean equals, boolean separate, int tokens, int classes, int columns) {
    Models.Parts parts = Models.parts().outputs(outputs).equalsToken(equals);
    Layout layout = parts.separateOperands(separate).model().layoutOfPairs(N);
    assertThat(layout.vocabulary()).isEqualTo(tokens);
    assertThat(layout.at("unembed.W_U").outputs()).isEqualTo(classes);
    assertThat(layout.tokenClasses()).isEqualTo(columns);
    assertThat(layout.linearHidden()).isZero();
  }

  @Test
  void columnsOfAnyOtherUnembeddingAreItsClasses() {
    Layout sequences =
        Models.parts()
            .model()
            .layout(
                Signature.of(Tasks.sequences(SequenceRule.MODULAR_SUM).task(), Purpose.TRAINING));
    assertThat(sequences.vocabulary()).isEqualTo(5);
    assertThat(sequences.tokenClasses()).isEqualTo(3);
    Layout mlp = Models.mlp().separateOperands(true).model().layoutOfPairs(N);
    assertThat(mlp.tokenClasses()).isEqualTo(N);
    assertThat(mlp.linearHidden()).isPositive();
  }

  @Test
  void moreParametersThanAnArrayHoldsAreRefused() {
    Model model = Models.mlp().widths(1, 100_000).layers(2).model();
    assertThatThrownBy(() -> model.layoutOfPairs(N))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("the network must have at most 2^31 parameters, had 100");
  }
}
