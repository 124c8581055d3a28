package io.grokgrid.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.grokgrid.config.PlannedRun;
import io.grokgrid.math.Confidence;
import io.grokgrid.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeadTimesTest {
  private final Store store;
  private final List<PlannedRun> runs =
      Example.read(Example.CONF, "grid.training.seed=[0,1,2,3,4,5,6,7]").runs();

  LeadTimesTest(@TempDir Path folder) {
    store = new Store(folder.toUri().toString());
  }

  /**
   * Excluded loss goes from 4 to 8, so crosses 6 at 400, over a valley; from the memorised step on,
   * where it is 1, 4.5 at 300. Restricted loss goes from 8 to 0.5, so crosses 4.25 at 300, and 2,
   * half of the way of its logarithm, at 400.
   */
  @Test
  void aCrossingIsTheFirstStepBeyondHalfOfTheWay() throws IOException {
    MadeUp.append(
        store,
        List.of(
            MadeUp.grokking(runs.get(0), 600)
                .measured("progress", "excluded_loss", 4, 1, 2, 5, 7, 7, 8)
                .measured("progress", "restricted_loss", 8, 8, 7, 4, 1.5, 1, 0.5)));

    assertThat(
            MadeUp.lines(
                MadeUp.ask(store, NamedQuery.LEAD_TIMES)
                    .select(
                        "analysis",
                        "measure",
                        "runs",
                        "start_median",
                        "end_median",
                        "lead_median",
                        "ratio_median",
                        "late_lead_median",
                        "earlier",
                        "lead_low")))
        .containsExactly(
            "progress,restricted_loss,1,8.0,0.5,300.0,0.5,300.0,1,null",
            "progress,excluded_loss,1,4.0,8.0,200.0,%s,300.0,1,null".formatted(400 / 600.0),
            "progress,log_excluded_loss,1,%s,%s,200.0,%s,300.0,1,null"
                .formatted(Math.log(4), Math.log(8), 400 / 600.0),
            "progress,log_restricted_loss,1,%s,%s,200.0,%s,200.0,1,null"
                .formatted(Math.log(8), Math.log(0.5), 400 / 600.0));
  }

  /** The norm crosses at 200, 300, .., 900; the grok step is 500 of all. */
  @Test
  void leadsOfManyRunsHaveAnIntervalAndATest() throws IOException {
    List<MadeUp> made = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      double[] norm = new double[11];
      for (int j = 0; j <= 10; j++) {
        norm[j] = j < 2 + i ? 10 : 5;
      }
      made.add(MadeUp.grokking(runs.get(i), 500).measured("weights", "norm", norm));
    }
    MadeUp.append(store, made);
    Row row = MadeUp.ask(store, NamedQuery.LEAD_TIMES).first();

    assertThat(MadeUp.ask(store, NamedQuery.LEAD_TIMES).count()).isEqualTo(1);
    assertThat(row.mkString(",").replaceFirst(",\\d\\.\\d+,\\d\\.\\d+,\\d\\.\\d+,8,-50\\.0,.*", ""))
        .isEqualTo("weights,norm,8,10.0,5.0,-50.0,-400.0,300.0,1.1,0.4,1.8,3,0.375");
    assertThat((Double) row.getAs("earlier_low")).isEqualTo(Confidence.wilsonLow(3, 8));
    assertThat((Double) row.getAs("earlier_high")).isEqualTo(Confidence.wilsonHigh(3, 8));
    // 3 before, 4 after, 1 at the grok step: of 7 coins, 2 (1 + 7 + 21 + 35) / 128 = 1
    assertThat((Double) row.getAs("sign_p")).isEqualTo(1, within(1e-12));
  }

  @Test
  void onlyWhatMovesIsRecordedOftenAndIsOfTheWholeNetworkCounts() throws IOException {
    double nan = Double.NaN;
    MadeUp.append(
        store,
        List.of(
            MadeUp.grokking(runs.get(0), 400)
                .measured("circularity", "mean", nan, 0, nan, 0.25, 0.75, 1, 1)
                .measured("circularity", "component.1", 0, 0, 0, 0.25, 1)
                .measured("fourier_similarity", "14", 0, 0, 0, 0.25, 1)
                .measured("attention", "answer_gap.0", 0, 0, 0, 0.5, 1)
                .measured("attention", "answer_gap.1", 1, 1, 2, 2, 2)
                .measured("attention", "train_score.0.1.2.0", 0, 1, 2, 3, 4)
                .measured("loss", "train_accuracy", 0, 1, 1, 1, 1)
                .measured("loss", "test_accuracy", 0, 0, nan, nan, 1)
                .measured("weights", "norm", 3, 3, 3, 3, 3)
                .measured("weights", "sum_squared", nan, nan, nan, nan, nan)
                .measured("distance_irrelevance", "correct_logit", 1, 0.75, 0.5, 0.25, 0.25),
            MadeUp.grokking(runs.get(1), 0)
                .measured("circularity", "mean", 0, 0, 0, 0.25, 0.75, 1, 1)));

    assertThat(
            MadeUp.lines(
                MadeUp.ask(store, NamedQuery.LEAD_TIMES)
                    .select("analysis", "measure", "runs", "start_median", "lead_median")))
        .containsExactly(
            "attention,answer_gap,1,0.5,200.0",
            "distance_irrelevance,correct_logit,1,1.0,200.0",
            "circularity,mean,1,0.0,0.0");
  }

  /** A step that was measured by the run and again from its checkpoint counts once. */
  @Test
  void whatIsMeasuredTwiceCountsOnce() throws IOException {
    MadeUp.append(
        store,
        List.of(
            MadeUp.grokking(runs.get(0), 400)
                .measured("weights", "norm", 3, 3, 2, 1)
                .measured("weights", "norm", 3, 3, 2, 1)));

    assertThat(MadeUp.lines(MadeUp.ask(store, NamedQuery.LEAD_TIMES))).isEmpty();
  }
}
