package io.grokgrid.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.grokgrid.config.SpecReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CostTest {
  private static final String TINY =
      """
      sweep { name = cost }
      run { task { operation = add, p = 5, train_fraction = 0.4 }
            model { layers = 1, d_model = 4, heads = 2, d_head = 2, d_mlp = 8, encoding = none }
            training { steps = 1000 } }
      """;

  private final Path folder;

  CostTest(@TempDir Path folder) {
    this.folder = folder;
  }

  /**
   * A block costs 3 (2 4 3 4 + 2 4 4 + 4 4 8) = 768 and 4 9 4 = 144 operations, the unembedding 3 2
   * 4 5 = 120.
   */
  @Test
  void countsTheMatrixProducts() throws IOException {
    assertThat(forwardOperations()).isEqualTo(768 + 144 + 120);
    assertThat(forwardOperations("run.model.layers=2")).isEqualTo(2 * (768 + 144) + 120);
  }

  @Test
  void isAConstantAStepAndThreeForwardPasses() throws IOException {
    double step = 1.2e-3 + 3 * 10 * 1032 / 60e9;
    assertThat(Cost.textbookSeconds(run())).isCloseTo(step, within(1e-12));
  }

  @Test
  void countsTheBatchInsteadOfTheTrainingSet() throws IOException {
    double step = 1.2e-3 + 3 * 4 * 1032 / 60e9;
    assertThat(Cost.textbookSeconds(run("run.training.batch_size=4")))
        .isCloseTo(step, within(1e-12));
  }

  /** Pair tables where there are any; few examples of a large table are faster without. */
  @Test
  void takesTheFasterForm() throws IOException {
    assertThat(StepForm.of(run())).isEqualTo(StepForm.PAIR_TABLES);
    assertThat(Cost.secondsAStep(run()))
        .isEqualTo(Cost.pairSeconds(run(), run().pairForm().orElseThrow()));
    assertThat(StepForm.of(run("run.model.layers=2"))).isEqualTo(StepForm.ANSWER_ONLY);
    assertThat(StepForm.of(run("run.model.normalization=pre"))).isEqualTo(StepForm.ANSWER_ONLY);
    RunSpec few =
        run(
            "run.task.p=997",
            "run.model.d_model=128",
            "run.model.d_mlp=512",
            "run.training.batch_size=8");
    assertThat(StepForm.of(few)).isEqualTo(StepForm.ANSWER_ONLY);
    assertThat(Cost.secondsAStep(few)).isEqualTo(Cost.answerSeconds(few));
  }

  /** Four attention matrices of 4 x 4 and two of 4 x 8, five times 4 r r c + 2 r r r each. */
  @Test
  void countsMuonsProducts() throws IOException {
    double products = 5 * (4 * (4 * 64 + 2 * 64) + 2 * (4 * 16 * 8 + 2 * 64));
    assertThat(Cost.secondsAStep(run("run.training.optimizer=muon")))
        .isCloseTo(Cost.secondsAStep(run()) + products / 60e9, within(1e-15));
  }

  /** An evaluation is a third of a step a training example, on all examples: 25 to 10 here. */
  @Test
  void countsEvaluationsToo() throws IOException {
    RunSpec run = run("run.record.metrics_every=5");
    double step = Cost.secondsAStep(run);
    assertThat(Cost.seconds(run)).isCloseTo(1000 * step * (1 + 2.5 / 3 / 5), within(1e-9));
  }

  /**
   * Of sequences the last layer asks at the last position only: keys and values at all 5 positions,
   * queries, W_O and the MLP at one.
   */
  @Test
  void countsNoMoreThanTheAnswersTake() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("sequence.conf"),
            """
            run { task { kind = sequence, rule = shift_invariant, length = 5 }
                  model { layers = 2, d_model = 4, heads = 2, d_mlp = 8, encoding = none }
                  training.batch_size = 3 }
            """);
    RunSpec run = SpecReader.read(file, List.of()).runs().get(0).spec();
    double keysAndValues = 5 * 2 * 2 * 4 * 4;
    double asking = 2 * 2 * 4 * 4 + 2 * 2 * 4 * 8 + 2 * 2 * 5 * 4;
    assertThat(run.model().forwardOperations(run.signature(), true))
        .isEqualTo(2 * keysAndValues + (5 + 1) * asking + 2 * 4 * 2);
    assertThat(Cost.answerSeconds(run)).isLessThan(Cost.textbookSeconds(run));
    assertThat(StepForm.of(run)).isEqualTo(StepForm.ANSWER_ONLY);
  }

  @Test
  void isNeverMoreThanTheLimit() throws IOException {
    assertThat(Cost.seconds(run("run.training.max_seconds=0.01"))).isEqualTo(0.01);
  }

  private double forwardOperations(String... settings) throws IOException {
    RunSpec run = run(settings);
    return run.model().forwardOperations(run.signature(), false);
  }

  private RunSpec run(String... settings) throws IOException {
    Path file = Files.writeString(folder.resolve("tiny.conf"), TINY);
    return SpecReader.read(file, List.of(settings)).runs().get(0).spec();
  }
}
