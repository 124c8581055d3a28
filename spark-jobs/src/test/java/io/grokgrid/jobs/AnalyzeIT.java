package io.grokgrid.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.grokgrid.battery.Battery;
import io.grokgrid.console.ExitCode;
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
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Analyses of the checkpoints of a small store, through the command that a user types. */
@Tag("slow")
class AnalyzeIT {
  private static final String SWEEP =
      """
      sweep { name = kept }
      run {
        task { p = 19, train_fraction = 0.6 }
        model { d_model = 32, d_mlp = 64 }
        training { steps = 60 }
        record { metrics_every = 30, attention_every = 0, checkpoints = 12 }
      }
      grid = [
        { training.seed = { from = 0, until = 6 } }
        { training.seed = [99], record.checkpoints = [0] }
      ]
      """;

  private static final int RUNS = 6;

  @TempDir static Path folder;

  private static Path out;
  private static int checkpoints;

  @BeforeAll
  static void sweep() throws Exception {
    out = folder.resolve("out");
    Path conf = Files.writeString(folder.resolve("kept.conf"), SWEEP);
    succeeds("sweep", conf.toString());
    try (Stream<Path> files = Files.walk(out.resolve("checkpoints"))) {
      checkpoints = (int) files.filter(file -> file.toString().endsWith(".safetensors")).count();
    }
    assertThat(checkpoints).isGreaterThan(6 * RUNS);
  }

  @BeforeEach
  void forgetAnalyses() throws IOException {
    if (Files.exists(out.resolve("analyses"))) {
      try (Stream<Path> all = Files.walk(out.resolve("analyses"))) {
        all.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(file -> file.delete());
      }
    }
  }

  private static List<String> withMaster(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--master", "local[2]"));
    return all;
  }

  private static Grokgrid.Result run(String... arguments) throws Exception {
    return Grokgrid.run(withMaster(arguments), Map.of(), folder);
  }

  private static Grokgrid.Result succeeds(String... arguments) throws Exception {
    Grokgrid.Result result = run(arguments);
    assertThat(result.exitCode()).as(result.stdout() + result.stderr()).isZero();
    return result;
  }

  private static Grokgrid.Started start() throws IOException {
    return Grokgrid.start(withMaster("analyze", "--runs", "true"), Map.of(), folder);
  }

  private static void await(Grokgrid.Started command, BooleanSupplier condition)
      throws InterruptedException {
    while (!condition.getAsBoolean()) {
      assertThat(command.exit().waitFor(10, TimeUnit.MILLISECONDS)).as(command.stderr()).isFalse();
    }
  }

  /** Whether a task has ended, so that its rows stay whatever happens. */
  private static boolean hasRows() {
    if (!Files.exists(out.resolve("analyses"))) {
      return false;
    }
    try (Stream<Path> files = Files.walk(out.resolve("analyses"), 2)) {
      return files.anyMatch(file -> file.getFileName().toString().matches("part-.*\\.parquet"));
    } catch (IOException | UncheckedIOException e) {
      return false; // what it found went away while it looked
    }
  }

  private static String rows() {
    return "read_parquet('" + out + "/analyses/*/*.parquet', hive_partitioning = false)";
  }

  /** Some checkpoints are analysed, others not; returns how many are. */
  private static int assertSomeRows() throws SQLException {
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duck.createStatement();
        ResultSet found = statement.executeQuery("SELECT count(*) FROM " + rows())) {
      assertThat(found.next()).isTrue();
      assertThat(found.getInt(1)).isBetween(1, checkpoints - 1);
      return found.getInt(1);
    }
  }

  /** Every analysis of every checkpoint is there, and once. */
  private static void assertEachOnce() throws SQLException {
    String each = "(SELECT run_id, step, unnest(analyses) AS analysis FROM " + rows() + ")";
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duck.createStatement();
        ResultSet found =
            statement.executeQuery(
                "SELECT count(*), count(DISTINCT (run_id, step, analysis)) FROM " + each)) {
      assertThat(found.next()).isTrue();
      int expected = checkpoints * Battery.names().size();
      assertThat(List.of(found.getInt(1), found.getInt(2))).containsExactly(expected, expected);
    }
  }

  private String summary(Grokgrid.Result result) {
    return result.lastLine().strip().replaceAll(" +", ",");
  }

  @Tag("kills")
  @Test
  void everyCheckpointIsAnalysedOnceAfterThreeKills() throws Exception {
    Random random = new Random();
    try (Grokgrid.Started command = start()) {
      await(command, AnalyzeIT::hasRows);
      command.kill();
    }
    int kept = assertSomeRows();
    for (int kill = 0; kill < 2; kill++) {
      try (Grokgrid.Started command = start()) {
        await(command, () -> command.stderr().contains("checkpoints of"));
        // Not to wait for anything: the moment of the kill is what is random.
        boolean unused = command.exit().waitFor(random.nextInt(2_000), TimeUnit.MILLISECONDS);
        command.kill();
      }
    }
    Grokgrid.Result last = succeeds("analyze", "--runs", "true");
    String[] counts = summary(last).split(",");
    assertThat(counts).startsWith("7", "" + checkpoints);
    assertThat(Integer.parseInt(counts[2])).isBetween(kept, checkpoints);
    assertThat(last.stderr())
        .contains("1 run kept no checkpoints (")
        .contains("record.checkpoints");
    assertEachOnce();
    Grokgrid.Result again = succeeds("analyze", "--runs", "true");
    assertThat(summary(again)).startsWith("7,%d,%d,0,0,".formatted(checkpoints, checkpoints));
    assertThat(again.stderr()).contains("nothing is missing: all " + checkpoints);
    assertEachOnce();
    succeeds("verify");
  }

  @Test
  void keepsWhatWasFinishedWhenInterrupted() throws Exception {
    try (Grokgrid.Started command = start()) {
      await(command, AnalyzeIT::hasRows);
      command.interrupt();
      Grokgrid.Result result = command.await();
      assertThat(result.exitCode()).as(result.stderr()).isEqualTo(ExitCode.INTERRUPTED);
      assertThat(result.stderr()).contains("interrupted").doesNotContain("Exception");
    }
    int kept = assertSomeRows();
    Grokgrid.Result rest = succeeds("analyze", "--runs", "true");
    assertThat(summary(rest))
        .startsWith("7,%d,%d,%d,0,".formatted(checkpoints, kept, checkpoints - kept));
    assertEachOnce();
  }

  @Test
  void namesADamagedCheckpointAndAnalysesTheOthers() throws Exception {
    Path damaged;
    try (Stream<Path> files = Files.walk(out.resolve("checkpoints"))) {
      damaged =
          files
              .filter(file -> file.endsWith("step-00000001.safetensors"))
              .findFirst()
              .orElseThrow();
    }
    byte[] whole = Files.readAllBytes(damaged);
    Path sum = damaged.resolveSibling("." + damaged.getFileName() + ".crc");
    Files.deleteIfExists(sum);
    Files.write(damaged, Arrays.copyOf(whole, whole.length - 9));
    try {
      Grokgrid.Result result = run("analyze", "--runs", "true");
      assertThat(result.exitCode()).as(result.stderr()).isEqualTo(ExitCode.FAILED_RUNS);
      assertThat(result.stderr())
          .contains(damaged.toRealPath() + " cannot be read: ")
          .contains("verify --repair takes runs out")
          .doesNotContain("Exception");
      assertThat(summary(result))
          .startsWith("7,%d,0,%d,1,".formatted(checkpoints, checkpoints - 1));
    } finally {
      Files.write(damaged, whole);
    }
    Grokgrid.Result mended = succeeds("analyze", "--runs", "true");
    assertThat(summary(mended)).startsWith("7,%d,%d,1,0,".formatted(checkpoints, checkpoints - 1));
    assertEachOnce();
  }
}
