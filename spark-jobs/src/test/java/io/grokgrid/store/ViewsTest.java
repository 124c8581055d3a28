package io.grokgrid.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.grokgrid.config.PlannedRun;
import io.grokgrid.config.Study;
import io.grokgrid.experiment.Outcome;
import io.grokgrid.experiment.RunResult;
import io.grokgrid.tables.Example;
import io.grokgrid.tables.RunsTable;
import io.grokgrid.tables.Sparks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ViewsTest {
  private final SparkSession session = Sparks.session();
  private final Path folder;

  ViewsTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void showAFinishedRowBeforeAFailedOneThenTheNewest() throws IOException {
    Store store = new Store(folder.toString());
    List<PlannedRun> runs = Example.study().runs();
    Example.append(
        store,
        1,
        Example.result(runs.get(0), 300),
        Example.failed(runs.get(0), "lost", Example.START.plusSeconds(9)),
        Example.result(runs.get(1), 300));
    Example.append(
        store,
        2,
        Example.startedAt(Example.result(runs.get(1), 500), Example.START.plusSeconds(5)),
        Example.failed(runs.get(2), "older", Example.START),
        Example.failed(runs.get(2), "newer", Example.START.plusSeconds(1)));
    RunResult cut = Example.ended(Example.result(runs.get(0), 0), Outcome.OUT_OF_TIME, 1000);
    Example.append(
        store,
        3,
        Example.startedAt(cut, Example.START.plusSeconds(30)),
        Example.result(runs.get(3), 400),
        Example.result(runs.get(3), 400));
    register(store, Views.Restriction.NONE);

    assertThat(
            sql(
                """
                SELECT outcome, coalesce(error, string(grok_step)) FROM runs ORDER BY ALL
                """))
        .containsExactly("failed,newer", "grokked,300", "grokked,400", "grokked,500");
    assertThat(sql("SELECT count(*) FROM metrics")).containsExactly("18");
  }

  @Test
  void flattenArraysBesideAllColumnsOfTheRun() throws IOException {
    register(Example.store(folder), Views.Restriction.NONE);

    assertThat(
            sql(
                """
                SELECT weight_decay, seed, min(step) FROM metrics
                WHERE test_accuracy >= 0.99 AND NOT isnan(test_accuracy)
                GROUP BY ALL ORDER BY ALL
                """))
        .containsExactly("0.5,0,300", "0.5,1,500", "1.0,0,400");
    assertThat(sql("SELECT DISTINCT p, query, key, mean_weight FROM attention WHERE key > 1"))
        .containsExactly("13,2,2,0.25");
    assertThat(sql("SELECT DISTINCT p, analysis, name, value FROM measurements"))
        .containsExactly("13,weights,norm,3.0");
  }

  @Test
  void areRestrictedBySweepAndCondition() throws IOException {
    Store store = Example.store(folder);
    register(store, new Views.Restriction(null, "weight_decay < 1 AND grok_step > 300"));
    assertThat(sql("SELECT grok_step FROM runs")).containsExactly("500");
    assertThat(sql("SELECT max(step) FROM metrics")).containsExactly("600");

    register(store, new Views.Restriction("example", null));
    assertThat(sql("SELECT count(*) FROM runs")).containsExactly("6");
    register(store, new Views.Restriction("other", null));
    assertThat(sql("SELECT count(*) FROM measurements")).containsExactly("0");
  }

  /** The best of a diverged run is of a step at which it had a number; a failed one has none. */
  @Test
  void rowsFromBeforeThereWereColumnsOfTheBestStepHaveThemFromTheirCurves() throws IOException {
    Store store = Example.store(folder);
    Dataset<Row> old =
        Sparks.rows(store).drop("best_test_accuracy", "best_test_step", RunsTable.SUBMISSION);
    Path other = folder.resolve("old");
    old.write().parquet(other.resolve("runs/submission=20261121T231501Z-1a2b").toString());
    String best =
        "SELECT outcome, grok_step, best_test_accuracy, best_test_step FROM runs ORDER BY ALL";
    register(store, Views.Restriction.NONE);
    List<String> expected =
        List.of(
            "diverged,null,0.1,0",
            "failed,null,null,null",
            "grokked,300,1.0,300",
            "grokked,400,1.0,400",
            "grokked,500,1.0,500",
            "memorised,null,0.1,0");
    assertThat(sql(best)).isEqualTo(expected);
    register(new Store(other.toString()), Views.Restriction.NONE);
    assertThat(sql(best)).isEqualTo(expected);
  }

  @Test
  void areThereBeforeTheFirstSweep() throws IOException {
    Views views = register(new Store(folder.resolve("none").toString()), Views.Restriction.NONE);
    assertThat(sql("SELECT * FROM runs")).isEmpty();
    assertThat(sql("SELECT step, weight_decay FROM metrics")).isEmpty();
    assertThat(views.varying()).isEmpty();
  }

  @Test
  void knowWhichKeysVary() throws IOException {
    Store store = Example.store(folder);
    assertThat(register(store, Views.Restriction.NONE).varying())
        .containsExactly("seed", "weight_decay");
    assertThat(register(store, new Views.Restriction(null, "seed = 0")).varying())
        .containsExactly("weight_decay");
  }

  /** Keys of one kind only, such as the rule, vary among its runs or not at all. */
  @Test
  void keysThatAKindLacksDoNotVaryForIt() throws IOException {
    Store store = new Store(folder.toUri().toString());
    Study mixed =
        Example.read(
            """
            run { task.p = 7, training.batch_size = 4 }
            grid = [ { task.operation = [add] }
              { model { kind = [embedding_mlp], hidden = [16, 32] } }
              { task { kind = [sequence], rule = [k_back] } } ]
            """);
    Example.append(
        store,
        1,
        mixed.runs().stream().map(run -> Example.result(run, 300)).toArray(RunResult[]::new));
    assertThat(register(store, Views.Restriction.NONE).varying())
        .containsExactly("task", "model", "hidden");
  }

  /** Of the widths of heads, 4 and 8 follow from those of the model, 16 does not. */
  @Test
  void keysThatOnlyFollowOthersAreNotNamedBesideThem() throws IOException {
    Store store = new Store(folder.toString());
    String grid =
        """
        run { task.p = 7, model.heads = 2 }
        grid = [ { model.d_model = [8, 16], training.seed = [0, 1] }
          { model { d_model = [8], d_head = [16] } } { task.split_seed = [5] } ]
        """;
    Example.append(
        store,
        1,
        Example.read(grid).runs().stream()
            .map(run -> Example.result(run, 300))
            .toArray(RunResult[]::new));
    assertThat(register(store, Views.Restriction.NONE).varying())
        .containsExactly("split_seed", "d_model", "d_head", "seed");
    assertThat(register(store, new Views.Restriction(null, "d_head < 16")).varying())
        .containsExactly("d_model", "seed");
    assertThat(register(store, new Views.Restriction(null, "split_seed = 5 OR seed = 1")).varying())
        .containsExactly("split_seed", "d_model", "d_head", "seed");
  }

  private Views register(Store store, Views.Restriction restriction) throws IOException {
    return Views.register(session, StoredRuns.of(session, store), restriction);
  }

  private List<String> sql(String query) {
    return session.sql(query).collectAsList().stream().map((Row row) -> row.mkString(",")).toList();
  }
}
