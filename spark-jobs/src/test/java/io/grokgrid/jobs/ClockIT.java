package io.grokgrid.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A clock that is set back by days while a sweep trains; skipped where there is no libfaketime. */
@Tag("kills")
class ClockIT {
  private static final String SWEEP =
      """
      sweep { name = clock }
      run {
        task { p = 13, train_fraction = 0.6 }
        model { d_model = 32, d_mlp = 128 }
        training { steps = %d, batch_size = 50 }
        record { metrics_every = 100, attention_every = 500, state_every_seconds = 0.3 }
      }
      grid.training.seed = { from = 0, until = 4 }
      """;

  @TempDir Path folder;

  private Path offset;
  private Map<String, String> environment;

  @BeforeEach
  void find() throws IOException {
    Optional<Path> library =
        Stream.of("/usr/lib/x86_64-linux-gnu/faketime", "/usr/lib64/faketime", "/usr/lib/faketime")
            .map(place -> Path.of(place, "libfaketimeMT.so.1"))
            .filter(Files::exists)
            .findFirst();
    assumeTrue(library.isPresent(), "there is no libfaketime");
    offset = folder.resolve("offset");
    environment =
        Map.of(
            "LD_PRELOAD",
            library.get().toString(),
            "FAKETIME_TIMESTAMP_FILE",
            offset.toString(),
            "FAKETIME_CACHE_DURATION", // seconds; without one the file is read for each look
            "1",
            "FAKETIME_DONT_FAKE_MONOTONIC",
            "1",
            "FAKETIME_FORCE_MONOTONIC_FIX", // or waits with a limit end at once
            "0",
            "NO_FAKE_STAT",
            "1");
  }

  private List<String> sweep(Path conf, String out, String... more) {
    List<String> all = new ArrayList<>(List.of("sweep", conf.toString()));
    all.addAll(List.of("--out", folder.resolve(out).toString(), "--master", "local[2]"));
    all.addAll(List.of(more));
    return all;
  }

  @Test
  void nothingIsLostOrDoubled() throws Exception {
    Path conf = Files.writeString(folder.resolve("clock.conf"), SWEEP.formatted(3000));
    StoreRows undisturbed = new StoreRows(folder.resolve("undisturbed"));
    Grokgrid.Result alone = Grokgrid.run(sweep(conf, "undisturbed"), Map.of(), folder);
    assertThat(alone.exitCode()).as(alone.stderr()).isZero();

    StoreRows store = new StoreRows(folder.resolve("out"));
    Files.writeString(offset, "+0");
    try (Grokgrid.Started driver = Grokgrid.start(sweep(conf, "out"), environment, folder)) {
      while (store.savedSteps().isEmpty()) {
        assertThat(driver.exit().waitFor(20, TimeUnit.MILLISECONDS)).as(driver.stderr()).isFalse();
      }
      Files.writeString(offset, "-3d");
      Grokgrid.Result result = driver.await();
      assertThat(result.exitCode()).as(result.stderr()).isZero();
    }
    store.assertSameResultsAs(undisturbed);
    assertThat(store.query("SELECT date_diff('day', min(started_at), max(started_at)) FROM ROWS"))
        .isIn(List.of(List.of("2")), List.of(List.of("3")));
    // What was trained last is what is shown, although its time is an earlier one.
    List<String> again =
        sweep(conf, "out", "--set", "record.checkpoints=2", "--rerun-lacking", "--format", "csv");
    for (String said : List.of("of which 4 are trained again", "nothing is pending")) {
      Grokgrid.Result result = Grokgrid.run(again, environment, folder);
      assertThat(result.exitCode()).as(result.stderr()).isZero();
      assertThat(result.stderr()).contains(said);
    }
    Grokgrid.Result shown =
        Grokgrid.run(
            folder,
            "query",
            "SELECT count(*) AS n, min(checkpoints) AS kept FROM runs",
            "--format",
            "csv",
            "--out",
            store.out().toString());
    assertThat(shown.stdout()).isEqualTo("n,kept\n4,2\n");
    Grokgrid.Result verified =
        Grokgrid.run(folder, "verify", conf.toString(), "--out", store.out().toString());
    assertThat(verified.exitCode()).as(verified.stdout()).isZero();
  }

  /** A timer that goes by the clock would not renew it for days. */
  @Test
  void theClaimIsRenewedAndAnotherCommandSeesThatItsOwnerLives() throws Exception {
    Path conf = Files.writeString(folder.resolve("long.conf"), SWEEP.formatted(1_000_000));
    StoreRows store = new StoreRows(folder.resolve("out"));
    Path claim = store.out().resolve("claim");
    Files.writeString(offset, "+0");
    try (Grokgrid.Started driver = Grokgrid.start(sweep(conf, "out"), environment, folder)) {
      while (store.savedSteps().isEmpty()) {
        assertThat(driver.exit().waitFor(20, TimeUnit.MILLISECONDS)).as(driver.stderr()).isFalse();
      }
      Files.writeString(offset, "-3d");
      Files.setLastModifiedTime(claim, FileTime.from(Instant.EPOCH));
      Grokgrid.Result second = Grokgrid.run(sweep(conf, "out"), environment, folder);
      assertThat(second.exitCode()).as(second.stderr()).isEqualTo(1);
      assertThat(second.stderr()).contains("is held by sweep clock (process ");
      long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
      while (!isRenewed(claim)) {
        assertThat(driver.exit().waitFor(20, TimeUnit.MILLISECONDS)).as(driver.stderr()).isFalse();
        assertThat(System.nanoTime()).as("was not renewed").isLessThan(end);
      }
      driver.interrupt();
      assertThat(driver.await().exitCode()).isEqualTo(130);
    }
    assertThat(store.savedSteps()).hasSize(2);
    assertThat(claim).doesNotExist();
  }

  private static boolean isRenewed(Path claim) throws IOException {
    try {
      return Files.getLastModifiedTime(claim).toInstant().isAfter(Instant.EPOCH);
    } catch (NoSuchFileException e) {
      return false;
    }
  }
}
