package io.grokgrid.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.grokgrid.console.ExitCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Signals at any time, and waits for a cluster that has gone. */
@Tag("slow")
class SignalsIT {
  /** Would take minutes. */
  private static final String LONG =
      """
      run {
        task { p = 13, train_fraction = 0.6 }
        model { d_model = 32, d_mlp = 128 }
        training { steps = 100000, batch_size = 50 }
        record { metrics_every = 1000, attention_every = 50000, state_every_seconds = 0.3 }
      }
      """;

  /** Longer than signals that count as one; see {@link io.grokgrid.console.Interruption}. */
  private static final long APART_MILLIS = 700;

  @TempDir private Path folder;

  private Path temporary;
  private Path conf;
  private StoreRows store;

  @BeforeEach
  void write() throws IOException {
    temporary = Files.createDirectory(folder.resolve("tmp"));
    conf = Files.writeString(folder.resolve("long.conf"), LONG);
    store = new StoreRows(folder.resolve("out"));
  }

  private Grokgrid.Started start(String... arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--out", store.out().toString()));
    return Grokgrid.start(all, Map.of("TMPDIR", temporary.toString()), folder);
  }

  private static void await(Grokgrid.Started command, BooleanSupplier condition)
      throws InterruptedException {
    while (!condition.getAsBoolean()) {
      assertThat(command.exit().waitFor(20, TimeUnit.MILLISECONDS)).as(command.stderr()).isFalse();
    }
  }

  private boolean hasSaved() {
    try {
      return !store.savedSteps().isEmpty();
    } catch (IOException | UncheckedIOException e) {
      return false; // a file went away while we looked
    }
  }

  /** The script, the JVM's start, Spark's start, the question, Spark's end. */
  @Test
  void endsAtOnceWithoutWordsAtAnyTime() throws Exception {
    List<String> signals = List.of("TERM", "HUP", "INT");
    int interrupted = 0;
    for (int millis = 50; millis < 6_000; millis += Math.max(150, millis / 4)) {
      String signal = signals.get(interrupted % signals.size());
      try (Grokgrid.Started command = start("status")) {
        if (command.exit().waitFor(millis, TimeUnit.MILLISECONDS)) {
          break;
        }
        Grokgrid.signal(signal, command.pid());
        Grokgrid.Result result = command.await();
        String when = signal + " after " + millis + " ms: " + result.stderr();
        if (result.exitCode() == ExitCode.DONE) {
          assertThat(result.stdout()).as(when).matches("sweep .* detail\n"); // it came too late
          break;
        }
        assertThat(result.exitCode()).as(when).isEqualTo(ExitCode.INTERRUPTED);
        interrupted++;
        // Nothing, or, while Spark ends, the whole answer.
        assertThat(result.stdout()).as(when).matches("(sweep .* detail\n)?");
        assertThat(result.stderr().replaceAll("grokgrid: (the store|starting|computing).*\n", ""))
            .as(when)
            .isIn("", "grokgrid: interrupted\n");
      }
    }
    assertThat(interrupted).isGreaterThan(5);
    assertThat(temporary).isEmptyDirectory();
  }

  /** A terminal that closes takes standard error with it. */
  @Test
  void savesTheRunsInFlightWhenTheTerminalIsClosed() throws Exception {
    try (Grokgrid.Started driver =
        Grokgrid.start(
            List.of("sweep", conf.toString(), "--out", store.out().toString()),
            Map.of("TMPDIR", temporary.toString()),
            folder)) {
      await(driver, this::hasSaved);
      driver.closeStderr();
      Grokgrid.signal("HUP", driver.pid());
      Grokgrid.signal("HUP", driver.pid());
      assertThat(driver.exit().waitFor()).isEqualTo(ExitCode.INTERRUPTED);
    }
    assertThat(store.savedSteps()).hasSize(1);
    assertThat(store.submissions()).isEmpty();
    assertThat(temporary).isEmptyDirectory();
  }

  /** By another process, which is over when the store is free again. */
  @Test
  void isCancelledFromAnotherTerminal() throws Exception {
    try (Grokgrid.Started driver = start("sweep", conf.toString())) {
      await(driver, this::hasSaved);
      try (Grokgrid.Started cancel = start("cancel")) {
        Grokgrid.Result cancelled = cancel.await();
        assertThat(cancelled.exitCode()).as(cancelled.stderr()).isZero();
        assertThat(cancelled.stdout()).isEmpty();
        assertThat(cancelled.stderr())
            .contains("grokgrid: asked sweep long (process ", "was given back\n");
      }
      assertThat(store.out().resolve("claim")).doesNotExist();
      Grokgrid.Result result = driver.await();
      assertThat(result.exitCode()).as(result.stderr()).isEqualTo(ExitCode.INTERRUPTED);
      assertThat(result.stderr()).contains("cancelled by grokgrid cancel: the runs in flight save");
    }
    assertThat(store.savedSteps()).hasSize(1);
    assertThat(store.submissions()).isEmpty();
    try (Grokgrid.Started again = start("cancel")) {
      Grokgrid.Result nothing = again.await();
      assertThat(nothing.exitCode()).isZero();
      assertThat(nothing.stderr())
          .isEqualTo("grokgrid: nothing is under way on the store " + store.out() + "\n");
    }
  }

  /** What {@code kill -9} is meant for is the JVM, too. */
  @Test
  void diesWithTheScriptThatStartedIt() throws Exception {
    try (Grokgrid.Started driver = start("sweep", conf.toString())) {
      await(driver, this::hasSaved);
      List<ProcessHandle> children = driver.exit().descendants().toList();
      assertThat(children).isNotEmpty();
      Grokgrid.signal("KILL", driver.pid());
      for (ProcessHandle child : children) {
        child.onExit().get(1, TimeUnit.MINUTES);
      }
    }
  }

  @Test
  void namesAndLimitsTheWaitForAClusterThatHasGone() throws Exception {
    try (LocalCluster cluster =
        LocalCluster.start(folder.resolve("cluster"), "--workers", "1", "--cores", "1")) {
      // An executor that has stopped saves nothing: the first signal waits for it, the second does
      // not.
      try (Grokgrid.Started driver =
          start("sweep", conf.toString(), "--master", cluster.master())) {
        await(driver, this::hasSaved);
        long executor = cluster.executors(0).get(0).pid();
        Grokgrid.signal("STOP", executor);
        Grokgrid.signal("TERM", driver.pid());
        await(driver, () -> driver.stderr().contains("once more to end at once"));
        assertThat(driver.exit().waitFor(APART_MILLIS, TimeUnit.MILLISECONDS)).isFalse();
        Grokgrid.signal("TERM", driver.pid());
        assertThat(driver.await().exitCode()).isEqualTo(ExitCode.INTERRUPTED);
        Grokgrid.signal("KILL", executor);
      }
      try (Grokgrid.Started driver =
          start(
              "sweep",
              conf.toString(),
              "--master",
              cluster.master(),
              "--wait-for-cluster",
              "30s")) {
        await(driver, () -> !executors(cluster).isEmpty() && driver.stderr().contains("pending"));
        cluster.killMaster();
        Grokgrid.Result status = cluster.status();
        assertThat(status.exitCode()).isEqualTo(ExitCode.BROKEN);
        assertThat(status.stderr()).contains("dead: master");
        cluster.killWorker(0);
        Grokgrid.Result result = driver.await();
        assertThat(result.exitCode()).as(result.stderr()).isEqualTo(ExitCode.BROKEN);
        assertThat(result.stderr())
            .containsPattern("no executor for \\d+s: each asks the master " + cluster.master())
            .contains("no executor for 30s (--wait-for-cluster): gave up on the master")
            .doesNotContain("Exception");
      }
    }
    assertThat(store.savedSteps()).hasSize(1);
    assertThat(temporary).isEmptyDirectory();
  }

  private static List<ProcessHandle> executors(LocalCluster cluster) {
    try {
      return cluster.executors(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void givesUpAMasterThatDoesNotAnswer() throws Exception {
    // Nothing listens on the port of tcpmux.
    try (Grokgrid.Started command =
        start("status", "--master", "spark://127.0.0.1:1", "--wait-for-cluster", "8s")) {
      Grokgrid.Result result = command.await();
      assertThat(result.exitCode()).as(result.stderr()).isEqualTo(ExitCode.BROKEN);
      assertThat(result.stdout()).isEmpty();
      assertThat(result.stderr())
          .contains("gave up on the master spark://127.0.0.1:1")
          .doesNotContain("Exception");
    }
  }
}
