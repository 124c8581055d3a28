package io.grokgrid.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import io.grokgrid.base.Randomness;
import io.grokgrid.net.Activation;
import io.grokgrid.net.Encoding;
import io.grokgrid.net.Layout;
import io.grokgrid.net.Models;
import io.grokgrid.net.Network;
import io.grokgrid.net.TransformerSpec;
import io.grokgrid.net.TransformerSpec.Normalization;
import io.grokgrid.task.Examples;
import io.grokgrid.task.SequenceRule;
import io.grokgrid.task.SequenceTask;
import io.grokgrid.task.Tasks;
import io.grokgrid.tensor.Dropout;
import io.grokgrid.tensor.EngineManager;
import io.grokgrid.tensor.LossForm;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The layered form of transformers against the definition, both in float32: nowhere further from it
 * than the tolerance, or than three times what the definition itself is wrong by.
 */
@ExtendWith(EngineManager.class)
class LayeredStepTest {
  private static final double TOLERANCE = 5e-6;

  private static final TrainingSpec NO_DROPOUT = Specs.training().dropoutSteps(0).spec();

  private static final List<LossForm> LOSSES =
      List.of(LossForm.FLOAT32, LossForm.FLOAT64, LossForm.STABLEMAX, LossForm.MEAN_SQUARED_ERROR);

  private final NDManager manager;

  LayeredStepTest(NDManager manager) {
    this.manager = manager;
  }

  /** Every encoding with every normalization; the other parts in turn. */
  private static List<Models.Parts> combinations() {
    List<Models.Parts> all = new ArrayList<>();
    for (Encoding encoding : Encoding.values()) {
      for (Normalization normalization : Normalization.values()) {
        for (int number = 0; number < 4; number++) {
          int i = all.size() * 7 + number;
          all.add(
              Models.parts()
                  .layers(1 + number % 3)
                  .encoding(encoding)
                  .normalization(normalization)
                  .activation(i % 2 == 0 ? Activation.GELU : Activation.SQUARE)
                  .widths(12, 2, i % 3 == 0 ? 6 : 4)
                  .hidden(24)
                  .attentionRate(number == 1 ? 0.4 : 1)
                  .causal(number != 2)
                  .residual(number != 3 || encoding == Encoding.ROPE)
                  .outputProjection(i % 3 != 0)
                  .mlpResidual(number != 0 || i % 2 == 0)
                  .mlpBias(i % 5 != 0)
                  .unembedBias(i % 2 == 0)
                  .with("tiedEmbeddings", i % 9 % 2 == 0)
                  .positions(64));
        }
      }
    }
    return all;
  }

  @Test
  void isTheDefinitionOnTables() {
    int number = 0;
    for (Models.Parts parts : combinations()) {
      LossForm loss = LOSSES.get(number * 7 % 4);
      boolean equals = number++ % 4 != 0;
      TransformerSpec model = parts.equalsToken(equals).separateOperands(number % 5 == 0).model();
      assertSameOnTable(model, 7, Specs.training().loss(loss).batchSize(number % 2 * 20).spec());
    }
  }

  /** More rows than one chunk has. */
  @Test
  void goesThroughChunks() {
    for (Normalization normalization : Normalization.values()) {
      TransformerSpec model =
          Models.parts()
              .layers(2)
              .widths(32, 2, 16)
              .hidden(32)
              .normalization(normalization)
              .encoding(Encoding.SINUSOIDAL)
              .model();
      assertSameOnTable(model, 29, Specs.training().spec());
    }
  }

  /** Where float32 rounds much, in both forms: no further from float64 than the definition is. */
  @Test
  void isAsExactAsTheDefinition() {
    for (Models.Parts parts : combinations()) {
      TransformerSpec model = parts.equalsToken(true).model();
      Layout layout = model.layoutOfPairs(7);
      Examples examples = new Examples(Tasks.modular(7).task(), 1);
      TrainingSpec spec = Specs.training().spec();
      float[] w = draw(model, layout);
      float[] textbook = new float[w.length];
      float[] layered = new float[w.length];
      try (NDManager own = manager.newSubManager()) {
        TextbookStep.of(own, model, 7, examples, spec, true).lossAndGradient(w, textbook, 0);
        TextbookStep.of(own, model, 7, examples, spec, false).lossAndGradient(w, layered, 0);
        double[] exact = Float64.gradient(own, model, 7, examples, w, null);
        assertThat(Float64.error(layout, exact, layered))
            .as("%s", model)
            .isLessThan(Math.max(5e-6, 2 * Float64.error(layout, exact, textbook)));
      }
    }
  }

  private static float[] draw(TransformerSpec model, Layout layout) {
    float[] w = model.init().draw(layout, 3);
    disturbNorms(layout, w);
    return w;
  }

  private void assertSameOnTable(TransformerSpec model, int p, TrainingSpec spec) {
    Examples examples = new Examples(Tasks.modular(p).task(), 1);
    try (NDManager own = manager.newSubManager()) {
      assertSame(
          model,
          spec.lossForm(),
          TextbookStep.of(own, model, p, examples, spec, true),
          TextbookStep.of(own, model, p, examples, spec, false),
          new TableInputs(own, model, p, examples, spec));
    }
  }

  @Test
  void isTheDefinitionOnSequences() {
    int number = 0;
    for (int length : new int[] {2, 3, 18, 64}) {
      for (Models.Parts parts : combinations()) {
        if (number++ % (length == 64 ? 7 : 3) != 0) {
          continue;
        }
        SequenceRule rule =
            length == 18 || (length == 64 && number % 2 == 0)
                ? SequenceRule.K_BACK
                : SequenceRule.MODULAR_SUM;
        SequenceTask task =
            Tasks.sequences(rule).lengths(length, length + 1).k(Math.min(3, length - 1)).task();
        assertSameOnSequences(parts.positions(65).model(), task);
      }
    }
  }

  /** Of tables and sequences; also when steps with dropout and others take turns. */
  @Test
  void leavesOutWhatTheDefinitionDoes() {
    int number = 0;
    for (Models.Parts parts : combinations()) {
      TransformerSpec onTables = parts.dropout(0.3).equalsToken(true).model();
      TrainingSpec spec = Specs.training().batchSize(number % 3 * 10).dropoutSteps(2).spec();
      if (number++ % 2 == 0) {
        Examples examples = new Examples(Tasks.modular(7).task(), 1);
        try (NDManager own = manager.newSubManager()) {
          Inputs inputs = new TableInputs(own, onTables, 7, examples, spec);
          assertSameWithDropout(own, onTables, inputs, spec);
        }
      } else {
        SequenceRule rule = number % 4 == 0 ? SequenceRule.K_BACK : SequenceRule.MODULAR_SUM;
        SequenceTask task = Tasks.sequences(rule).lengths(18, 19).k(3).task();
        try (NDManager own = manager.newSubManager()) {
          Inputs inputs = new SequenceInputs(own, task, Specs.sequences(35).spec(), 2);
          assertSameWithDropout(own, parts.positions(19).model(), inputs, spec);
        }
      }
    }
  }

  private void assertSameWithDropout(
      NDManager own, TransformerSpec model, Inputs inputs, TrainingSpec spec) {
    TextbookStep found = new TextbookStep(own, model, inputs, spec, false);
    Network network = model.network(own, inputs.signature(), DataType.FLOAT32);
    TextbookPass definition = new TextbookPass(own, network, spec.lossForm(), null);
    Layout layout = network.layout();
    float[] w = draw(model, layout);
    float[] expected = new float[w.length];
    float[] gradient = new float[w.length];
    for (int step : new int[] {0, 2, 1}) {
      try (NDScope scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        Dropout dropout = spec.dropout(own, model.dropout(), step);
        double loss = definition.lossAndGradient(w, expected, inputs.batch(step), false, dropout);
        assertThat(found.lossAndGradient(w, gradient, step))
            .as("%s", model)
            .isCloseTo(loss, within(TOLERANCE * Math.abs(loss)));
      }
      assertSame(model, layout, expected, gradient, () -> exact(model, inputs, spec, step, w));
    }
  }

  private void assertSameOnSequences(TransformerSpec model, SequenceTask task) {
    TrainingSpec spec = Specs.sequences(11).spec();
    try (NDManager own = manager.newSubManager()) {
      assertSame(
          model,
          spec.lossForm(),
          TextbookStep.of(own, model, task, spec, 2, true),
          TextbookStep.of(own, model, task, spec, 2, false),
          new SequenceInputs(own, task, spec, 2));
    }
  }

  private void assertSame(
      TransformerSpec model,
      LossForm loss,
      TextbookStep definition,
      TextbookStep found,
      Inputs inputs) {
    Layout layout = model.layout(inputs.signature());
    float[] w = draw(model, layout);
    float[] expected = new float[w.length];
    float[] gradient = new float[w.length];
    for (int step = 0; step < 2; step++) {
      double mean = definition.lossAndGradient(w, expected, step);
      assertThat(found.lossAndGradient(w, gradient, step))
          .as("%s", model)
          .isCloseTo(mean, within(TOLERANCE * Math.abs(mean)));
      int now = step;
      if (loss == LossForm.STABLEMAX || loss == LossForm.MEAN_SQUARED_ERROR) {
        assertThat(Float64.error(layout, wide(expected), gradient)).isLessThan(4 * TOLERANCE);
      } else {
        assertSame(
            model, layout, expected, gradient, () -> exact(model, inputs, NO_DROPOUT, now, w));
      }
    }
    TrainingStep.Evaluation evaluation = definition.evaluate(w, true);
    TrainingStep.Evaluation other = found.evaluate(w, true);
    assertThat(other.trainLoss()).isCloseTo(evaluation.trainLoss(), within(1e-5));
    assertThat(other.testLoss()).isCloseTo(evaluation.testLoss(), within(1e-5));
    assertThat(other.trainAccuracy()).isCloseTo(evaluation.trainAccuracy(), within(0.02));
    assertThat(other.testAccuracy()).isCloseTo(evaluation.testAccuracy(), within(0.02));
    if (evaluation.oodLoss() != null) {
      assertThat(other.oodLoss()).isCloseTo(evaluation.oodLoss(), within(1e-5));
    }
  }

  private static double[] wide(float[] narrow) {
    double[] wide = new double[narrow.length];
    Arrays.setAll(wide, i -> narrow[i]);
    return wide;
  }

  private static void assertSame(
      TransformerSpec model,
      Layout layout,
      float[] expected,
      float[] found,
      Supplier<double[]> exact) {
    for (Layout.Tensor tensor : layout.tensors()) {
      double error = error(tensor, expected, found);
      if (error >= TOLERANCE) {
        assertThat(error)
            .as("%s of %s", tensor.name(), model)
            .isLessThan(3 * error(tensor, exact.get(), expected));
      }
    }
  }

  /** The gradient that both forms round, of the cross entropy. */
  private double[] exact(
      TransformerSpec model, Inputs inputs, TrainingSpec spec, int step, float[] w) {
    try (NDManager own = manager.newSubManager();
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      Dropout dropout = spec.dropout(own, model.dropout(), step);
      return Float64.gradient(own, model, inputs.signature(), w, inputs.batch(step), dropout);
    }
  }

  /** Scales that are not 1 and shifts that are not 0. */
  private static void disturbNorms(Layout layout, float[] w) {
    Randomness random = Randomness.stream(1, "norms");
    for (Layout.Tensor tensor : layout.tensors()) {
      boolean isNorm =
          tensor.role() == Layout.Role.NORM_SCALE || tensor.role() == Layout.Role.NORM_SHIFT;
      for (int i = 0; isNorm && i < tensor.size(); i++) {
        w[tensor.offset() + i] += (float) (0.3 * random.nextGaussian());
      }
    }
  }

  private static double error(Layout.Tensor tensor, float[] expected, float[] found) {
    return error(
        tensor, IntStream.range(0, found.length).mapToDouble(i -> expected[i]).toArray(), found);
  }

  private static double error(Layout.Tensor tensor, double[] expected, float[] found) {
    double largest = 0;
    double error = 0;
    for (int i = tensor.offset(); i < tensor.offset() + tensor.size(); i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      error = Math.max(error, Math.abs(expected[i] - found[i]));
    }
    return error == 0 ? 0 : error / largest;
  }
}
