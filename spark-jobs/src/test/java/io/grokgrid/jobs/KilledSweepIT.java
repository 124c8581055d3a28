package io.grokgrid.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.grokgrid.store.SavedRuns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sweeps whose processes are killed: nothing may be lost, done twice or come out differently. */
@Tag("slow")
class KilledSweepIT {
  private static final String SWEEP =
      """
      sweep { name = killed }
      run {
        task { p = 13, train_fraction = 0.6 }
        model { d_model = 32, d_mlp = 128 }
        training { steps = 1500, batch_size = 50 }
        record { metrics_every = 100, attention_every = 500, state_every_seconds = 0.3 }
      }
      grid { training { weight_decay = [0.5, 1], seed = { from = 0, until = 7 } } }
      """;

  private static final int RUNS = 14;
  private static final int SLOTS = 2;

  @TempDir static Path folder;

  private static Path conf;
  private static StoreRows undisturbed;

  @BeforeAll
  static void sweepUndisturbed() throws Exception {
    conf = Files.writeString(folder.resolve("killed.conf"), SWEEP);
    undisturbed = new StoreRows(folder.resolve("undisturbed"));
    Grokgrid.Result result = Grokgrid.run(folder, sweep(undisturbed, "local[2]"));
    assertThat(result.exitCode()).as(result.stderr()).isZero();
    assertThat(undisturbed.submissions()).hasSize(RUNS);
  }

  private static String[] sweep(StoreRows store, String master) {
    return new String[] {
      "sweep", conf.toString(), "--out", store.out().toString(), "--master", master
    };
  }

  private static List<String> sweep(Place place, String master) {
    return place.command("sweep", conf.toString(), "--master", master);
  }

  @Tag("kills")
  @Test
  void drivesOnAfterEightKillsOfTheDriver() throws Exception {
    survives(Place.local(folder, "local-8"), "local[2]", 8);
  }

  /** Where an object is there when it is whole and there is no rename. */
  @Test
  void drivesOnAfterTwoKillsOfTheDriverOnS3() throws Exception {
    try (Elsewhere s3 = Elsewhere.s3()) {
      survives(Place.in(s3, folder, "s3"), "local[2]", 2);
    }
  }

  @Tag("kills")
  @Test
  void drivesOnAfterTenKillsOfTheDriverOnS3() throws Exception {
    try (Elsewhere s3 = Elsewhere.s3()) {
      survives(Place.in(s3, folder, "s3"), "local[2]", 10);
    }
  }

  @Test
  void drivesOnAfterAKillOfTheDriverOnHdfs() throws Exception {
    try (Elsewhere hdfs = Elsewhere.hdfs(folder.resolve("dfs"))) {
      survives(Place.in(hdfs, folder, "hdfs"), "local[2]", 1);
    }
  }

  @Tag("kills")
  @Test
  void drivesOnAfterFiveKillsOfTheDriverOnHdfs() throws Exception {
    try (Elsewhere hdfs = Elsewhere.hdfs(folder.resolve("dfs-5"))) {
      survives(Place.in(hdfs, folder, "hdfs"), "local[2]", 5);
    }
  }

  @Tag("kills")
  @Test
  void drivesOnAfterThreeKillsOfTheDriverOfACluster() throws Exception {
    try (LocalCluster cluster =
        LocalCluster.start(folder.resolve("cluster-1"), "--workers", "2", "--cores", "1")) {
      survives(Place.local(folder, "driver"), cluster.master(), 3);
    }
  }

  /** What was seen of a store after each kill must hold at the end. */
  private static void survives(Place place, String master, int kills) throws Exception {
    Random random = new Random();
    // Rather less training than there is, so that the sweep is not over before the last kill.
    double seconds =
        Double.parseDouble(undisturbed.query("SELECT sum(seconds) FROM ROWS").get(0).get(0));
    int longest = (int) (1.25 * 1000 * seconds / SLOTS / kills);
    Map<String, String> committed = new HashMap<>();
    Map<String, Integer> saved = new HashMap<>();
    for (int kill = 0; kill < kills; kill++) {
      try (Grokgrid.Started driver = Grokgrid.start(sweep(place, master), Map.of(), folder)) {
        await(driver, () -> driver.stderr().contains("are pending"));
        // Not to wait for anything: the moment of the kill is what is random.
        driver.exit().waitFor(random.nextInt(longest), TimeUnit.MILLISECONDS);
        driver.kill();
      }
      StoreRows store = place.rows();
      Map<String, String> now = store.submissions();
      assertThat(now).containsAllEntriesOf(committed);
      committed.putAll(now);
      store.savedSteps().forEach((run, step) -> saved.merge(run, step, Math::max));
    }
    Grokgrid.Result last = Grokgrid.run(sweep(place, master), Map.of(), folder);
    assertThat(last.exitCode()).as(last.stderr()).isZero();
    assertWhole(place);
    StoreRows store = place.rows();
    assertThat(store.submissions()).containsAllEntriesOf(committed);
    for (List<String> row : store.query("SELECT run_id, resumed_from_step FROM ROWS")) {
      if (!committed.containsKey(row.get(0)) && saved.containsKey(row.get(0))) {
        assertThat(row.get(1)).as("resumed from, of %s", row.get(0)).isNotEqualTo("null");
        assertThat(Integer.parseInt(row.get(1))).isGreaterThanOrEqualTo(saved.get(row.get(0)));
      }
    }
  }

  private static void await(Grokgrid.Started driver, BooleanSupplier condition)
      throws InterruptedException {
    while (!condition.getAsBoolean()) {
      assertThat(driver.exit().waitFor(20, TimeUnit.MILLISECONDS)).as(driver.stderr()).isFalse();
    }
  }

  private static void assertWhole(StoreRows store) throws Exception {
    assertWhole(Place.local(folder, store.out().getFileName().toString()));
  }

  private static void assertWhole(Place place) throws Exception {
    StoreRows store = place.rows();
    assertThat(store.submissions()).hasSize(RUNS);
    store.assertSameResultsAs(undisturbed);
    Grokgrid.Result verified =
        Grokgrid.run(place.command("verify", conf.toString()), Map.of(), folder);
    assertThat(verified.exitCode()).as(verified.stdout() + verified.stderr()).isZero();
  }

  @Tag("kills")
  @Test
  void endsByItselfWhenAnExecutorAndAWorkerAreKilled() throws Exception {
    StoreRows store = new StoreRows(folder.resolve("workers"));
    try (LocalCluster cluster =
            LocalCluster.start(folder.resolve("cluster-2"), "--workers", "2", "--cores", "1");
        Grokgrid.Started driver =
            Grokgrid.start(List.of(sweep(store, cluster.master())), Map.of(), folder)) {
      await(driver, () -> hasSaved(store));
      assertThat(cluster.killExecutors(0)).isPositive();
      int rows = store.submissions().size();
      await(driver, () -> rowsOf(store) > rows);
      cluster.killWorker(1);
      Grokgrid.Result result = driver.await();
      assertThat(result.exitCode()).as(result.stderr()).isZero();
    }
    assertWhole(store);
  }

  /**
   * One of the short runs of a task takes its executor down each time, before it saves anything.
   * The first time nothing says which it was, then a mark of its own does.
   */
  @Test
  void givesUpTheRunThatTakesItsExecutorDown() throws Exception {
    Path short16 =
        Files.writeString(
            folder.resolve("short.conf"),
            """
            sweep { name = short }
            run {
              task { p = 7, train_fraction = 0.6 }
              model { d_model = 16, d_mlp = 32 }
              training.steps = 800
              record.state_every_seconds = 0
            }
            grid.training.seed = { from = 0, until = 16 }
            """);
    StoreRows store = new StoreRows(folder.resolve("short"));
    Path state = store.out().resolve("state");
    try (LocalCluster cluster =
        LocalCluster.start(folder.resolve("cluster-3"), "--workers", "1", "--cores", "1")) {
      String[] sweep = sweep(store, cluster.master());
      sweep[1] = short16.toString();
      try (Grokgrid.Started driver = Grokgrid.start(List.of(sweep), Map.of(), folder)) {
        await(driver, () -> !names(state.resolve("tasks")).isEmpty());
        String task = names(state.resolve("tasks")).get(0);
        List<String> runs = Files.readAllLines(state.resolve("tasks").resolve(task));
        assertThat(runs).hasSizeGreaterThan(1);
        assertThat(cluster.killExecutors(0)).isPositive();
        for (int attempt = 1; attempt < SavedRuns.MOST_STARTS; attempt++) {
          String mark = runs.get(0) + "-" + attempt;
          await(driver, () -> names(state.resolve("starts")).contains(mark));
          assertThat(cluster.killExecutors(0)).isPositive();
        }
        Grokgrid.Result result = driver.await();
        assertThat(result.exitCode()).as(result.stderr()).isEqualTo(3);
        assertThat(store.submissions()).hasSize(16);
        assertThat(store.query("SELECT run_id, error FROM ROWS WHERE outcome = 'failed'"))
            .singleElement()
            .satisfies(row -> assertThat(row.get(0)).isEqualTo(runs.get(0)))
            .satisfies(row -> assertThat(row.get(1)).startsWith("started 3 times"));
        assertThat(names(state.resolve("starts"))).isEmpty();
        assertThat(names(state.resolve("tasks"))).isEmpty();
      }
    }
  }

  /** Of the files of a folder, but for hidden ones. */
  private static List<String> names(Path folder) {
    String[] names = folder.toFile().list((where, name) -> !name.startsWith("."));
    return names == null ? List.of() : List.of(names);
  }

  private static boolean hasSaved(StoreRows store) {
    try {
      return !store.savedSteps().isEmpty();
    } catch (IOException | java.io.UncheckedIOException e) {
      return false; // a file went away while we looked
    }
  }

  private static int rowsOf(StoreRows store) {
    try {
      return store.submissions().size();
    } catch (IOException | java.sql.SQLException e) {
      return 0; // a file went away while we looked
    }
  }

  /** Ctrl-C: the runs in flight save their state, write no row, and go on later. */
  @Test
  void savesTheRunsInFlightWhenInterrupted() throws Exception {
    StoreRows store = new StoreRows(folder.resolve("interrupted"));
    try (Grokgrid.Started driver =
        Grokgrid.start(List.of(sweep(store, "local[2]")), Map.of(), folder)) {
      await(driver, () -> hasSaved(store));
      driver.interrupt();
      Grokgrid.Result result = driver.await();
      assertThat(result.exitCode()).as(result.stderr()).isEqualTo(130);
    }
    Map<String, String> rows = store.submissions();
    assertThat(rows.size()).isLessThan(RUNS);
    assertThat(store.savedSteps())
        .hasSizeBetween(1, 2)
        .doesNotContainKeys(rows.keySet().toArray(String[]::new));
    assertThat(Grokgrid.run(folder, sweep(store, "local[2]")).exitCode()).isZero();
    assertWhole(store);
  }
}
