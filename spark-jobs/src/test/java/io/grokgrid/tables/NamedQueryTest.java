package io.grokgrid.tables;

import static org.assertj.core.api.Assertions.assertThat;

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
            "grokked",
            "diverged",
            "failed",
            "grok_step_p25",
            "grok_step_median",
            "grok_step_p75",
            "delay_median");
    assertThat(lines(answer))
        .containsExactly(
            "add,13,0.5,learned,0.5,3,2,0,0,300,500,null,300.0",
            "add,13,0.5,learned,1.0,3,1,1,1,400,400,null,300.0");
  }

  @Test
  void theirOwnVariableIsTheLastOfTheFirstFive() throws IOException {
    Example.store(folder);
    assertThat(answer(NamedQuery.GROK_STEP_VS_TRAIN_FRACTION, Views.Restriction.NONE).columns())
        .startsWith("operation", "p", "encoding", "weight_decay", "train_fraction", "runs");
    assertThat(answer(NamedQuery.GROK_STEP_VS_P, Views.Restriction.NONE).columns())
        .startsWith("operation", "train_fraction", "encoding", "weight_decay", "p", "runs");
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

  @Test
  void failuresNameTheErrorAndWhatVaries() throws IOException {
    Dataset<Row> answer = answer(NamedQuery.FAILURES, Views.Restriction.NONE);

    assertThat(answer.columns())
        .contains("run_id", "sweep", "outcome", "error", "last_step", "seed", "weight_decay")
        .endsWith("started_at", "host", "attempt");
    assertThat(lines(answer.select("outcome", "error", "last_step")))
        .containsExactlyInAnyOrder("failed,out of memory,0", "diverged,null,300");
  }

  @Test
  void allRunOnAnEmptyStore() throws IOException {
    for (NamedQuery query : NamedQuery.values()) {
      Store nothing = new Store(folder.resolve("nothing").toString());
      assertThat(ask(nothing, query, Views.Restriction.NONE).collectAsList()).isEmpty();
      assertThat(NamedQuery.named(query.key())).contains(query);
    }
  }

  /** A second engine, which knows nothing of our views, reads the same files. */
  @Test
  void duckDbCountsTheSame() throws IOException, SQLException {
    Dataset<Row> answer = answer(NamedQuery.GROK_STEP_VS_WEIGHT_DECAY, Views.Restriction.NONE);
    List<String> counts =
        lines(
            answer.select("weight_decay", "runs", "grokked", "diverged", "failed", "delay_median"));

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

  private Dataset<Row> answer(NamedQuery query, Views.Restriction restriction) throws IOException {
    return ask(Example.store(folder), query, restriction);
  }

  private Dataset<Row> ask(Store store, NamedQuery query, Views.Restriction restriction)
      throws IOException {
    return session.sql(query.sql(Views.register(session, store, restriction).varying()));
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
