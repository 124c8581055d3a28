package io.grokgrid.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.grokgrid.net.EmbeddingMlpSpec;
import io.grokgrid.net.Layout;
import io.grokgrid.net.Models;
import io.grokgrid.step.TrainingStep.Evaluation;
import io.grokgrid.task.Examples;
import io.grokgrid.task.Tasks;
import io.grokgrid.tensor.EngineManager;
import io.grokgrid.train.TrainingState;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An embedding MLP on the permutations, which no other form of the step takes. */
@ExtendWith(EngineManager.class)
class TextbookStepTest {
  private static final EmbeddingMlpSpec MODEL =
      Models.mlp().separateOperands(true).widths(4, 5).model();
  private static final Layout LAYOUT = MODEL.layoutOfPairs(120);

  /** With so much noise that training and test answers are not equally often the first class. */
  private static final Examples DATASET =
      new Examples(
          Tasks.permutations().trainFraction(0.37).splitSeed(1).labelNoise(5000).task(), 1);

  private final NDManager manager;
  private final TextbookStep step;

  TextbookStepTest(NDManager manager) {
    this.manager = manager;
    TrainingSpec spec = Specs.training().steps(10).batchSize(64).spec();
    step = TextbookStep.of(manager, MODEL, 120, DATASET, spec, false);
  }

  /**
   * All parameters 0 but the first bias of the unembedding, b: every answer is element 0, and the
   * mean loss is log(exp(b) + 119) - b times the share of element 0.
   */
  @Test
  void trainingAndTestExamplesAreEvaluatedApart() {
    float[] w = new float[LAYOUT.size()];
    w[LAYOUT.size() - 120] = 2;
    int train = DATASET.trainExamples();
    double trained = zeros(0, train) / (double) train;
    double tested = zeros(train, DATASET.size()) / (double) (DATASET.size() - train);
    double noneRight = Math.log(Math.exp(2) + 119);
    Evaluation found = step.evaluate(w, false);
    assertThat(tested).isNotEqualTo(trained);
    assertThat(found.trainAccuracy()).isEqualTo(trained);
    assertThat(found.testAccuracy()).isEqualTo(tested);
    assertThat(found.trainLoss()).isCloseTo(noneRight - 2 * trained, within(1e-6));
    assertThat(found.testLoss()).isCloseTo(noneRight - 2 * tested, within(1e-6));
    assertThat(found.oodLoss()).isNull();
  }

  private static long zeros(int from, int to) {
    return Arrays.stream(DATASET.answers(), from, to).filter(answer -> answer == 0).count();
  }

  /** The mean of the batches' gradients, by their sizes, is that of the whole training set. */
  @Test
  void anEpochOfBatchesHasTheGradientOfTheWhole() {
    float[] w = MODEL.init().draw(LAYOUT, 3);
    float[] whole = new float[w.length];
    TrainingSpec full = Specs.training().spec();
    double loss =
        TextbookStep.of(manager, MODEL, 120, DATASET, full, false).lossAndGradient(w, whole, 0);
    double[] sum = new double[w.length];
    double losses = 0;
    int train = DATASET.trainExamples();
    for (int number = 0; number * 64 < train; number++) {
      float[] gradient = new float[w.length];
      double share = Math.min(64, train - number * 64) / (double) train;
      losses += share * step.lossAndGradient(w, gradient, number);
      Arrays.setAll(sum, i -> sum[i] + share * gradient[i]);
    }
    assertThat(losses).isCloseTo(loss, within(1e-5));
    for (int i = 0; i < w.length; i++) {
      assertThat((double) whole[i]).isCloseTo(sum[i], within(1e-6));
    }
    assertThat(TrainingState.norm(whole)).isGreaterThan(0.01);
  }

  @Test
  void hasNoAttention() {
    assertThat(step.attention(new float[LAYOUT.size()], 0)).isEmpty();
  }
}
