package io.grokgrid.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.grokgrid.net.Activation;
import io.grokgrid.net.EmbeddingMlpSpec;
import io.grokgrid.net.EmbeddingMlpSpec.Combine;
import io.grokgrid.net.Layout;
import io.grokgrid.net.Models;
import io.grokgrid.task.Examples;
import io.grokgrid.task.Tasks;
import io.grokgrid.tensor.EngineManager;
import io.grokgrid.tensor.LossForm;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The embedding MLP with rows made once a step, against its definition. */
@ExtendWith(EngineManager.class)
class MlpStepTest {
  private static final int P = 7;
  private static final int[] BATCH = {3, 11, 0, 3, 8};

  private final NDManager manager;

  MlpStepTest(NDManager manager) {
    this.manager = manager;
  }

  static Stream<EmbeddingMlpSpec> everyOne() {
    List<EmbeddingMlpSpec> models = new ArrayList<>();
    for (Combine combine : Combine.values()) {
      for (Activation activation : Activation.values()) {
        for (boolean separate : new boolean[] {false, true}) {
          for (boolean bias : new boolean[] {false, true}) {
            models.add(
                Models.mlp()
                    .combine(combine)
                    .separateOperands(separate)
                    .widths(6, 20)
                    .activation(activation)
                    .bias(bias)
                    .model());
          }
        }
      }
    }
    for (Activation activation : Activation.values()) {
      for (boolean bias : new boolean[] {false, true}) {
        models.add(
            Models.mlp()
                .with("oneHot", true)
                .widths(6, 20)
                .activation(activation)
                .bias(bias)
                .model());
      }
    }
    return models.stream();
  }

  @ParameterizedTest
  @MethodSource("everyOne")
  void givesTheSameLossGradientAndEvaluation(EmbeddingMlpSpec model) {
    Examples dataset = new Examples(Tasks.modular(P).task(), 1);
    float[] parameters = model.init().draw(model.layoutOfPairs(P), 2);
    for (LossForm form : LossForm.values()) {
      TrainingSpec spec = Specs.training().loss(form).spec();
      TableInputs inputs = new TableInputs(manager, model, P, dataset, spec);
      TextbookStep textbook = new TextbookStep(manager, model, inputs, spec, true);
      PairStep rows = PairSteps.of(manager, model, P, dataset, spec);
      assertSameGradients(model, parameters, inputs, textbook, rows);
      assertSame(textbook.evaluate(parameters, false), rows.evaluate(parameters, false));
      assertThat(rows.attention(parameters, 0)).isEmpty();
    }
  }

  private static void assertSameGradients(
      EmbeddingMlpSpec model,
      float[] parameters,
      TableInputs inputs,
      TextbookStep textbook,
      PairStep rows) {
    Layout layout = model.layoutOfPairs(P);
    float[] expected = new float[parameters.length];
    float[] found = new float[parameters.length];
    Arrays.fill(found, Float.NaN);
    double loss = textbook.lossAndGradient(parameters, expected, 0);
    assertThat(rows.lossAndGradient(parameters, found, 0)).isCloseTo(loss, within(3e-6));
    assertSame(layout, expected, found);
    loss = textbook.lossAndGradient(parameters, expected, inputs.batch(BATCH));
    assertThat(rows.lossAndGradient(parameters, found, BATCH)).isCloseTo(loss, within(3e-6));
    assertSame(layout, expected, found);
  }

  private static void assertSame(TrainingStep.Evaluation expected, TrainingStep.Evaluation found) {
    assertThat(found.testLoss()).isCloseTo(expected.testLoss(), within(3e-6));
    assertThat(found.trainLoss()).isCloseTo(expected.trainLoss(), within(3e-6));
    assertThat(found.testAccuracy()).isEqualTo(expected.testAccuracy());
  }

  private static void assertSame(Layout layout, float[] expected, float[] found) {
    double[] truth = new double[expected.length];
    Arrays.setAll(truth, i -> expected[i]);
    assertThat(Float64.error(layout, truth, found)).isLessThan(5e-6);
  }
}
