package io.grokgrid.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Executors that are told to go, as when a machine is taken back: no step is trained twice. */
class PreemptionIT {
  /** After the first one, states are saved by those who are told to go alone. */
  private static final String SWEEP =
      """
      sweep { name = moved }
      run {
        task { p = 13, train_fraction = 0.6 }
        model { d_model = 32, d_mlp = 128 }
        training { steps = 12000, batch_size = 50 }
        record { metrics_every = 1000, state_every_seconds = 3600 }
      }
      grid.training.seed = [0, 1]
      """;

  @Test
  void runsThatMoveGoOnFromWhereTheyWere(@TempDir Path folder) throws Exception {
    Path conf = Files.writeString(folder.resolve("moved.conf"), SWEEP);
    StoreRows undisturbed = new StoreRows(folder.resolve("undisturbed"));
    Grokgrid.Result alone =
        Grokgrid.run(folder, "sweep", conf.toString(), "--out", undisturbed.out().toString());
    assertThat(alone.exitCode()).as(alone.stderr()).isZero();

    StoreRows store = new StoreRows(folder.resolve("out"));
    Map<String, Integer> left;
    try (LocalCluster cluster =
            LocalCluster.start(folder.resolve("the clüster"), "--workers", "2", "--cores", "1");
        Grokgrid.Started driver =
            Grokgrid.start(
                List.of(
                    "sweep",
                    conf.toString(),
                    "--out",
                    store.out().toString(),
                    "--master",
                    cluster.master(),
                    "--spark-conf",
                    "spark.decommission.enabled=true"),
                Map.of(),
                folder)) {
      while (store.savedSteps().size() < 2) {
        assertThat(driver.exit().waitFor(20, TimeUnit.MILLISECONDS)).as(driver.stderr()).isFalse();
      }
      Map<String, Integer> first = store.savedSteps();
      driver.exit().waitFor(1, TimeUnit.SECONDS); // some steps more
      List<ProcessHandle> executors =
          Stream.of(0, 1).flatMap(worker -> executors(cluster, worker)).toList();
      executors.get(0).destroy();
      Grokgrid.signal("PWR", executors.get(1).pid()); // by which Spark decommissions it
      executors.forEach(executor -> executor.onExit().join());
      left = new TreeMap<>(store.savedSteps());
      assertThat(left)
          .hasSize(2)
          .allSatisfy((run, at) -> assertThat(at).isGreaterThan(first.get(run)));
      Grokgrid.Result result = driver.await();
      assertThat(result.exitCode()).as(result.stderr()).isZero();
    }
    Map<String, Integer> resumed = new TreeMap<>();
    for (List<String> row : store.query("SELECT run_id, resumed_from_step, attempt FROM ROWS")) {
      resumed.put(row.get(0), Integer.valueOf(row.get(1)));
      assertThat(row.get(2)).isEqualTo("2");
    }
    assertThat(resumed).isEqualTo(left);
    store.assertSameResultsAs(undisturbed);
  }

  private static Stream<ProcessHandle> executors(LocalCluster cluster, int worker) {
    try {
      return cluster.executors(worker).stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
