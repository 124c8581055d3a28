package io.grokgrid.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.grokgrid.analysis.Labels.Part;
import io.grokgrid.task.Examples;
import io.grokgrid.task.ModularOperation;
import io.grokgrid.task.TableTask;
import io.grokgrid.task.Tasks;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LabelsTest {
  private static final int N = 7;

  /** As sure of the right answer as e^3 is. */
  private static double[] right(TableTask task) {
    double[] logits = new double[N * N * N];
    for (int pair = 0; pair < N * N; pair++) {
      if (task.table()[pair] >= 0) {
        logits[pair * N + task.table()[pair]] = 3;
      }
    }
    return logits;
  }

  @Test
  void noiseCountsWhereItIsTrainedOnAlone() {
    TableTask task = Tasks.modular(N).labelNoise(9).task();
    Labels labels = new Labels(task, 1);
    Examples examples = new Examples(task, 1);
    double wrong =
        IntStream.range(0, 9)
            .filter(i -> examples.answers()[i] != (examples.left()[i] + examples.right()[i]) % N)
            .count();
    double[] logits = right(task);
    double sure = Math.log1p(6 * Math.exp(-3));
    assertThat(wrong).isPositive();
    assertThat(labels.accuracy(logits, Part.ALL)).isOne();
    assertThat(labels.loss(logits, Part.ALL)).isCloseTo(sure, within(1e-12));
    assertThat(labels.loss(logits, labels.pairs())).isCloseTo(sure, within(1e-12));
    double share = wrong / examples.trainExamples();
    assertThat(labels.accuracy(logits, Part.TRAIN)).isCloseTo(1 - share, within(1e-12));
    assertThat(labels.loss(logits, Part.TRAIN)).isCloseTo(sure + 3 * share, within(1e-12));
  }

  @Test
  void whatTheTableLeavesOutIsInNoPart() {
    TableTask task = Tasks.modular(N).operation(ModularOperation.DIVIDE).task();
    Labels labels = new Labels(task, 1);
    assertThat(labels.pairs()).hasSize(N * (N - 1)).doesNotContain(0, N, 6 * N);
    assertThat(labels.has(N)).isFalse();
    assertThat(labels.accuracy(right(task), Part.TEST)).isOne();
  }

  @Test
  void aLogitThatIsNoNumberIsWrong() {
    TableTask task = Tasks.modular(N).task();
    double[] logits = right(task);
    logits[6] = Double.NaN; // of the pair (0, 0), whose answer is 0
    assertThat(new Labels(task, 1).accuracy(logits, Part.ALL)).isEqualTo(48 / 49.0);
    assertThat(new Labels(task, 1).loss(logits, Part.ALL)).isNaN();
  }
}
