package io.grokgrid.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Estimates around the checkpoints of a small store, through the command that a user types. */
@Tag("slow")
class LlcIT {
  private static final String CONF =
      """
      sweep { name = kept }
      run {
        task { p = 11, train_fraction = 0.6 }
        model { d_model = 16, heads = 2, d_mlp = 32 }
        training { steps = 60 }
        record { metrics_every = 30, attention_every = 0, checkpoints = 6 }
      }
      grid.training.seed = [0, 1]
      llc { sampler = mala, n_beta = 0, step_size = 1e-5, chains = 2, draws = 800, burn_in = 200 }
      """;

  @TempDir private Path folder;

  private Grokgrid.Result run(int cores, String... arguments) throws Exception {
    return Grokgrid.run(withMaster(cores, arguments), Map.of(), folder);
  }

  private static List<String> withMaster(int cores, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--master", "local[%d]".formatted(cores)));
    return all;
  }

  /** Whether a task has ended, so that its rows stay whatever happens. */
  private boolean hasRows() {
    if (!Files.exists(folder.resolve("out/analyses"))) {
      return false;
    }
    try (Stream<Path> files = Files.walk(folder.resolve("out/analyses"), 2)) {
      return files.anyMatch(file -> file.getFileName().toString().matches("part-.*\\.parquet"));
    } catch (IOException | UncheckedIOException e) {
      return false; // what it found went away while it looked
    }
  }

  private static List<String> ask(String sql, Path analyses) throws SQLException {
    String rows = "read_parquet('" + analyses + "/*/*.parquet', hive_partitioning = false)";
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duck.createStatement();
        ResultSet found = statement.executeQuery(sql.formatted(rows))) {
      List<String> lines = new ArrayList<>();
      while (found.next()) {
        lines.add(found.getString(1));
      }
      return lines;
    }
  }

  private static List<String> digits(Path analyses) throws SQLException {
    return ask(
        "SELECT concat_ws(' ', run_id, m.step, m.analysis, m.name, m.value) AS line"
            + " FROM (SELECT run_id, unnest(measurements) AS m FROM %s) ORDER BY line",
        analyses);
  }

  @Test
  void aKillCostsNothingThatWasFinishedAndChangesNoDigit() throws Exception {
    String conf = Files.writeString(folder.resolve("kept.conf"), CONF).toString();
    Grokgrid.Result sweep = run(2, "sweep", conf);
    assertThat(sweep.exitCode()).as(sweep.stderr()).isZero();
    Path analyses = folder.resolve("out/analyses");

    try (Grokgrid.Started killed = Grokgrid.start(withMaster(2, "llc", conf), Map.of(), folder)) {
      while (!hasRows()) {
        assertThat(killed.exit().waitFor(10, TimeUnit.MILLISECONDS)).as(killed.stderr()).isFalse();
      }
      killed.kill();
    }
    int checkpoints = 12;
    int kept = Integer.parseInt(ask("SELECT count(*) FROM %s", analyses).get(0));
    assertThat(kept).isBetween(1, checkpoints - 1);

    Grokgrid.Result rest = run(2, "llc", conf, "--format", "csv");
    assertThat(rest.exitCode()).as(rest.stderr()).isZero();
    assertThat(rest.stderr())
        .contains("%d of %d checkpoints of 2 runs lack".formatted(checkpoints - kept, checkpoints));
    assertThat(rest.stdout().lines()).hasSize(1 + checkpoints);
    assertThat(ask("SELECT run_id || step FROM %s", analyses))
        .doesNotHaveDuplicates()
        .hasSize(checkpoints);

    Path first = Files.move(analyses, folder.resolve("first"));
    Grokgrid.Result again = run(1, "llc", conf, "--format", "csv");
    assertThat(again.exitCode()).as(again.stderr()).isZero();
    assertThat(again.stdout()).isEqualTo(rest.stdout());
    assertThat(digits(analyses)).isEqualTo(digits(first)).hasSizeGreaterThan(30 * checkpoints);
  }
}
