package io.grokgrid.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two processes that want to write to one store. */
@Tag("slow")
class TwoSweepsIT {
  private static final String SWEEP =
      """
      sweep { name = shared }
      run {
        task { p = 13, train_fraction = 0.6 }
        model { d_model = 32, d_mlp = 128 }
        training { steps = 300, batch_size = 50 }
        record { state_every_seconds = 0.3 }
      }
      grid.training.seed = { from = 0, until = 4 }
      """;

  @TempDir Path folder;

  @Test
  void theSecondSaysWhoHoldsTheStoreOrWaitsForIt() throws Exception {
    Path conf = Files.writeString(folder.resolve("shared.conf"), SWEEP);
    List<String> sweep = List.of("sweep", conf.toString(), "--master", "local[1]");
    StoreRows store = new StoreRows(folder.resolve("out"));
    List<String> endless = List.of("sweep", conf.toString(), "--set", "training.steps=1000000");
    try (Grokgrid.Started first = Grokgrid.start(endless, Map.of(), folder)) {
      await(first, () -> Files.exists(folder.resolve("out/state")));

      for (List<String> second : List.of(sweep, List.of("verify", "--repair"))) {
        Grokgrid.Result refused = Grokgrid.run(second, Map.of(), folder);
        assertThat(refused.exitCode()).as(refused.stderr()).isEqualTo(1);
        assertThat(refused.stdout()).isEmpty();
        assertThat(refused.stderr())
            .contains("grokgrid: the store out is held by sweep shared (process ")
            .contains(" since ")
            .contains("--wait");
      }
      assertThat(Grokgrid.run(folder, "status").exitCode()).isZero();

      List<String> waiting = List.of("sweep", conf.toString(), "--master", "local[1]", "--wait");
      try (Grokgrid.Started second = Grokgrid.start(waiting, Map.of(), folder)) {
        await(second, () -> second.stderr().contains("waiting"));
        assertThat(first.isAlive()).isTrue();
        first.kill();
        Grokgrid.Result result = second.await();
        assertThat(result.exitCode()).as(result.stderr()).isZero();
      }
    }
    assertThat(store.submissions()).hasSize(4);
    assertThat(store.query("SELECT DISTINCT outcome = 'failed' FROM ROWS"))
        .containsExactly(List.of("false"));
    assertThat(folder.resolve("out/claim")).doesNotExist();
    Grokgrid.Result verified = Grokgrid.run(folder, "verify", conf.toString());
    assertThat(verified.exitCode()).as(verified.stdout()).isZero();
  }

  /** The second one waits, and finds there what both of them want. */
  @Tag("kills")
  @Test
  void ofGridsThatOverlapEachRunIsTrainedOnce() throws Exception {
    Path conf = Files.writeString(folder.resolve("shared.conf"), SWEEP);
    StoreRows undisturbed = new StoreRows(folder.resolve("undisturbed"));
    Grokgrid.Result alone =
        Grokgrid.run(seeds(conf, "[0, 1, 2, 3, 4, 5]", "undisturbed"), Map.of(), folder);
    assertThat(alone.exitCode()).as(alone.stderr()).isZero();
    StoreRows store = new StoreRows(folder.resolve("out"));
    try (Grokgrid.Started first =
        Grokgrid.start(seeds(conf, "[0, 1, 2, 3]", "out"), Map.of(), folder)) {
      await(first, () -> Files.exists(folder.resolve("out/state")));
      Grokgrid.Result second =
          Grokgrid.run(seeds(conf, "[2, 3, 4, 5]", "out", "--wait"), Map.of(), folder);
      assertThat(second.exitCode()).as(second.stderr()).isZero();
      assertThat(second.stderr())
          .contains("is held by sweep shared (process ", "; waiting, ")
          .contains("2 of 4 runs are pending");
      assertThat(first.await().exitCode()).isZero();
    }
    assertThat(store.submissions()).hasSize(6);
    store.assertSameResultsAs(undisturbed);
    Grokgrid.Result verified = Grokgrid.run(folder, "verify");
    assertThat(verified.exitCode()).as(verified.stdout()).isZero();
  }

  private static List<String> seeds(Path conf, String seeds, String out, String... more) {
    List<String> all = new ArrayList<>(List.of("sweep", conf.toString(), "--out", out));
    all.addAll(List.of("--set", "grid.training.seed=" + seeds, "--master", "local[1]"));
    all.addAll(List.of(more));
    return all;
  }

  /** A driver that was given up for dead and comes back: its successor has done its work. */
  @Test
  void aSweepThatWasSuspendedChangesNothingOfItsSuccessor() throws Exception {
    Path conf = Files.writeString(folder.resolve("shared.conf"), SWEEP);
    List<String> sweep = List.of("sweep", conf.toString(), "--master", "local[1]");
    StoreRows store = new StoreRows(folder.resolve("out"));
    Path claim = folder.resolve("out/claim");
    try (Grokgrid.Started first = Grokgrid.start(sweep, Map.of(), folder)) {
      await(first, () -> Files.exists(folder.resolve("out/state")));
      List<ProcessHandle> suspended = first.exit().descendants().toList();
      signal("STOP", suspended);
      // As of another machine, which has not been heard of for long.
      String owner = Files.readString(claim).replaceAll("(?m)^place=.*$", "place=elsewhere");
      Files.writeString(claim, owner);
      Files.setLastModifiedTime(claim, FileTime.from(Instant.EPOCH));
      Grokgrid.Result second = Grokgrid.run(sweep, Map.of(), folder);
      assertThat(second.exitCode()).as(second.stderr()).isZero();
      Map<String, String> rows = store.submissions();
      signal("CONT", suspended);

      Grokgrid.Result result = first.await();
      assertThat(result.exitCode()).as(result.stderr()).isEqualTo(1);
      assertThat(result.stdout()).isEmpty();
      assertThat(result.stderr()).contains("another took the store meanwhile");
      assertThat(store.submissions()).hasSize(4).isEqualTo(rows);
    }
    assertThat(store.savedSteps()).isEmpty();
    Grokgrid.Result verified = Grokgrid.run(folder, "verify", conf.toString());
    assertThat(verified.exitCode()).as(verified.stdout()).isZero();
  }

  private static void signal(String name, List<ProcessHandle> processes) throws Exception {
    for (ProcessHandle each : processes) {
      if (each.isAlive()) {
        Grokgrid.signal(name, each.pid());
      }
    }
  }

  private static void await(Grokgrid.Started started, BooleanSupplier condition)
      throws InterruptedException {
    while (!condition.getAsBoolean()) {
      assertThat(started.exit().waitFor(20, TimeUnit.MILLISECONDS)).as(started.stderr()).isFalse();
    }
  }
}
