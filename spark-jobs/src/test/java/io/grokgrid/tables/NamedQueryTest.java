package io.grokgrid.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grokgrid.config.PlannedRun;
import io.grokgrid.experiment.Outcome;
import io.grokgrid.experiment.RunResult;
import io.grokgrid.math.Confidence;
import io.grokgrid.net.AttentionMean;
import io.grokgrid.store.Store;
import io.grokgrid.store.StoredRuns;
import io.grokgrid.store.Views;
import io.grokgrid.train.Metrics;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NamedQueryTest {
  private final SparkSession session = Sparks.session();
  private final Path folder;

  NamedQueryTest(@TempDir Path folder) {
    this.folder = folder;
  }

  /**
   * By hand, see {@link Example#store}. Weight decay 0.5: the curve is 2/3 at 300, 1/3 at 500 and
   * stays; 1: one at 400, one censored at 1,000, so 1/2 at 400 and stays.
   */
  @Test
  void grokStepVsWeightDecayIsAsWorkedByHand() throws IOException {
    Dataset<Row> answer = answer(NamedQuery.GROK_STEP_VS_WEIGHT_DECAY, Views.Restriction.NONE);

    assertThat(answer.columns())
        .containsExactly(
            "operation",
            "p",
            "train_fraction",
            "encoding",
            "weight_decay",
            "runs",
            "generalised",
            "diverged",
            "failed",
            "grok_step_p25",
            "grok_step_median",
            "grok_step_p75",
            "delay_median",
            "generalised_low",
            "generalised_high",
            "grok_step_median_low",
            "grok_step_median_high");
    assertThat(lines(answer))
        .containsExactly(
            "add,13,0.5,learned,0.5,3,2,0,0,300,500,null,300.0,%s,%s,300,null"
                .formatted(Confidence.wilsonLow(2, 3), Confidence.wilsonHigh(2, 3)),
            "add,13,0.5,learned,1.0,3,1,1,1,400,400,null,300.0,%s,%s,400,null"
                .formatted(Confidence.wilsonLow(1, 2), Confidence.wilsonHigh(1, 2)));
  }

  @Test
  void theirOwnVariableIsTheLastOfTheFirstFive() throws IOException {
    Example.store(folder);
    assertThat(answer(NamedQuery.GROK_STEP_VS_TRAIN_FRACTION, Views.Restriction.NONE).columns())
        .startsWith("operation", "p", "encoding", "weight_decay", "train_fraction", "runs");
    assertThat(answer(NamedQuery.GROK_STEP_VS_P, Views.Restriction.NONE).columns())
        .startsWith("operation", "train_fraction", "encoding", "weight_decay", "p", "runs");
  }

  /** The named ones are cases; the key is the last of those that are always there. */
  @Test
  void grokStepVsTakesAnyKey() throws IOException {
    Store store = Example.store(folder);
    for (String key : List.of("weight_decay", "train_fraction", "p")) {
      Dataset<Row> named = ask(store, "grok_step_vs_" + key, Views.Restriction.NONE);
      Dataset<Row> case_ = ask(store, "grok_step_vs " + key, Views.Restriction.NONE);
      assertThat(case_.columns()).isEqualTo(named.columns());
      assertThat(lines(case_)).isEqualTo(lines(named));
    }
    Dataset<Row> seeds = ask(store, "grok_step_vs training.seed", Views.Restriction.NONE);
    assertThat(seeds.columns())
        .startsWith("operation", "p", "train_fraction", "encoding", "weight_decay", "seed", "runs");
    assertThat(lines(seeds.select("weight_decay", "seed", "grok_step_median")))
        .startsWith("0.5,0,300", "0.5,1,500", "0.5,2,null", "1.0,0,400");
  }

  /** The table after a sweep: by what its grid varies, but for the seeds; else one group. */
  @Test
  void aSweepsTableIsByItsAxes() throws IOException {
    Views.register(session, StoredRuns.of(session, Example.store(folder)), Views.Restriction.NONE);
    Dataset<Row> byDecay = session.sql(GrokSteps.byAxes(List.of("weight_decay", "seed")));
    assertThat(byDecay.columns()).startsWith("weight_decay", "runs", "generalised");
    assertThat(GrokSteps.byAxes(List.of("weight_decay", "checkpoints")))
        .as("what is recorded splits no group")
        .isEqualTo(GrokSteps.byAxes(List.of("weight_decay")));
    assertThat(lines(byDecay.select("weight_decay", "generalised")))
        .containsExactly("0.5,2", "1.0,1");
    Dataset<Row> all = session.sql(GrokSteps.byAxes(List.of("seed")));
    assertThat(lines(all.select("runs", "generalised", "grok_step_median")))
        .containsExactly("6,3,500");
  }

  /** By hand, see {@link Example#store}: by what varies, or by two keys over all others. */
  @Test
  void aPhaseDiagramCountsHowRunsEnd() throws IOException {
    Store store = Example.store(folder);
    Dataset<Row> all = ask(store, "phase_diagram", Views.Restriction.NONE);
    assertThat(all.columns())
        .containsExactly(
            "weight_decay",
            "runs",
            "grokked",
            "comprehended",
            "memorised",
            "confused",
            "diverged",
            "out_of_time",
            "failed",
            "generalised",
            "grok_step_median",
            "grok_step_median_low",
            "grok_step_median_high");
    assertThat(lines(all))
        .containsExactly(
            "0.5,3,2,0,1,0,0,0,0,2,500,300,null", "1.0,3,1,0,0,0,1,0,1,1,400,400,null");
    Dataset<Row> two = ask(store, "phase_diagram --axes p,model.encoding", Views.Restriction.NONE);
    assertThat(lines(two.drop("grok_step_median_low", "grok_step_median_high")))
        .containsExactly("13,learned,6,3,0,1,0,1,0,1,3,500");
    Dataset<Row> one = ask(store, "phase_diagram", new Views.Restriction(null, "grok_step = 300"));
    assertThat(lines(one.drop("grok_step_median_high")))
        .containsExactly("1,1,0,0,0,0,0,0,1,300,null");
  }

  /** By hand: 0.05 is reached by all at step 0, also by the one that diverges. */
  @Test
  void aThresholdOfOnesOwnHasTheSameStatistics() throws IOException {
    Store store = Example.store(folder);
    Dataset<Row> grokked = ask(store, "threshold --at 0.99", Views.Restriction.NONE);
    assertThat(grokked.columns())
        .containsExactly(
            "weight_decay",
            "at",
            "runs",
            "reached",
            "diverged",
            "failed",
            "step_p25",
            "step_median",
            "step_p75",
            "delay_median",
            "reached_low",
            "reached_high",
            "step_median_low",
            "step_median_high");
    Dataset<Row> same = ask(store, "grok_step_vs weight_decay", Views.Restriction.NONE);
    assertThat(lines(grokked.drop("at")))
        .isEqualTo(lines(same.drop("operation", "p", "train_fraction", "encoding")));
    assertThat(
            lines(
                ask(store, "threshold --at 0.05", Views.Restriction.NONE)
                    .select("at", "runs", "reached", "step_median", "delay_median")))
        .containsExactly("0.05,3,3,0,-100.0", "0.05,3,2,0,-100.0");
    assertThat(
            lines(
                ask(store, "threshold --at=1", new Views.Restriction(null, "seed = 0 AND p = 13"))
                    .select("weight_decay", "step_median")))
        .containsExactly("0.5,300", "1.0,400");
  }

  /** Of 85 test examples 85 must be right; 78 were at best, and 9 of the diverged run. */
  @Test
  void nearMissesSayByHowManyExamples() throws IOException {
    List<PlannedRun> runs = Example.study().runs();
    Example.append(
        store(),
        1,
        Example.recorded(
            runs.get(0),
            Outcome.MEMORISED,
            List.of(
                metrics(0, 2, 0, 2, 0, 1),
                metrics(100, 1, 1, 1, 78 / 85d, 1),
                metrics(200, 1, 1, 1, 70 / 85d, 1)),
            List.of()),
        Example.diverged(runs.get(1)),
        Example.result(runs.get(2), 500),
        Example.failed(runs.get(3), "lost", Example.START));
    Dataset<Row> answer = ask(store(), NamedQuery.NEAR_MISSES, Views.Restriction.NONE);

    assertThat(answer.columns()).startsWith("run_id", "sweep", "weight_decay");
    assertThat(
            lines(
                answer.select(
                    "run_id",
                    "outcome",
                    "best_test_step",
                    "test_examples",
                    "missed_by",
                    "last_step")))
        .containsExactly(
            runs.get(0).id() + ",memorised,100,85,7,200",
            runs.get(1).id() + ",diverged,0,85,76,100");
  }

  @Test
  void everyOtherKeyThatVariesIsAColumnButTheSeeds() throws IOException {
    Store store = Example.store(folder);
    Example.append(
        store, 3, Example.result(Example.study("run.training.warmup_steps=7").runs().get(0), 600));
    Dataset<Row> answer =
        ask(store, NamedQuery.GROK_STEP_VS_WEIGHT_DECAY, new Views.Restriction(null, "seed = 0"));

    assertThat(answer.columns()).contains("warmup_steps").doesNotContain("seed", "split_seed");
    assertThat(answer.select("weight_decay", "warmup_steps", "runs").collectAsList()).hasSize(3);
  }

  /** By hand, see {@link #encodings}; of alibi three runs count, of rope one. */
  @Test
  void encodingsCompareInAndOutOfDistribution() throws IOException {
    Dataset<Row> answer = ask(encodings(), NamedQuery.ENCODINGS, Views.Restriction.NONE);
    String[] found = {
      "runs",
      "diverged",
      "in_loss",
      "in_accuracy",
      "out_loss",
      "out_accuracy",
      "gap",
      "in_accuracy_sd",
      "out_accuracy_sd",
      "generalised",
      "generalised_low",
      "generalised_high",
      "grok_step_median",
      "grok_step_median_low",
      "grok_step_median_high"
    };

    assertThat(answer.columns())
        .startsWith("task", "operation", "rule", "encoding")
        .doesNotContain("seed")
        .doesNotHaveDuplicates()
        .endsWith(found);
    assertThat(lines(answer.select("encoding", found)))
        .containsExactly(
            "learned,1,0,0.5,1.0,null,null,null,null,null,1,%s,1.0,300,null,null"
                .formatted(Confidence.wilsonLow(1, 1)),
            "alibi,3,0,2.0,0.5,4.0,0.25,0.25,0.25,0.0,0,0.0,%s,null,null,null"
                .formatted(Confidence.wilsonHigh(0, 3)),
            "rope,2,1,0.25,1.0,0.5,0.75,0.25,null,null,1,%s,%s,9,9,null"
                .formatted(Confidence.wilsonLow(1, 2), Confidence.wilsonHigh(1, 2)));
    assertThat(lines(answer.select("task", "operation", "rule")))
        .containsExactly("modular,add,null", "sequence,null,k_back", "sequence,null,k_back");
  }

  @Test
  void duckDbFindsTheSameOfEncodings() throws IOException, SQLException {
    Dataset<Row> answer = ask(encodings(), NamedQuery.ENCODINGS, Views.Restriction.NONE);

    assertThat(
            duckDb(
                """
                WITH ended AS (
                  SELECT encoding, count(*) AS runs FROM read_parquet('%1$s/runs/*/*.parquet')
                  WHERE outcome <> 'failed' GROUP BY ALL),
                means AS (
                  SELECT encoding, avg(final_test_accuracy - metrics[-1].ood_accuracy) AS gap,
                    stddev_samp(final_test_accuracy) AS in_sd
                  FROM read_parquet('%1$s/runs/*/*.parquet')
                  WHERE outcome NOT IN ('failed', 'diverged') GROUP BY ALL)
                SELECT encoding, runs, gap, in_sd FROM ended JOIN means USING (encoding)
                ORDER BY encoding
                """
                    .formatted(folder)))
        .containsExactlyInAnyOrderElementsOf(
            lines(answer.select("encoding", "runs", "gap", "in_accuracy_sd")));
  }

  /**
   * Two runs, whose gaps between a and b are of opposite sign; b on = is masked; step 50 has no
   * metrics. A diverged run and one of sequences are left out.
   */
  @Test
  void attentionSymmetryIsAMeanOverRuns() throws IOException {
    List<PlannedRun> runs = Example.study("run.training.weight_decay=0.5").runs();
    List<Metrics> at0 = List.of(metrics(0, 4, 0.25, 5, 0.125, 1));
    Example.append(
        store(),
        1,
        Example.recorded(
            runs.get(0),
            Outcome.CONFUSED,
            at0,
            List.of(
                mean(0, 0, 1, 1),
                mean(0, 1, 0, 3),
                mean(0, 0, 2, 0.5),
                mean(0, 2, 0, 4),
                mean(0, 2, 1, 3),
                mean(50, 0, 1, 7))),
        Example.recorded(
            runs.get(1),
            Outcome.CONFUSED,
            List.of(metrics(0, 4, 0.75, 5, 0.375, 1)),
            List.of(
                mean(0, 0, 1, 3),
                mean(0, 1, 0, 1),
                mean(0, 0, 2, 1.5),
                mean(0, 2, 0, 1),
                mean(0, 2, 1, 4))),
        Example.recorded(runs.get(2), Outcome.DIVERGED, at0, List.of(mean(0, 0, 1, Double.NaN))));
    Example.append(
        store(),
        2,
        Example.recorded(
            Example.read(Example.SEQUENCES).runs().get(0),
            Outcome.CONFUSED,
            at0,
            List.of(mean(0, 1, 0, 9))));
    Dataset<Row> answer = ask(store(), NamedQuery.ATTENTION_SYMMETRY, Views.Restriction.NONE);
    String[] ofHeads = {
      "layer",
      "head",
      "step",
      "runs",
      "train_a_to_b",
      "train_b_to_a",
      "train_a_to_equals",
      "train_b_to_equals",
      "train_equals_to_a",
      "train_equals_to_b",
      "a_to_b",
      "b_to_a",
      "a_to_equals",
      "b_to_equals",
      "equals_to_a",
      "equals_to_b",
      "a_b_gap",
      "equals_gap",
      "train_accuracy",
      "test_accuracy"
    };

    assertThat(answer.columns())
        .startsWith("operation", "p", "encoding", "weight_decay")
        .doesNotContain("seed")
        .doesNotHaveDuplicates()
        .endsWith(ofHeads);
    assertThat(lines(answer.selectExpr(ofHeads)))
        .containsExactly(
            "0,1,0,2,12.0,12.0,11.0,null,12.5,13.5,2.0,2.0,1.0,null,2.5,3.5,2.0,2.0,0.5,0.25",
            "0,1,50,1,17.0,null,null,null,null,null,7.0,null,null,null,null,null,null,null,null,null");
  }

  /**
   * By hand. Spikes begin at 300 (and are not over at 400 and 600, where the loss jumps again), at
   * 1,000 (from a loss of 0) and at 1,400; not at 100 (before memorisation) nor at 800 (no accuracy
   * lost). Test spikes begin at 1,100 and, from 0, at 1,400; not at 1,000 (20 times, not more).
   */
  @Test
  void slingshotsCountEverySpikeOnce() throws IOException {
    List<PlannedRun> runs = Example.study().runs();
    Example.append(
        store(),
        1,
        Example.recorded(
            runs.get(0),
            Outcome.GROKKED,
            List.of(
                metrics(0, 4, 0, 4, 0, 10),
                metrics(100, 40, 0.5, 4, 0, 9),
                metrics(200, 0.5, 1, 2, 0.125, 4),
                metrics(300, 5, 0.5, 50, 0.5, 4),
                metrics(400, 60, 0.5, 2, 0.5, 4),
                metrics(500, 1, 0.5, 2, 0.5, 4),
                metrics(600, 30, 0.5, 2, 0.5, 4),
                metrics(700, 0, 1, 0.25, 1, 4),
                metrics(800, 0.5, 1, 0.5, 1, 4),
                metrics(900, 0, 1, 0.125, 1, 4),
                metrics(1000, 2, 0.5, 2.5, 1, 4),
                metrics(1100, 0.5, 1, 51, 0.5, 4),
                metrics(1200, 0.5, 1, 1100, 0.5, 4),
                metrics(1300, 1, 1, 0, 1, 5),
                metrics(1400, 12, 0.5, 4, 0.5, 6)),
            List.of()),
        Example.recorded(
            runs.get(1),
            Outcome.CONFUSED,
            List.of(metrics(0, 1, 0, 1, 0, 2), metrics(100, 50, 0, 50, 0, 2)),
            List.of()),
        Example.recorded(
            runs.get(2),
            Outcome.DIVERGED,
            List.of(
                metrics(0, 1, 1, 1, 1, 0),
                metrics(100, 12, 0.5, 1, 1, 0),
                metrics(200, Double.NaN, 0, Double.POSITIVE_INFINITY, 0, 3)),
            List.of()),
        Example.failed(runs.get(3), "out of memory", Example.START));
    Dataset<Row> answer = ask(store(), NamedQuery.SLINGSHOTS, Views.Restriction.NONE);

    assertThat(answer.columns())
        .containsExactly(
            "run_id",
            "seed",
            "weight_decay",
            "spikes",
            "test_spikes",
            "first_spike_step",
            "last_spike_step",
            "mean_period",
            "largest_train_loss",
            "largest_test_loss",
            "norm_growth",
            "loss_precision",
            "epsilon",
            "outcome");
    assertThat(lines(answer.drop("seed", "weight_decay")))
        .containsExactly(
            runs.get(0).id() + ",3,2,300,1400,550.0,60.0,1100.0,1.5,float64,1.0E-8,grokked",
            runs.get(2).id() + ",1,0,100,100,null,12.0,1.0,null,float64,1.0E-8,diverged",
            runs.get(1).id() + ",0,0,null,null,null,null,null,null,float64,1.0E-8,confused");
    String first = runs.get(0).id() + ",";
    assertThat(lines(session.sql(Slingshots.spikes())))
        .containsExactly(
            first + "300,train",
            first + "1000,train",
            first + "1100,test",
            first + "1400,test",
            first + "1400,train",
            runs.get(2).id() + ",100,train");
  }

  @Test
  void slingshotsNameNoColumnTwice() throws IOException {
    Example.store(folder);
    Example.append(
        store(),
        3,
        Example.result(
            Example.study("run.training.epsilon=1e-4", "run.training.loss_precision=float32")
                .runs()
                .get(0),
            600));

    assertThat(ask(store(), NamedQuery.SLINGSHOTS, Views.Restriction.NONE).columns())
        .doesNotHaveDuplicates()
        .endsWith("norm_growth", "loss_precision", "epsilon", "outcome");
  }

  @Test
  void failuresNameTheErrorAndWhatVaries() throws IOException {
    Dataset<Row> answer = answer(NamedQuery.FAILURES, Views.Restriction.NONE);

    assertThat(answer.columns())
        .contains("run_id", "sweep", "outcome", "error", "last_step", "seed", "weight_decay")
        .endsWith("started_at", "host", "attempt");
    assertThat(lines(answer.select("outcome", "error", "last_step")))
        .containsExactlyInAnyOrder("failed,out of memory,0", "diverged,null,100");
  }

  @Test
  void allRunOnAnEmptyStore() throws IOException {
    for (NamedQuery query : NamedQuery.values()) {
      Store nothing = new Store(folder.resolve("nothing").toString());
      assertThat(NamedQuery.named(query.key())).contains(query);
      String takes = query.argument().replace("A,B", "p,seed").replace("KEY", "p");
      String asked = query.key() + " " + takes.replace("A", "0.9").replaceAll("[\\[\\]]", "");
      if (query == NamedQuery.EFFECT) {
        assertThatThrownBy(() -> ask(nothing, asked, Views.Restriction.NONE))
            .hasMessage(
                "--axis must be a key that varies and tells results apart (none: they are alike, or there are none), was p");
      } else {
        assertThat(ask(nothing, asked, Views.Restriction.NONE).collectAsList()).isEmpty();
      }
    }
  }

  /** A second engine, which knows nothing of our views, reads the same files. */
  @Test
  void duckDbCountsTheSame() throws IOException, SQLException {
    Dataset<Row> answer = answer(NamedQuery.GROK_STEP_VS_WEIGHT_DECAY, Views.Restriction.NONE);
    List<String> counts =
        lines(
            answer.select(
                "weight_decay", "runs", "generalised", "diverged", "failed", "delay_median"));

    assertThat(
            duckDb(
                """
                SELECT weight_decay, count(*), count(grok_step),
                  count(*) FILTER (outcome = 'diverged'), count(*) FILTER (outcome = 'failed'),
                  median(grok_delay)
                FROM read_parquet('%s/runs/*/*.parquet') GROUP BY ALL ORDER BY ALL
                """
                    .formatted(folder)))
        .isEqualTo(counts);
  }

  /**
   * Of sequences alibi: test accuracies 0.25, 0.5 and 0.75; rope: one run, one diverged, one
   * failed; and a run of a table.
   */
  private Store encodings() {
    List<PlannedRun> runs = Example.read(Example.SEQUENCES).runs();
    List<RunResult> results = new ArrayList<>();
    for (int seed = 0; seed < 3; seed++) {
      results.add(
          sequence(
              runs.get(seed), new Metrics(9, 1, 1, 1 + seed, 0.25 * (1 + seed), 4d, 0.25, 1, 1d)));
    }
    results.add(sequence(runs.get(3), new Metrics(9, 1, 1, 0.25, 1, 0.5, 0.75, 1, 1d)));
    results.add(Example.diverged(runs.get(4)));
    results.add(Example.failed(runs.get(5), "out of memory", Example.START));
    results.add(Example.result(Example.study().runs().get(0), 300));
    Example.append(store(), 1, results.toArray(RunResult[]::new));
    return store();
  }

  /** Evaluated out of distribution at its last step only. */
  private static RunResult sequence(PlannedRun run, Metrics last) {
    List<Metrics> metrics = List.of(metrics(0, 2, 0, 2, 0, 1), last);
    return Example.recorded(run, Outcome.MEMORISED, metrics, List.of());
  }

  private static Metrics metrics(
      int step,
      double trainLoss,
      double trainAccuracy,
      double testLoss,
      double testAccuracy,
      double weightNorm) {
    return new Metrics(
        step, trainLoss, trainAccuracy, testLoss, testAccuracy, null, null, weightNorm, null);
  }

  /** Of head 1. */
  private static AttentionMean mean(int step, int query, int key, double score) {
    return new AttentionMean(step, 0, 1, query, key, score, 0.5);
  }

  private Store store() {
    return new Store(folder.toUri().toString());
  }

  private Dataset<Row> answer(NamedQuery query, Views.Restriction restriction) throws IOException {
    return ask(Example.store(folder), query, restriction);
  }

  private Dataset<Row> ask(Store store, NamedQuery query, Views.Restriction restriction)
      throws IOException {
    return ask(store, query.key(), restriction);
  }

  private Dataset<Row> ask(Store store, String asked, Views.Restriction restriction)
      throws IOException {
    Views views = Views.register(session, StoredRuns.of(session, store), restriction);
    return session.sql(Asked.of(asked).orElseThrow().sql(views.varying()));
  }

  private static List<String> lines(Dataset<Row> rows) {
    return rows.collectAsList().stream().map(row -> row.mkString(",")).toList();
  }

  private static List<String> duckDb(String query) throws SQLException {
    List<String> lines = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      while (rows.next()) {
        List<String> line = new ArrayList<>();
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
          line.add(String.valueOf(rows.getObject(i)));
        }
        lines.add(String.join(",", line));
      }
    }
    return lines;
  }
}
