package io.grokgrid.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.grokgrid.console.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stores that nobody reaches for 30 seconds, from the moment when a sweep publishes. */
@Tag("kills")
class VanishingStoreIT {
  private static final String SWEEP =
      """
      sweep { name = vanishing }
      run {
        task { p = 13, train_fraction = 0.6 }
        model { d_model = 32, d_mlp = 128 }
        training { steps = 1500, batch_size = 50 }
        record { metrics_every = 100, attention_every = 500, state_every_seconds = 0.3 }
      }
      grid.training.seed = { from = 0, until = 6 }
      """;

  private static final int RUNS = 6;
  private static final long SECONDS_AWAY = 30;

  @TempDir static Path folder;

  private static Path conf;
  private static StoreRows undisturbed;

  /** Takes a store away, or brings it back. */
  @FunctionalInterface
  private interface Change {
    void make() throws Exception;
  }

  @BeforeAll
  static void sweepUndisturbed() throws Exception {
    conf = Files.writeString(folder.resolve("vanishing.conf"), SWEEP);
    Place place = Place.local(folder, "undisturbed");
    undisturbed = place.rows();
    Grokgrid.Result result = Grokgrid.run(sweep(place, List.of(), List.of()), Map.of(), folder);
    assertThat(result.exitCode()).as(result.stderr()).isZero();
  }

  private static List<String> sweep(Place place, List<String> classes, List<String> options) {
    List<String> all = new ArrayList<>(List.of("sweep", conf.toString(), "--master", "local[2]"));
    all.addAll(options);
    return place.command(classes, all.toArray(String[]::new));
  }

  /** Hadoop's client asks again for longer than that. */
  @Test
  void aSweepOnS3WaitsForItsStore() throws Exception {
    try (Elsewhere s3 = Elsewhere.s3()) {
      Place place = Place.in(s3, folder, "s3");
      Grokgrid.Result result = vanishing(place, s3::vanish, s3::appear);
      assertThat(result.exitCode()).as(result.stderr()).isZero();
      assertWhole(place);
    }
  }

  @Test
  void aSweepOnHdfsEndsAndTheNextOneGoesOn() throws Exception {
    try (Elsewhere hdfs = Elsewhere.hdfs(folder.resolve("dfs"))) {
      Place place = Place.in(hdfs, folder, "hdfs");
      goesOn(place, vanishing(place, hdfs::vanish, hdfs::appear));
    }
  }

  /** A mount that goes away leaves an empty folder, in which nothing may come to be. */
  @Test
  void aSweepOnAMountWritesNothingWhereItWas() throws Exception {
    Path disk = Files.createDirectories(folder.resolve("disk"));
    Path mount = Files.createDirectories(folder.resolve("mount"));
    assumeTrue(
        run("mount", "--bind", disk.toString(), mount.toString()) == 0,
        "nothing can be mounted here");
    try {
      Place place = Place.local(mount, "out");
      Grokgrid.Result result =
          vanishing(
              place,
              () -> assertThat(run("umount", "-l", mount.toString())).isZero(),
              () -> {
                assertThat(Files.exists(mount.resolve("out/claim"))).isFalse();
                assertThat(new StoreRows(mount.resolve("out")).submissions()).isEmpty();
                assertThat(run("mount", "--bind", disk.toString(), mount.toString())).isZero();
              });
      assertThat(result.exitCode()).as(result.stderr()).isEqualTo(ExitCode.BROKEN);
      goesOn(place, result);
    } finally {
      run("umount", "-l", mount.toString());
    }
  }

  private static int run(String... command) throws Exception {
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }

  /** The sweep is about to publish its second row, and does so when the store is away. */
  private static Grokgrid.Result vanishing(Place place, Change away, Change back) throws Exception {
    Held held = new Held(Files.createTempDirectory(folder, "held"));
    List<String> options = held.at("put .*/runs/submission=[^/]*/part-.*", 1);
    try (Grokgrid.Started driver =
        Grokgrid.start(sweep(place, held.classes(), options), Map.of(), folder)) {
      held.await(driver);
      away.make();
      held.release();
      // Not to wait for anything: so long it is away.
      driver.exit().waitFor(SECONDS_AWAY, TimeUnit.SECONDS);
      if (driver.isAlive()) {
        back.make();
        return driver.await();
      }
      Grokgrid.Result result = driver.await();
      back.make();
      return result;
    }
  }

  private static void goesOn(Place place, Grokgrid.Result ended) throws Exception {
    assertThat(ended.exitCode()).as(ended.stderr()).isIn(ExitCode.DONE, ExitCode.BROKEN);
    assertThat(ended.stderr()).doesNotContain("\tat ");
    if (ended.exitCode() == ExitCode.BROKEN) {
      assertThat(ended.stdout()).isEmpty();
      Grokgrid.Result next = Grokgrid.run(sweep(place, List.of(), List.of()), Map.of(), folder);
      assertThat(next.exitCode()).as(next.stderr()).isZero();
    }
    assertWhole(place);
  }

  private static void assertWhole(Place place) throws Exception {
    StoreRows store = place.rows();
    assertThat(store.submissions()).hasSize(RUNS);
    store.assertSameResultsAs(undisturbed);
    assertThat(store.savedSteps()).isEmpty();
    assertThat(store.out().resolve("claim")).doesNotExist();
    Grokgrid.Result verified =
        Grokgrid.run(place.command("verify", conf.toString()), Map.of(), folder);
    assertThat(verified.exitCode()).as(verified.stdout() + verified.stderr()).isZero();
  }
}
