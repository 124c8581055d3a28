package io.grokgrid.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.grokgrid.net.Layout;
import io.grokgrid.net.Model;
import io.grokgrid.net.Models;
import io.grokgrid.net.Network;
import io.grokgrid.net.TransformerSpec;
import io.grokgrid.net.TransformerSpec.Outputs;
import io.grokgrid.pair.ArrayPairNetwork;
import io.grokgrid.pair.PairForm;
import io.grokgrid.task.Examples;
import io.grokgrid.task.Tasks;
import io.grokgrid.tensor.Autograd;
import io.grokgrid.tensor.EngineManager;
import io.grokgrid.tensor.LossForm;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every form of the step against the mean of (logit - target)^2 over examples and classes, made of
 * float64 logits by autograd: torch.nn.MSELoss with one-hot targets.
 */
@ExtendWith(EngineManager.class)
class MeanSquaredErrorTest {
  private static final int P = 7;

  private final NDManager manager;

  MeanSquaredErrorTest(NDManager manager) {
    this.manager = manager;
  }

  static Stream<Model> models() {
    Models.Parts parts = Models.parts().widths(12, 2, 6).hidden(16);
    return Stream.of(
        parts.model(),
        parts.outputs(Outputs.TOKENS).unembedBias(true).model(),
        parts.with("tiedEmbeddings", true).model(),
        parts.layers(2).model(),
        Models.mlp().widths(6, 20).model(),
        Models.mlp().with("oneHot", true).widths(6, 20).model(),
        Models.mlp().with("oneHot", true).widths(6, 20).layers(2).bias(false).model());
  }

  @ParameterizedTest
  @MethodSource("models")
  void isTheMeanOverExamplesAndClasses(Model model) {
    Examples examples = new Examples(Tasks.modular(P).task(), 1);
    TrainingSpec spec = Specs.training().loss(LossForm.MEAN_SQUARED_ERROR).spec();
    Layout layout = model.layoutOfPairs(P);
    float[] w = model.draw(layout, 3);
    int train = examples.trainExamples();
    double[] expected = new double[w.length];
    double loss = differentiate(model, examples, 0, train, w, expected);
    double test = differentiate(model, examples, train, examples.size(), w, new double[w.length]);
    for (TrainingStep step : forms(model, examples, spec)) {
      float[] found = new float[w.length];
      assertThat(step.lossAndGradient(w, found, 0)).isCloseTo(loss, within(2e-6 * loss));
      assertThat(Float64.error(layout, expected, found)).isLessThan(1e-5);
      TrainingStep.Evaluation evaluation = step.evaluate(w, false);
      assertThat(evaluation.trainLoss()).isCloseTo(loss, within(2e-6 * loss));
      assertThat(evaluation.testLoss()).isCloseTo(test, within(2e-6 * test));
    }
  }

  private List<TrainingStep> forms(Model model, Examples examples, TrainingSpec spec) {
    List<TrainingStep> forms = new ArrayList<>();
    forms.add(TextbookStep.of(manager, model, P, examples, spec, true));
    forms.add(TextbookStep.of(manager, model, P, examples, spec, false));
    PairForm.of(model, P)
        .ifPresent(
            form -> {
              forms.add(PairSteps.of(manager, model, P, examples, spec));
              if (model.untied() instanceof TransformerSpec untied) {
                ArrayPairNetwork arrays =
                    new ArrayPairNetwork(manager, untied, P, spec.lossForm(), 20);
                forms.add(new PairStep(PairForm.tied(model, P, arrays), examples, spec));
              }
            });
    return forms;
  }

  /** Of examples from..to-1; the gradient is written. */
  private double differentiate(
      Model model, Examples examples, int from, int to, float[] w, double[] gradient) {
    Network network = model.network(manager, model.ofPairs(P), DataType.FLOAT64);
    int classes = model.ofPairs(P).classes();
    int n = to - from;
    double[] targets = new double[n * classes];
    long[] tokens = new long[n * model.ofPairs(P).length()];
    for (int i = 0; i < n; i++) {
      targets[i * classes + examples.answers()[from + i]] = 1;
      long[] pair = model.pair(examples.left()[from + i], examples.right()[from + i], P);
      System.arraycopy(pair, 0, tokens, i * pair.length, pair.length);
    }
    NDArray target = manager.create(targets, new Shape(n, classes));
    NDArray input = manager.create(tokens, new Shape(n, tokens.length / n));
    NDArray leaf = manager.create(w).toType(DataType.FLOAT64, false);
    leaf.setRequiresGradient(true);
    NDArray mean =
        Autograd.record(
            () -> {
              NDArray error = network.answer(leaf, input, null).sub(target); // (n, C)
              return error.mul(error).mean();
            });
    Autograd.backward(mean);
    double[] found = leaf.getGradient().toDoubleArray();
    System.arraycopy(found, 0, gradient, 0, found.length);
    return mean.toDoubleArray()[0];
  }
}
