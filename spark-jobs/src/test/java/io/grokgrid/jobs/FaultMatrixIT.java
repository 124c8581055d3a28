package io.grokgrid.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Any process of a cluster killed with -9 in any phase on any store: {@link Held} just there, so
 * that the phase is certain. What is held besides goes on afterwards.
 */
@Tag("slow")
class FaultMatrixIT {
  private static final String SWEEP =
      """
      sweep { name = matrix }
      run {
        task { p = 13, train_fraction = 0.6 }
        model { d_model = 32, d_mlp = 128 }
        training { steps = 1500, batch_size = 50 }
        record { metrics_every = 100, attention_every = 500, state_every_seconds = 0.3 }
      }
      grid.training { weight_decay = [0.5, 1], seed = [0, 1] }
      """;

  private static final int RUNS = 4;
  private static final int WORKERS = 2;

  @TempDir static Path folder;

  private static Path conf;
  private static StoreRows undisturbed;

  /** A store with runs that were cut. */
  private static StoreRows cut;

  private static Elsewhere hdfs;
  private static Elsewhere s3;

  private enum Who {
    DRIVER,
    EXECUTOR,
    WORKER,
    MASTER
  }

  /** What goes on, and the call by which it is known. */
  private enum Phase {
    /** A state is there, the next one is about to be. */
    TRAINING("put .*/state/.*\\.state", 1),
    PUBLISHING("put .*/runs/submission=[^/]*/part-.*", 0),
    /** Of the executors; the driver has put one of two files in place. */
    COMPACTING("put .*/\\.compacting/runs/.*/part-.*", 0),
    RESUMING("open .*\\.state", 0);

    final String call;
    final int passed;

    Phase(String call, int passed) {
      this.call = call;
      this.passed = passed;
    }
  }

  private enum Where {
    LOCAL,
    HDFS,
    S3
  }

  @BeforeAll
  static void begin() throws Exception {
    conf = Files.writeString(folder.resolve("matrix.conf"), SWEEP);
    hdfs = Elsewhere.hdfs(folder.resolve("dfs"));
    s3 = Elsewhere.s3();
    undisturbed = new StoreRows(folder.resolve("undisturbed"));
    // Two submissions, so that two files come of compacting them.
    for (String axis : List.of("[0.5]", "[0.5, 1]")) {
      Grokgrid.Result result =
          Grokgrid.run(
              folder,
              "sweep",
              conf.toString(),
              "--set",
              "grid.training.weight_decay=" + axis,
              "--out",
              undisturbed.out().toString(),
              "--master",
              "local[2]");
      assertThat(result.exitCode()).as(result.stderr()).isZero();
    }
    assertThat(undisturbed.submissions()).hasSize(RUNS);
    cut = new StoreRows(folder.resolve("cut"));
    try (Grokgrid.Started driver =
        Grokgrid.start(
            Place.local(folder, "cut").command("sweep", conf.toString(), "--master", "local[2]"),
            Map.of(),
            folder)) {
      while (cut.savedSteps().size() < 2) {
        assertThat(driver.isAlive()).as(driver.stderr()).isTrue();
        Thread.onSpinWait();
      }
      driver.kill();
    }
    Files.delete(cut.out().resolve("claim"));
    assertThat(cut.submissions()).isEmpty();
  }

  @AfterAll
  static void end() throws Exception {
    hdfs.close();
    s3.close();
  }

  /** One cell in every build; all of the matrix takes an hour. */
  @Test
  void nothingIsLostOfAnExecutorsFileOnS3() throws Exception {
    nothingIsLost(Who.EXECUTOR, Phase.PUBLISHING, Where.S3);
  }

  static Stream<Arguments> all() {
    return Arrays.stream(Where.values())
        .flatMap(
            where ->
                Arrays.stream(Phase.values())
                    .flatMap(
                        phase ->
                            Arrays.stream(Who.values())
                                .map(who -> Arguments.of(who, phase, where))));
  }

  @Tag("kills")
  @ParameterizedTest
  @MethodSource("all")
  void nothingIsLost(Who who, Phase phase, Where where) throws Exception {
    String name = "%s-%s-%s".formatted(who, phase, where).toLowerCase(Locale.ROOT);
    Path own = Files.createDirectory(folder.resolve(name + "-own"));
    Place place =
        switch (where) {
          case LOCAL -> Place.local(folder, name);
          case HDFS -> Place.in(hdfs, folder, name);
          case S3 -> Place.in(s3, folder, name);
        };
    if (phase == Phase.COMPACTING) {
      place.fill(undisturbed.out());
    } else if (phase == Phase.RESUMING) {
      place.fill(cut.out());
    }
    Map<String, Integer> saved = place.rows().savedSteps();
    Map<String, String> before = place.rows().submissions();
    Held held = new Held(own.resolve("held"));
    try (LocalCluster cluster =
        LocalCluster.start(
            own.resolve("cluster"), "--workers", Integer.toString(WORKERS), "--cores", "1")) {
      try (Grokgrid.Started driver = start(place, cluster, held, who, phase)) {
        long process = held.await(driver);
        kill(who, process, driver, cluster);
        held.release();
        if (who == Who.DRIVER) {
          assertThat(place.rows().submissions()).containsAllEntriesOf(before);
        } else {
          Grokgrid.Result result = driver.await();
          assertThat(result.exitCode()).as(result.stderr()).isZero();
        }
      }
      if (who == Who.DRIVER) {
        Grokgrid.Result again =
            Grokgrid.run(
                place.command(command(phase, cluster.master()).toArray(String[]::new)),
                Map.of(),
                folder);
        assertThat(again.exitCode()).as(again.stderr()).isZero();
      }
    }
    assertWhole(place, phase, saved);
  }

  private static Grokgrid.Started start(
      Place place, LocalCluster cluster, Held held, Who who, Phase phase) throws Exception {
    boolean puts = who == Who.DRIVER && phase == Phase.COMPACTING;
    List<String> options =
        puts ? held.at(Phase.PUBLISHING.call, 1) : held.at(phase.call, phase.passed);
    List<String> arguments = new ArrayList<>(command(phase, cluster.master()));
    arguments.addAll(options);
    return Grokgrid.start(
        place.command(held.classes(), arguments.toArray(String[]::new)), Map.of(), folder);
  }

  private static List<String> command(Phase phase, String master) {
    return phase == Phase.COMPACTING
        ? List.of("compact", "--master", master)
        : List.of("sweep", conf.toString(), "--master", master);
  }

  private static void kill(Who who, long process, Grokgrid.Started driver, LocalCluster cluster)
      throws IOException {
    switch (who) {
      case DRIVER -> driver.kill();
      case EXECUTOR -> LocalCluster.kill(ProcessHandle.of(process).orElseThrow());
      case WORKER -> cluster.killWorker(cluster.workerOf(process, WORKERS));
      case MASTER -> cluster.killMaster();
    }
  }

  private static void assertWhole(Place place, Phase phase, Map<String, Integer> saved)
      throws Exception {
    StoreRows store = place.rows();
    assertThat(store.submissions()).hasSize(RUNS);
    store.assertSameResultsAs(undisturbed);
    if (phase == Phase.COMPACTING) {
      store.assertSameRowsAs(undisturbed);
    }
    Map<String, Integer> resumed = new TreeMap<>();
    for (List<String> row :
        store.query("SELECT run_id, coalesce(resumed_from_step, -1) FROM ROWS")) {
      resumed.put(row.get(0), Integer.valueOf(row.get(1)));
    }
    saved.forEach((run, step) -> assertThat(resumed.get(run)).isGreaterThanOrEqualTo(step));
    assertThat(store.savedSteps()).isEmpty();
    assertThat(store.out().resolve(".compacting")).doesNotExist();
    assertThat(store.out().resolve("claim")).doesNotExist();
    Grokgrid.Result verified =
        Grokgrid.run(place.command("verify", conf.toString()), Map.of(), folder);
    assertThat(verified.exitCode()).as(verified.stdout() + verified.stderr()).isZero();
  }
}
