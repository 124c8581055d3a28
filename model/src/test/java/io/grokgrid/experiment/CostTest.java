package io.grokgrid.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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
    assertThat(Cost.seconds(run())).isCloseTo(1000 * Cost.pairSeconds(run()), within(1e-12));
    assertThat(StepForm.of(run("run.model.layers=2"))).isEqualTo(StepForm.TEXTBOOK);
    assertThat(StepForm.of(run("run.model.normalization=pre"))).isEqualTo(StepForm.TEXTBOOK);
    RunSpec few =
        run(
            "run.task.p=997",
            "run.model.d_model=128",
            "run.model.d_mlp=512",
            "run.training.batch_size=8");
    assertThat(StepForm.of(few)).isEqualTo(StepForm.TEXTBOOK);
    assertThat(Cost.seconds(few)).isCloseTo(1000 * Cost.textbookSeconds(few), within(1e-9));
  }

  @Test
  void isNeverMoreThanTheLimit() throws IOException {
    assertThat(Cost.seconds(run("run.training.max_seconds=0.5"))).isEqualTo(0.5);
  }

  private double forwardOperations(String... settings) throws IOException {
    RunSpec run = run(settings);
    return Cost.forwardOperations(run.model(), run.task().p());
  }

  private RunSpec run(String... settings) throws IOException {
    Path file = Files.writeString(folder.resolve("tiny.conf"), TINY);
    return SpecReader.read(file, List.of(settings)).runs().get(0).spec();
  }
}
