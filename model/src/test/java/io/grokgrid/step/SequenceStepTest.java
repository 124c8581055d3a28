package io.grokgrid.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.grokgrid.net.AttentionMean;
import io.grokgrid.net.Encoding;
import io.grokgrid.net.Initialization;
import io.grokgrid.net.Layout;
import io.grokgrid.net.Models;
import io.grokgrid.net.Signature;
import io.grokgrid.net.TransformerSpec;
import io.grokgrid.net.TransformerSpec.Normalization;
import io.grokgrid.step.TrainingStep.Evaluation;
import io.grokgrid.task.SequenceRule;
import io.grokgrid.task.SequenceTask;
import io.grokgrid.task.SequenceTask.Purpose;
import io.grokgrid.task.Tasks;
import io.grokgrid.tensor.EngineManager;
import io.grokgrid.train.TrainingState;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(EngineManager.class)
class SequenceStepTest {
  private static final int BATCHES = 3;
  private static final int BATCH = 7;

  private final NDManager manager;

  SequenceStepTest(NDManager manager) {
    this.manager = manager;
  }

  private static SequenceTask task(SequenceRule rule) {
    return Tasks.sequences(rule).task();
  }

  private static Models.Parts parts() {
    return Models.parts().layers(2).normalization(Normalization.PRE).positions(9).unembedBias(true);
  }

  private static Layout layout(TransformerSpec model, SequenceTask task) {
    return model.layout(Signature.of(task, Purpose.TRAINING));
  }

  private TextbookStep step(TransformerSpec model, SequenceTask task, TrainingSpec spec) {
    return TextbookStep.of(manager, model, task, spec, BATCHES, false);
  }

  private TextbookStep step(TransformerSpec model, SequenceTask task) {
    return step(model, task, Specs.sequences(BATCH).spec());
  }

  /**
   * Of the step's own loss, in float32: differences of 0.01 are wrong by their square, so that
   * there is no layer norm, and by the loss's rounding over them.
   */
  @ParameterizedTest
  @EnumSource
  void gradientsAreThoseOfCentralDifferences(SequenceRule rule) {
    TransformerSpec model = Models.parts().positions(9).unembedBias(true).model();
    SequenceTask task = task(rule);
    TextbookStep step = step(model, task);
    float[] w = Initialization.PAPER.draw(layout(model, task), 3);
    float[] gradient = new float[w.length];
    step.lossAndGradient(w, gradient, 4);
    float[] unused = new float[w.length];
    for (int i = 0; i < w.length; i++) {
      float kept = w[i];
      w[i] = kept + 0.01f;
      double above = step.lossAndGradient(w, unused, 4);
      double width = w[i];
      w[i] = kept - 0.01f;
      double below = step.lossAndGradient(w, unused, 4);
      width -= w[i];
      w[i] = kept;
      assertThat((double) gradient[i])
          .as("parameter %d", i)
          .isCloseTo((above - below) / width, within(1e-3));
    }
  }

  /** Every position through every layer, and no more than the answers need. */
  @ParameterizedTest
  @EnumSource
  void bothFormsHaveTheSameGradient(SequenceRule rule) {
    TransformerSpec model = parts().encoding(Encoding.ROPE_MIXED).widths(8, 2, 4).model();
    SequenceTask task = task(rule);
    TrainingSpec spec = Specs.sequences(BATCH).spec();
    float[] w = Initialization.PAPER.draw(layout(model, task), 3);
    float[] one = new float[w.length];
    float[] other = new float[w.length];
    double loss = step(model, task, spec).lossAndGradient(w, one, 4);
    TextbookStep everyPosition = TextbookStep.of(manager, model, task, spec, BATCHES, true);
    assertThat(everyPosition.lossAndGradient(w, other, 4)).isCloseTo(loss, within(1e-6));
    double[] textbook = new double[w.length];
    Arrays.setAll(textbook, i -> other[i]);
    assertThat(Float64.error(layout(model, task), textbook, one)).isLessThan(5e-6);
    assertThat(TrainingState.norm(one)).isGreaterThan(0.1);
  }

  /**
   * All parameters 0 but the first bias of the unembedding, b: every answer is class 0, and the
   * mean loss is log(exp(b) + C - 1) - b times the share of class 0.
   */
  @ParameterizedTest
  @EnumSource
  void aNetworkThatAlwaysAnswersTheFirstClassHasTheLossOfItsBias(SequenceRule rule) {
    TransformerSpec model = parts().model();
    SequenceTask task = task(rule);
    float b = 0.75f;
    float[] w = new float[layout(model, task).size()];
    w[layout(model, task).at("unembed.b_U").offset()] = b;
    double noneRight = Math.log(Math.exp(b) + task.classes() - 1);
    TrainingSpec spec = Specs.sequences(300).spec();
    Evaluation found = step(model, task, spec).evaluate(w, true);
    double ood = Objects.requireNonNull(found.oodAccuracy());
    assertThat(found.trainLoss()).isCloseTo(noneRight - b * found.trainAccuracy(), within(1e-6));
    assertThat(found.testLoss()).isCloseTo(noneRight - b * found.testAccuracy(), within(1e-6));
    assertThat(found.oodLoss()).isCloseTo(noneRight - b * ood, within(1e-6));
    assertIsAShare(found.trainAccuracy(), task, Purpose.TRAINING);
    assertIsAShare(found.testAccuracy(), task, Purpose.TEST);
    assertIsAShare(ood, task, Purpose.OUT_OF_DISTRIBUTION);
  }

  /**
   * Of all answers of three batches of 300 sequences, more than are evaluated at a time; classes
   * are equally frequent.
   */
  private static void assertIsAShare(double share, SequenceTask task, Purpose purpose) {
    int answers = BATCHES * 300 * task.answered(task.length(purpose));
    double expected = 1.0 / task.classes();
    assertThat(share * answers).isCloseTo(Math.rint(share * answers), within(1e-6));
    assertThat(share).isCloseTo(expected, within(5 * Math.sqrt(expected / answers)));
  }

  @Test
  void evaluatesTheSameSequencesEveryTimeAndOthersForEveryPurpose() {
    TransformerSpec model = parts().model();
    SequenceTask task = Tasks.sequences(SequenceRule.K_BACK).lengths(6, 6).task();
    float[] w = Initialization.PAPER.draw(layout(model, task), 3);
    TextbookStep step = step(model, task);
    Evaluation found = step.evaluate(w, true);
    assertThat(step.evaluate(w, true)).isEqualTo(found);
    assertThat(step(model, task).evaluate(w, true)).isEqualTo(found);
    assertThat(found.testLoss()).isNotEqualTo(found.trainLoss());
    assertThat(found.oodLoss()).isNotEqualTo(found.trainLoss()).isNotEqualTo(found.testLoss());
  }

  @Test
  void isEvaluatedOutOfDistributionOnlyIfAsked() {
    TransformerSpec model = parts().model();
    SequenceTask task = task(SequenceRule.SHIFT_INVARIANT);
    float[] w = Initialization.PAPER.draw(layout(model, task), 3);
    TextbookStep step = step(model, task);
    Evaluation without = step.evaluate(w, false);
    Evaluation with = step.evaluate(w, true);
    assertThat(without.oodLoss()).isNull();
    assertThat(without.oodAccuracy()).isNull();
    assertThat(with.oodLoss()).isPositive();
    assertThat(with.oodAccuracy()).isBetween(0.0, 1.0);
    assertThat(with.testLoss()).isEqualTo(without.testLoss());
  }

  @Test
  void lossesAreAFunctionOfTheSeedAndTheStep() {
    TransformerSpec model = parts().dropout(0.2).model();
    SequenceTask task = task(SequenceRule.MODULAR_SUM);
    float[] w = Initialization.PAPER.draw(layout(model, task), 3);
    float[] gradient = new float[w.length];
    float[] again = new float[w.length];
    TextbookStep one = step(model, task);
    double fourth = one.lossAndGradient(w, gradient, 4);
    assertThat(one.lossAndGradient(w, again, 5)).isNotEqualTo(fourth);
    assertThat(step(model, task).lossAndGradient(w, again, 4)).isEqualTo(fourth);
    assertThat(again).isEqualTo(gradient);
  }

  @Test
  void leavesOutNumbersInTheFirstDropoutStepsOnly() {
    SequenceTask task = task(SequenceRule.K_BACK);
    TransformerSpec model = parts().dropout(0.3).model();
    float[] w = Initialization.PAPER.draw(layout(model, task), 3);
    double[] none = losses(parts().model(), task, w, -1);
    double[] two = losses(model, task, w, 2);
    double[] all = losses(model, task, w, -1);
    assertThat(losses(model, task, w, 0)).isEqualTo(none);
    for (int step = 0; step < 4; step++) {
      assertThat(two[step]).isEqualTo(step < 2 ? all[step] : none[step]);
      assertThat(all[step]).isNotEqualTo(none[step]);
    }
  }

  private double[] losses(TransformerSpec model, SequenceTask task, float[] w, int dropoutSteps) {
    TextbookStep step = step(model, task, Specs.sequences(BATCH).dropoutSteps(dropoutSteps).spec());
    double[] losses = new double[4];
    Arrays.setAll(losses, i -> step.lossAndGradient(w, new float[w.length], i));
    return losses;
  }

  @Test
  void evaluationLeavesNothingOut() {
    SequenceTask task = task(SequenceRule.K_BACK);
    TransformerSpec model = parts().dropout(0.3).model();
    float[] w = Initialization.PAPER.draw(layout(model, task), 3);
    assertThat(step(model, task).evaluate(w, true))
        .isEqualTo(step(parts().model(), task).evaluate(w, true));
  }

  /**
   * With all parameters 0, so that only the slopes of ALiBi are left: the score is -slope times
   * distance, the weight its softmax over the positions that the query sees.
   */
  @Test
  void attentionIsOfTheFirstThirtyTwoPositionsAndUnmaskedPairs() {
    SequenceTask task = Tasks.sequences(SequenceRule.LONG_RANGE_MATCH).lengths(40, 50).task();
    TransformerSpec model = Models.parts().encoding(Encoding.ALIBI).model();
    List<AttentionMean> means =
        step(model, task).attention(new float[layout(model, task).size()], 6);
    assertThat(means).hasSize(2 * 32 * 33 / 2);
    double[] slopes = {1 / 16., 1 / 256.};
    for (AttentionMean mean : means) {
      assertThat(mean.step()).isEqualTo(6);
      assertThat(mean.layer()).isZero();
      assertThat(mean.key()).isBetween(0, mean.query());
      assertThat(mean.query()).isLessThan(32);
      double slope = slopes[mean.head()];
      double score = -slope * (mean.query() - mean.key());
      double sum = 0;
      for (int distance = 0; distance <= mean.query(); distance++) {
        sum += Math.exp(-slope * distance);
      }
      assertThat(mean.meanScore()).isCloseTo(score, within(1e-6));
      assertThat(mean.meanWeight()).isCloseTo(Math.exp(score) / sum, within(1e-6));
    }
  }

  @Test
  void attentionWeightsOfAQuerySumToOne() {
    SequenceTask task = Tasks.sequences(SequenceRule.MODULAR_SUM).lengths(40, 50).task();
    TransformerSpec model = parts().encoding(Encoding.ROPE).model();
    float[] w = Initialization.STANDARD_NORMAL.draw(layout(model, task), 3);
    Map<List<Integer>, Double> sums =
        step(model, task).attention(w, 0).stream()
            .collect(
                Collectors.groupingBy(
                    mean -> List.of(mean.layer(), mean.head(), mean.query()),
                    Collectors.summingDouble(AttentionMean::meanWeight)));
    assertThat(sums).hasSize(2 * 2 * 32);
    assertThat(sums.values()).allSatisfy(sum -> assertThat(sum).isCloseTo(1, within(1e-5)));
  }

  @Test
  void keepsNoArraysFromStepToStep() {
    TransformerSpec model = parts().dropout(0.1).model();
    SequenceTask task = task(SequenceRule.K_BACK);
    TextbookStep step = step(model, task);
    float[] w = Initialization.PAPER.draw(layout(model, task), 3);
    int before = manager.getManagedArrays().size();
    for (int i = 0; i < 20; i++) {
      step.lossAndGradient(w, new float[w.length], i);
      step.evaluate(w, true);
      step.attention(w, i);
    }
    assertThat(manager.getManagedArrays()).hasSize(before);
  }
}
