package io.grokgrid.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.grokgrid.net.Activation;
import io.grokgrid.net.AttentionMean;
import io.grokgrid.net.Encoding;
import io.grokgrid.net.Initialization;
import io.grokgrid.net.Layout;
import io.grokgrid.net.Models;
import io.grokgrid.net.TransformerSpec;
import io.grokgrid.net.TransformerSpec.Outputs;
import io.grokgrid.pair.ArrayPairNetwork;
import io.grokgrid.pair.PairForm;
import io.grokgrid.pair.PairNetwork;
import io.grokgrid.task.Examples;
import io.grokgrid.task.ModularTask;
import io.grokgrid.task.Tasks;
import io.grokgrid.tensor.EngineManager;
import io.grokgrid.tensor.LossForm;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(EngineManager.class)
class PairStepTest {
  private static final int P = 5;
  private static final ModularTask TASK = Tasks.modular(P).task();
  private static final int[] BATCH = {3, 0, 14, 3, 7, 8, 1};

  private final NDManager manager;

  PairStepTest(NDManager manager) {
    this.manager = manager;
  }

  /** One network and how its loss is computed. */
  private record Case(TransformerSpec model, LossForm form) {}

  /** Every combination; what the list of options does not name varies along. */
  private static List<Case> everyCombination() {
    List<Case> cases = new ArrayList<>();
    for (Encoding encoding : Encoding.values()) {
      for (Activation activation : Activation.values()) {
        for (double rate : new double[] {0, 0.4, 1}) {
          for (int flags = 0; flags < 1 << 7; flags++) {
            cases.add(of(encoding, activation, rate, flags, cases.size()));
          }
        }
      }
    }
    return cases;
  }

  private static Case of(
      Encoding encoding, Activation activation, double rate, int flags, int number) {
    TransformerSpec model =
        Models.parts()
            .widths(10, 5, 2)
            .hidden(number % 11 % 2 == 0 ? 12 : 16)
            .activation(activation)
            .outputs((flags & 2) != 0 ? Outputs.TOKENS : Outputs.RESIDUES)
            .encoding(encoding)
            .attentionRate(rate)
            .causal((flags & 4) != 0)
            .equalsToken((flags & 1) != 0)
            .separateOperands(number % 3 == 0)
            .positions(((flags & 1) != 0 ? 3 : 2) + number % 13 % 2)
            .mlpBias(number % 5 != 0)
            .residual((flags & 8) != 0)
            .outputProjection((flags & 16) != 0)
            .mlpResidual((flags & 32) != 0)
            .unembedBias(number % 7 == 0)
            .with("tiedEmbeddings", number % 17 % 4 == 0)
            .model();
    return new Case(model, (flags & 64) != 0 ? LossForm.FLOAT64 : LossForm.FLOAT32);
  }

  @Test
  void isTheTextbookFormForEveryNetworkThatItCovers() {
    for (Case each : everyCombination()) {
      try (NDManager own = manager.newSubManager()) {
        assertSame(each, own);
      }
    }
  }

  @Test
  void isTheTextbookFormWithLossesOutsideOfAutograd() {
    int number = 0;
    for (Encoding encoding : Encoding.values()) {
      for (LossForm form : List.of(LossForm.STABLEMAX, LossForm.MEAN_SQUARED_ERROR)) {
        TransformerSpec model = of(encoding, Activation.RELU, 0.4, 127, number++).model();
        assertSame(new Case(model, form), manager);
      }
    }
  }

  /** Heads wide enough for planes with angles of their own, which rope_mixed mixes. */
  @Test
  void turnsWideHeadsAsTheDefinitionDoes() {
    for (Encoding encoding : new Encoding[] {Encoding.ROPE, Encoding.ROPE_MIXED}) {
      for (boolean equals : new boolean[] {false, true}) {
        for (double rate : new double[] {0.4, 1}) {
          TransformerSpec model =
              Models.parts()
                  .widths(12, 2, 6)
                  .hidden(16)
                  .encoding(encoding)
                  .attentionRate(rate)
                  .causal(equals)
                  .equalsToken(equals)
                  .model();
          assertSame(new Case(model, LossForm.FLOAT64), manager);
        }
      }
    }
  }

  /** Many chunks, the last one short, and an evaluation in two parts. */
  @Test
  void goesThroughChunksAndParts() {
    int p = 23;
    TransformerSpec model = Models.parts().widths(16, 4, 4).hidden(24).attentionRate(0.7).model();
    Examples dataset = new Examples(Tasks.modular(p).trainFraction(0.97).task(), 1);
    assertThat(dataset.trainExamples()).isGreaterThan(512);
    Layout layout = model.layoutOfPairs(p);
    float[] parameters = Initialization.PAPER.draw(layout, 1);
    Case each = new Case(model, LossForm.FLOAT64);
    TrainingSpec spec = Specs.training().spec();
    TrainingStep textbook = TextbookStep.of(manager, model, p, dataset, spec, true);
    TrainingStep pairs = PairSteps.of(manager, model, p, dataset, spec);
    float[] expected = new float[parameters.length];
    textbook.lossAndGradient(parameters, expected, 0);
    TrainingStep lastPosition = TextbookStep.of(manager, model, p, dataset, spec, false);
    for (TrainingStep other : List.of(pairs, lastPosition)) {
      float[] found = new float[parameters.length];
      other.lossAndGradient(parameters, found, 0);
      assertSame(each, layout, dataset, parameters, null, expected, found);
    }
    assertSame(textbook.evaluate(parameters, false), pairs.evaluate(parameters, false), each);
    assertSame(textbook.attention(parameters, 1), pairs.attention(parameters, 1), each);
    assertSame(textbook.trainAttention(parameters, 1), pairs.trainAttention(parameters, 1), each);
    assertThat(pairs.trainAttention(parameters, 1)).isNotEqualTo(pairs.attention(parameters, 1));
  }

  /** Widths that are whole blocks, so that the tape reads parameters where they are. */
  @Test
  void isTheTextbookFormWithoutPadding() {
    int p = 16;
    TransformerSpec model =
        Models.parts().widths(16, 1, 16).hidden(32).activation(Activation.GELU).model();
    Examples dataset = new Examples(Tasks.modular(p).task(), 1);
    Layout layout = model.layoutOfPairs(p);
    float[] parameters = Initialization.PAPER.draw(layout, 1);
    TrainingSpec spec = Specs.training().spec();
    float[] expected = new float[parameters.length];
    float[] found = new float[parameters.length];
    Arrays.fill(found, Float.NaN);
    TextbookStep.of(manager, model, p, dataset, spec, true)
        .lossAndGradient(parameters, expected, 0);
    PairSteps.of(manager, model, p, dataset, spec).lossAndGradient(parameters, found, 0);
    double[] textbook = new double[expected.length];
    Arrays.setAll(textbook, i -> expected[i]);
    assertThat(Float64.error(layout, textbook, found)).isLessThan(5e-6);
  }

  private void assertSame(Case each, NDManager manager) {
    TransformerSpec model = each.model();
    Examples dataset = new Examples(TASK, 1);
    Layout layout = model.layoutOfPairs(P);
    float[] parameters = Initialization.PAPER.draw(layout, 5);
    for (Layout.Tensor tensor : layout.tensors()) {
      for (int i = 0; tensor.name().contains("b_") && i < tensor.size(); i++) {
        parameters[tensor.offset() + i] = 0.1f * (i % 3 - 1);
      }
    }
    TrainingSpec spec = Specs.training().loss(each.form()).spec();
    TableInputs inputs = new TableInputs(manager, model, P, dataset, spec);
    TextbookStep textbook = new TextbookStep(manager, model, inputs, spec, true);
    int most = dataset.size() - 1;
    PairNetwork untied = new ArrayPairNetwork(manager, model.untied(), P, each.form(), most);
    PairNetwork arrays = PairForm.tied(model, P, untied);
    PairStep core = PairSteps.of(manager, model, P, dataset, spec);
    assertSame(each, layout, dataset, parameters, inputs, textbook, core);
    assertSame(
        each, layout, dataset, parameters, inputs, textbook, new PairStep(arrays, dataset, spec));
  }

  private void assertSame(
      Case each,
      Layout layout,
      Examples dataset,
      float[] parameters,
      TableInputs inputs,
      TextbookStep textbook,
      PairStep pairs) {
    float[] expected = new float[parameters.length];
    float[] found = new float[parameters.length];
    Arrays.fill(found, Float.NaN);
    double loss = textbook.lossAndGradient(parameters, expected, 0);
    pairs.lossAndGradient(parameters, found, 0);
    assertThat(pairs.lossAndGradient(parameters, found, 0)).isCloseTo(loss, about(loss));
    assertSame(each, layout, dataset, parameters, null, expected, found);
    loss = textbook.lossAndGradient(parameters, expected, inputs.batch(BATCH));
    assertThat(pairs.lossAndGradient(parameters, found, BATCH)).isCloseTo(loss, about(loss));
    assertSame(each, layout, dataset, parameters, BATCH, expected, found);
    assertSame(textbook.evaluate(parameters, false), pairs.evaluate(parameters, false), each);
    assertSame(textbook.attention(parameters, 7), pairs.attention(parameters, 7), each);
  }

  private static Offset<Double> about(double loss) {
    return within(2e-6 * Math.max(1, loss));
  }

  /**
   * 5e-6 of each tensor's largest magnitude; where the textbook's own rounding is of that size, as
   * in a few of thousands of cases, both are compared with float64 instead.
   */
  private void assertSame(
      Case each,
      Layout layout,
      Examples dataset,
      float[] parameters,
      int @Nullable [] batch,
      float[] expected,
      float[] found) {
    double[] textbook = new double[expected.length];
    Arrays.setAll(textbook, i -> expected[i]);
    if (Float64.error(layout, textbook, found) <= 5e-6) {
      return;
    }
    int p = dataset.size() == P * P ? P : 23;
    double[] truth = Float64.gradient(manager, each.model(), p, dataset, parameters, batch);
    double allowed = Math.max(5e-6, 3 * Float64.error(layout, truth, expected));
    assertThat(allowed).as("the textbook's own error in %s", each).isLessThan(3e-5);
    assertThat(Float64.error(layout, truth, found)).as("%s", each).isLessThan(allowed);
  }

  private static void assertSame(
      TrainingStep.Evaluation expected, TrainingStep.Evaluation found, Case each) {
    assertThat(found.trainLoss())
        .as("%s", each)
        .isCloseTo(expected.trainLoss(), about(expected.trainLoss()));
    assertThat(found.testLoss())
        .as("%s", each)
        .isCloseTo(expected.testLoss(), about(expected.testLoss()));
    assertThat(found.trainAccuracy()).as("%s", each).isEqualTo(expected.trainAccuracy());
    assertThat(found.testAccuracy()).as("%s", each).isEqualTo(expected.testAccuracy());
  }

  private static void assertSame(
      List<AttentionMean> expected, List<AttentionMean> found, Case each) {
    assertThat(found).as("%s", each).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      AttentionMean one = expected.get(i);
      AttentionMean other = found.get(i);
      assertThat(other)
          .as("%s", each)
          .usingRecursiveComparison()
          .ignoringFields("meanScore", "meanWeight")
          .isEqualTo(one);
      assertThat(other.meanScore()).as("%s", one).isCloseTo(one.meanScore(), within(1e-6));
      assertThat(other.meanWeight()).as("%s", one).isCloseTo(one.meanWeight(), within(1e-6));
    }
  }
}
