package io.grokgrid.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BenchTest {
  @Test
  void measuresEveryPreset() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("../conf/presets"))) {
      assertThat(Bench.subjects().stream().map(Bench.Subject::preset).distinct())
          .containsExactlyInAnyOrderElementsOf(
              files.map(file -> file.getFileName().toString().replace(".conf", "")).toList());
    }
  }

  @Test
  void comparesTheFormsOfOneNetwork() {
    Bench.Subject tiny =
        new Bench.Subject("nanda", List.of("run.task.p=7", "run.task.train_fraction=0.5"));
    Bench.Timing row = new Bench(0.01, 0.001, 3).measure(tiny);
    assertThat(row.p()).isEqualTo(7);
    assertThat(row.examples()).isEqualTo(24);
    assertThat(row.stepMs()).isPositive();
    assertThat(row.textbookStepMs()).isPositive();
    assertThat(row.lastPositionStepMs()).isPositive();
    assertThat(row.floorMs()).isPositive();
    assertThat(row.maxGradientError()).isBetween(0.0, 5e-6);
  }

  /**
   * By hand, for the mainline at p = 7: V = 8 tokens and R = 11 rows, of which 9 rows of values are
   * made (operands, shift and '='), F + C = 520; tables 9 R D and 9 D D, then (V W_O) M; own,
   * product and the scores of one row; 24 pairs.
   */
  @Test
  void countsTheMatrixProductsOfTheFoldedStep() {
    Bench.Subject tiny =
        new Bench.Subject("nanda", List.of("run.task.p=7", "run.task.train_fraction=0.5"));
    double values = 9 * 11 * 128 + 9 * 128 * 128 + 4.0 * 9 * 128 * (32 + 520);
    double own = 128 * 520;
    double product = 128.0 * 512 * 8;
    double scores = 2 * 128 * 128 + 4 * 128 * 11;
    double pairs = 24.0 * 512 * 8;
    assertThat(new Bench(0.01, 0.001, 1).measure(tiny).gflop())
        .isEqualTo(3 * 2 * (values + own + product + scores + pairs) / 1e9);
  }
}
