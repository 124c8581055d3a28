package io.grokgrid.checkpoints;

import static org.assertj.core.api.Assertions.assertThat;

import io.grokgrid.checkpoints.CalibrationJob.Calibrated;
import io.grokgrid.config.Study;
import io.grokgrid.console.Progress;
import io.grokgrid.llc.Calibration;
import io.grokgrid.llc.Estimate;
import io.grokgrid.llc.LlcSpec;
import io.grokgrid.llc.NetworkEstimate;
import io.grokgrid.store.Store;
import io.grokgrid.tables.ExampleAnalyses;
import io.grokgrid.tables.Sparks;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of the store of {@link ExampleAnalyses}: two runs that kept their weights at step 20. */
class CalibrationJobTest {
  private static final PrintStream NOWHERE =
      new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);

  private final Study study =
      ExampleAnalyses.study(
          "llc { sampler = mala, step_size = 1e-5, n_beta = 20, chains = 2, draws = 60 }\n");

  private static Progress show(Map<String, Double> seconds) {
    return Progress.ofSamples(seconds, 120, NOWHERE, false).show();
  }

  private Optional<List<Calibrated>> calibrate(Store store, String where) throws IOException {
    return new CalibrationJob(Sparks.session(), store, study, where).run(CalibrationJobTest::show);
  }

  @Test
  void triesTheGridAroundTheLastCheckpointOfEachRun(@TempDir Path folder) throws Exception {
    Store store = ExampleAnalyses.store(folder);
    List<Calibrated> found = calibrate(store, "true").orElseThrow();
    assertThat(found).extracting(each -> each.checkpoint().step()).containsExactly(20, 20);
    assertThat(found).extracting(each -> each.checkpoint().runId()).doesNotHaveDuplicates();
    Calibrated first = found.get(0);
    List<Calibration.Row> rows = first.calibration().rows();
    assertThat(rows).hasSize(45);
    assertThat(rows).extracting(row -> row.spec().nBeta()).containsOnly(2.0, 20.0, 200.0);
    LlcSpec last = rows.get(44).spec();
    float[] weights = first.checkpoint().weights(store, new Configuration());
    Estimate alone =
        NetworkEstimate.of(first.checkpoint().spec(), weights, last, draw -> true).orElseThrow();
    assertThat(rows.get(44).estimate().unverifiedMean()).isEqualTo(alone.unverifiedMean());
    assertThat(calibrate(store, "seed > 1")).hasValue(List.of());
  }

  @Test
  void endsWithoutAnythingWhereItIsToldToStop(@TempDir Path folder) throws Exception {
    Store store = ExampleAnalyses.store(folder);
    Progress.stopCurrent();
    assertThat(calibrate(store, "seed = 1")).isEmpty();
  }
}
