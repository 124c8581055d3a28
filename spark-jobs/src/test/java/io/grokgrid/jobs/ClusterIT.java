package io.grokgrid.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.grokgrid.config.PlannedRun;
import io.grokgrid.config.SpecReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code cluster start} serves who knows its secret, which nobody else can read. */
class ClusterIT {
  private static final String ONE = "SELECT count(*) AS n FROM range(10)";

  private static final String SHARED =
      """
      run {
        task { p = 13, train_fraction = 0.6 }
        model { d_model = 32, d_mlp = 128 }
        training { steps = 200, batch_size = 50 }
        record { metrics_every = 100, attention_every = 0 }
      }
      """;

  /** The seeds of the runs that end. */
  private static final List<List<String>> SHORT = List.of(List.of("0"), List.of("1"), List.of("2"));

  /** Of the last run nobody waits for the end. */
  private static final String ELSEWHERE =
      """
      include "shared"
      sweep { name = elsewhere }
      grid = [
        { training.seed = [0, 1, 2] }
        { training { seed = 3, steps = 20000000 }, record.metrics_every = 100000 }
      ]
      """;

  @Test
  void whoDoesNotKnowTheSecretIsNotServed(@TempDir Path folder) throws Exception {
    Path state = folder.resolve("cluster");
    try (LocalCluster cluster = LocalCluster.start(state, "--workers", "1", "--cores", "1")) {
      String secret = Files.readString(state.resolve("secret"));
      assertThat(secret).hasSizeGreaterThan(40);
      assertThat(Files.getPosixFilePermissions(state.resolve("secret"))).hasSize(2);
      List<String> ask =
          List.of(
              "query",
              ONE,
              "--format",
              "csv",
              "--master",
              cluster.master(),
              "--wait-for-cluster",
              "20s",
              "--out",
              folder.resolve("out").toString());

      Grokgrid.Result served = Grokgrid.run(ask, Map.of(), folder);
      assertThat(served.exitCode()).as(served.stderr()).isZero();
      assertThat(served.stdout()).isEqualTo("n\n10\n");

      List<String> without = new ArrayList<>(ask);
      without.addAll(List.of("--spark-conf", "spark.authenticate=false"));
      Grokgrid.Result refused = Grokgrid.run(without, Map.of(), folder);
      assertThat(refused.exitCode()).as(refused.stdout()).isEqualTo(1);

      assertThat(commandLines()).isNotEmpty().noneMatch(line -> line.contains(secret));
      try (Stream<Path> files = Files.walk(state)) {
        for (Path file : files.filter(each -> each.toString().endsWith(".log")).toList()) {
          assertThat(Files.readString(file)).doesNotContain(secret);
        }
      }
    }
    assertThat(state).doesNotExist();
  }

  /**
   * A driver on a worker has nothing of the machine that it was submitted from, but the command
   * line. It takes executors as there is work and gives back what is idle.
   */
  @Test
  void aDriverInTheClusterHasItsConfigurationAndGivesExecutorsBack(@TempDir Path folder)
      throws Exception {
    Path conf = Files.createDirectories(folder.resolve("conf")).resolve("elsewhere.conf");
    Files.writeString(conf.resolveSibling("shared.conf"), SHARED);
    Files.writeString(conf, ELSEWHERE);
    StoreRows store = new StoreRows(folder.resolve("out"));
    Path state = folder.resolve("cluster");
    try (LocalCluster cluster =
        LocalCluster.start(state, "--workers", "2", "--cores", "2", "--memory", "3g")) {
      Grokgrid.Result submitted = submit(conf, store, cluster, state, folder);
      assertThat(submitted.exitCode()).as(submitted.stderr()).isZero();

      // The long run keeps one executor; the other one has nothing to do after the short runs.
      await(state, () -> store.submissions().size() == SHORT.size());
      await(state, () -> executors(cluster) == 1);
      String log = Files.readString(state.resolve("master.log"));
      assertThat(log.lines().filter(line -> line.contains("Launching executor app-")))
          .hasSizeGreaterThan(1);
      assertThat(log).contains("requests to kill executors");

      Grokgrid.Result cancelled = Grokgrid.run(folder, "cancel", "--out", store.out().toString());
      assertThat(cancelled.exitCode()).as(cancelled.stderr()).isZero();
      await(state, () -> executors(cluster) == 0);
    }
    assertThat(store.query("SELECT seed FROM ROWS ORDER BY seed")).isEqualTo(SHORT);
    assertThat(store.savedSteps())
        .hasSize(1)
        .allSatisfy((run, step) -> assertThat(step).isPositive());
    List<String> runs =
        SpecReader.read(conf, List.of()).runs().stream().map(PlannedRun::id).toList();
    assertThat(runs).containsAll(store.savedSteps().keySet());
    assertThat(store.query("SELECT run_id FROM ROWS"))
        .allSatisfy(row -> assertThat(runs).containsAll(row));
  }

  private static Grokgrid.Result submit(
      Path conf, StoreRows store, LocalCluster cluster, Path state, Path folder)
      throws IOException, InterruptedException {
    Path settings = folder.resolve("settings");
    String secret = Files.readString(state.resolve("secret"));
    Files.writeString(
        settings, "spark.authenticate true\nspark.authenticate.secret " + secret + "\n");
    Map<String, String> environment = new HashMap<>(SparkHome.make().environment());
    environment.put("MASTER", cluster.master());
    environment.put("MODE", "cluster");
    environment.put(
        "JAR", Grokgrid.repository().resolve("spark-jobs/target/grokgrid.jar").toString());
    environment.put("GROW", "4s");
    // As other tests: 450 MB are not unpacked again.
    environment.put(
        "ENGINE_CACHE_DIR",
        System.getenv()
            .getOrDefault("ENGINE_CACHE_DIR", System.getProperty("user.home") + "/.djl.ai"));
    environment.put("SETTINGS", settings.toString());
    try (Grokgrid.Started submission =
        Grokgrid.start(
            Grokgrid.repository().resolve("submit/examples/standalone.sh"),
            List.of(conf.toString(), store.out().toString()),
            environment,
            folder)) {
      return submission.await();
    }
  }

  private static int executors(LocalCluster cluster) throws IOException {
    return cluster.executors(0).size() + cluster.executors(1).size();
  }

  private static void await(Path state, Callable<Boolean> isSo) throws Exception {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(4);
    while (!isSo.call()) {
      if (System.nanoTime() > end) {
        throw new AssertionError(logs(state));
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  private static String logs(Path state) throws IOException {
    StringBuilder text = new StringBuilder();
    try (Stream<Path> files = Files.walk(state)) {
      for (Path file :
          files.filter(each -> each.toString().matches(".*(std(out|err)|master.log)")).toList()) {
        text.append(file).append(":\n").append(Files.readString(file)).append('\n');
      }
    }
    return text.toString();
  }

  private static List<String> commandLines() throws IOException {
    return ProcessHandle.allProcesses()
        .flatMap(process -> process.info().commandLine().stream())
        .toList();
  }
}
