package io.grokgrid.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.grokgrid.config.PlannedRun;
import io.grokgrid.experiment.Outcome;
import io.grokgrid.math.Confidence;
import io.grokgrid.store.Store;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CircuitsTest {
  /** Attention rate 0 with seeds 0 to 3, then 1. */
  private static final String RATES =
      """
      sweep { name = rates }
      run {
        task { operation = add, p = 13, train_fraction = 0.5 }
        model { layers = 1, d_model = 8, heads = 2, d_head = 4, d_mlp = 16 }
        training { steps = 1000 }
      }
      grid { model.attention_rate = [0.0, 1.0], training.seed = [0, 1, 2, 3] }
      """;

  private final Store store;
  private final Path folder;

  CircuitsTest(@TempDir Path folder) {
    this.folder = folder;
    store = new Store(folder.toUri().toString());
  }

  /**
   * Of rate 0: two pizzas and one that is neither, whose medians are a pizza's, and one that has
   * not learned; of rate 1: a clock, one on both bounds, one without distance irrelevance, and one
   * that failed.
   */
  private void rates() {
    List<PlannedRun> runs = Example.read(RATES).runs();
    MadeUp.append(
        store,
        List.of(
            judged(MadeUp.grokking(runs.get(0), 500), 500, 0.99, 0.25, 0.75),
            judged(MadeUp.grokking(runs.get(1), 300), 400, 0.96875, 0.125, 1)
                .measured(500, "circularity", "mean", 0.5),
            judged(MadeUp.grokking(runs.get(2), 600), 600, 0.5, 0.375, 0.5),
            judged(MadeUp.grokking(runs.get(3), 0), 500, 1, 1, 0.25),
            judged(MadeUp.grokking(runs.get(4), 500), 500, 0.25, 0.75, 0.5),
            judged(MadeUp.grokking(runs.get(5), 500), 500, 0.9, 0.4, Double.NaN),
            MadeUp.grokking(runs.get(6), 500)
                .measured(500, "gradient_symmetricity", "mean", 0.5)
                .measured(500, "gradient_symmetricity", "random_mean", 0.25),
            judged(MadeUp.grokking(runs.get(7), 500), 500, 0.25, 0.75, 0.5)
                .ending(Outcome.FAILED)));
  }

  /** As untrained at step 0. */
  private static MadeUp judged(
      MadeUp run, int step, double symmetricity, double irrelevance, double circularity) {
    return run.measured(0, "gradient_symmetricity", "mean", 1)
        .measured(0, "distance_irrelevance", "correct_logit", 1)
        .measured(step, "gradient_symmetricity", "mean", symmetricity)
        .measured(step, "distance_irrelevance", "correct_logit", irrelevance)
        .measured(step, "distance_irrelevance", "largest_wrong_logit", 0.875)
        .measured(step, "circularity", "mean", circularity);
  }

  @Test
  void clockOrPizzaJudgesRunsAndTheirMedians() throws IOException {
    rates();
    Dataset<Row> answer = MadeUp.ask(store, NamedQuery.CLOCK_OR_PIZZA);

    assertThat(answer.columns())
        .containsExactly(
            "run_id",
            "operation",
            "p",
            "attention_rate",
            "seed",
            "outcome",
            "final_test_accuracy",
            "measured_step",
            "gradient_symmetricity",
            "distance_irrelevance",
            "circularity",
            "verdict",
            "learned",
            "median_gradient_symmetricity",
            "median_distance_irrelevance",
            "median_circularity",
            "median_verdict");
    assertThat(MadeUp.lines(answer.drop("run_id", "operation", "p", "final_test_accuracy")))
        .containsExactly(
            "0.0,0,grokked,500,0.99,0.25,0.75,pizza,3,0.96875,0.25,0.75,pizza",
            "0.0,1,grokked,400,0.96875,0.125,1.0,pizza,3,0.96875,0.25,0.75,pizza",
            "0.0,2,grokked,600,0.5,0.375,0.5,neither,3,0.96875,0.25,0.75,pizza",
            "0.0,3,memorised,500,1.0,1.0,0.25,not_learned,3,0.96875,0.25,0.75,pizza",
            "1.0,0,grokked,500,0.25,0.75,0.5,clock,2,0.575,0.575,0.5,clock",
            "1.0,1,grokked,500,0.9,0.4,null,neither,2,0.575,0.575,0.5,clock",
            "1.0,2,grokked,500,0.5,null,null,null,2,0.575,0.575,0.5,clock");
  }

  @Test
  void clockOrPizzaOfOneSeedHasItsOwnValuesAsMedians() throws IOException {
    List<PlannedRun> runs = Example.read(RATES).runs();
    MadeUp.append(
        store,
        List.of(
            judged(MadeUp.grokking(runs.get(0), 0), 500, 1, 1, 0.25),
            judged(MadeUp.grokking(runs.get(4), 500), 500, 0.25, 0.75, 0.5)));

    assertThat(
            MadeUp.lines(
                MadeUp.ask(store, NamedQuery.CLOCK_OR_PIZZA)
                    .select("verdict", "learned", "median_circularity", "median_verdict")))
        .containsExactly("not_learned,0,null,not_learned", "clock,1,0.5,clock");
  }

  @Test
  void censusCountsWhatACellLearned() throws IOException {
    rates();
    Dataset<Row> answer = MadeUp.ask(store, NamedQuery.CENSUS);

    assertThat(answer.columns())
        .containsExactly(
            "weight_decay",
            "train_fraction",
            "attention_rate",
            "runs",
            "diverged",
            "failed",
            "generalised",
            "generalised_share",
            "generalised_low",
            "generalised_high",
            "grok_step_median",
            "grok_step_median_low",
            "grok_step_median_high",
            "measured",
            "clock",
            "pizza",
            "neither",
            "key_frequencies_median");
    double third = 1 / 3.0;
    assertThat(MadeUp.lines(answer.drop("weight_decay", "train_fraction")))
        .containsExactly(
            "0.0,4,0,0,3,0.75,%s,%s,500,300,null,3,0.0,%s,%s,null"
                .formatted(
                    Confidence.wilsonLow(3, 4), Confidence.wilsonHigh(3, 4), 2 * third, third),
            "1.0,4,0,1,3,1.0,%s,1.0,500,null,null,2,0.5,0.0,0.5,null"
                .formatted(Confidence.wilsonLow(3, 3)));
  }

  /** Of runs that generalised: 2 at the last step (3 before), none, and 1; of another, 4. */
  @Test
  void censusCountsKeyFrequenciesAtTheLastMeasuredStep() throws IOException {
    List<PlannedRun> runs = Example.read(RATES).runs();
    MadeUp.append(
        store,
        List.of(
            MadeUp.grokking(runs.get(0), 500)
                .measured(100, "progress", "key_frequency.1", 1)
                .measured(100, "progress", "key_frequency.2", 1)
                .measured(100, "progress", "key_frequency.3", 1)
                .measured(500, "progress", "key_frequency.4", 1)
                .measured(500, "progress", "key_frequency.4", 1)
                .measured(500, "progress", "key_frequency.6", 1),
            MadeUp.grokking(runs.get(1), 500)
                .measured(100, "progress", "key_frequency.1", 1)
                .measured(500, "progress", "restricted_loss", 1),
            MadeUp.grokking(runs.get(2), 500).measured(500, "progress", "key_frequency.4", 1),
            MadeUp.grokking(runs.get(3), 0)
                .measured(500, "progress", "key_frequency.1", 1)
                .measured(500, "progress", "key_frequency.2", 1)
                .measured(500, "progress", "key_frequency.3", 1)
                .measured(500, "progress", "key_frequency.4", 1)));

    assertThat(
            MadeUp.lines(
                MadeUp.ask(store, NamedQuery.CENSUS)
                    .select("measured", "clock", "key_frequencies_median")))
        .containsExactly("0,null,1.0");
  }

  @Test
  void duckDbFindsTheSameCensus() throws IOException, SQLException {
    rates();
    List<Row> answer =
        MadeUp.ask(store, NamedQuery.CENSUS)
            .select("generalised_share", "generalised_low", "generalised_high", "pizza", "neither")
            .collectAsList();
    List<List<Double>> second =
        duckDb(
            """
            WITH last AS (
              SELECT attention_rate, grok_step, outcome,
                max_by(m.value, m.step) FILTER (m.name = 'mean' AND m.analysis = 'gradient_symmetricity') AS s,
                max_by(m.value, m.step) FILTER (m.name = 'correct_logit') AS d
              FROM (SELECT *, unnest(measurements) AS m FROM read_parquet('%s/runs/*/*.parquet'))
              WHERE outcome <> 'failed' GROUP BY run_id, attention_rate, grok_step, outcome),
            cells AS (
              SELECT attention_rate, count(grok_step) / count(*) AS p, count(*) AS n, 3.841458820694124 AS zz,
                count(*) FILTER (grok_step > 0 AND d < 0.4 AND s >= 0.9)
                  / count(*) FILTER (grok_step > 0 AND d + s IS NOT NULL) AS pizza,
                count(*) FILTER (grok_step > 0 AND (d < 0.4) <> (s >= 0.9))
                  / count(*) FILTER (grok_step > 0 AND d + s IS NOT NULL) AS neither
              FROM last GROUP BY ALL)
            SELECT p, (p + zz / n / 2 - sqrt(zz * (p * (1 - p) / n + zz / n / n / 4))) / (1 + zz / n),
              (p + zz / n / 2 + sqrt(zz * (p * (1 - p) / n + zz / n / n / 4))) / (1 + zz / n),
              pizza, neither
            FROM cells ORDER BY attention_rate
            """
                .formatted(folder));

    assertThat(second).hasSameSizeAs(answer);
    for (int i = 0; i < answer.size(); i++) {
      for (int j = 0; j < 5; j++) {
        assertThat(answer.get(i).getDouble(j)).isEqualTo(second.get(i).get(j), within(1e-12));
      }
    }
  }

  @Test
  void runsWithoutMeasurementsHaveNoVerdictButAreCounted() throws IOException {
    Example.store(folder);

    assertThat(MadeUp.lines(MadeUp.ask(store, NamedQuery.CLOCK_OR_PIZZA))).isEmpty();
    assertThat(
            MadeUp.lines(
                MadeUp.ask(store, NamedQuery.CENSUS)
                    .select("runs", "generalised", "grok_step_median", "measured", "clock")))
        .containsExactly("3,2,500,0,null", "3,1,400,0,null");
  }

  private static List<List<Double>> duckDb(String query) throws SQLException {
    List<List<Double>> lines = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      while (rows.next()) {
        List<Double> line = new ArrayList<>();
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
          line.add(rows.getDouble(i));
        }
        lines.add(line);
      }
    }
    return lines;
  }
}
