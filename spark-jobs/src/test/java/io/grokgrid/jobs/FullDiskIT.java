package io.grokgrid.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.grokgrid.console.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Disks that are full, or that cannot be written. */
@Tag("slow")
class FullDiskIT {
  private static final String SWEEP =
      """
      sweep { name = full }
      run {
        task { p = 13, train_fraction = 0.6 }
        model { d_model = 32, d_mlp = 128 }
        training { steps = 600, batch_size = 50 }
        record { metrics_every = 5, attention_every = 20, state_every_seconds = 0.1 }
      }
      grid.training.seed = { from = 0, until = 4 }
      """;

  private static final int RUNS = 4;
  private static final String NO_SPACE = "cannot be written: No space left on device";

  @TempDir static Path folder;

  private static Path conf;
  private static StoreRows undisturbed;

  private Disk disk;

  @BeforeAll
  static void sweepUndisturbed() throws Exception {
    conf = Files.writeString(folder.resolve("full.conf"), SWEEP);
    undisturbed = new StoreRows(folder.resolve("undisturbed"));
    Grokgrid.Result result = sweep(undisturbed.out(), Map.of());
    assertThat(result.exitCode()).as(result.stderr()).isZero();
  }

  @BeforeEach
  void mount() throws Exception {
    disk = Disk.mount(folder.resolve("disk"));
  }

  @AfterEach
  void unmount() throws Exception {
    if (disk != null) {
      disk.close();
    }
  }

  private static Grokgrid.Result sweep(Path out, Map<String, String> environment, String... more)
      throws Exception {
    List<String> arguments = new ArrayList<>(List.of("sweep", conf.toString()));
    arguments.addAll(List.of("--out", out.toString(), "--master", "local[2]"));
    arguments.addAll(List.of(more));
    return Grokgrid.run(arguments, environment, folder);
  }

  /** One line that ends the command, and nothing of Java's. */
  private static void assertSaid(Grokgrid.Result result, String pattern) {
    assertThat(result.exitCode()).as(result.stderr()).isEqualTo(ExitCode.BROKEN);
    assertThat(result.stdout()).isEmpty();
    assertThat(result.stderr()).doesNotContain("Exception", "Error", "\tat ");
    assertThat(result.stderr().lines().reduce((first, last) -> last))
        .get()
        .asString()
        .matches("grokgrid: " + pattern);
  }

  /** No claim, and nothing that is not whole. */
  private static void assertNothingHalf(Path out) throws IOException {
    try (Stream<Path> files = Files.walk(out)) {
      assertThat(files.filter(Files::isRegularFile).map(file -> file.getFileName().toString()))
          .allMatch(
              name -> name.matches("\\.?(part-.*|step-.*|.*-\\d+|.*\\.csv)(\\.crc)?"), out + "");
    }
  }

  @Test
  void aSweepGoesOnWhenThereIsSpaceAgain() throws Exception {
    Path out = Files.createDirectory(disk.folder().resolve("out"));
    disk.leave(0);
    assertSaid(sweep(out, Map.of()), "the store " + out + " " + NO_SPACE);
    assertThat(out).isEmptyDirectory();
    // More often than a run may start in vain that takes its process down.
    for (int i = 0; i < 3; i++) {
      disk.leave(60_000);
      assertSaid(sweep(out, Map.of()), ".*/state/.*/step-\\d+\\.state " + NO_SPACE + ";.* goes on");
      assertNothingHalf(out);
    }
    disk.leave(20_000);
    assertSaid(
        sweep(out, Map.of(), "--set", "record.state_every_seconds=0"),
        ".*/runs/submission=.*/part-.*\\.parquet " + NO_SPACE + ";.* goes on");
    assertNothingHalf(out);
    StoreRows store = new StoreRows(out);
    assertThat(store.submissions()).hasSizeLessThan(RUNS);

    disk.empty();
    assertWhole(store, sweep(out, Map.of()));
  }

  private static void assertWhole(StoreRows store, Grokgrid.Result result) throws Exception {
    assertThat(result.exitCode()).as(result.stderr()).isZero();
    assertThat(store.submissions()).hasSize(RUNS);
    store.assertSameResultsAs(undisturbed);
    Grokgrid.Result verified =
        Grokgrid.run(folder, "verify", conf.toString(), "--out", store.out().toString());
    assertThat(verified.exitCode()).as(verified.stdout()).isZero();
  }

  @Tag("kills")
  @Test
  void anExecutorsTemporaryFolderIsNamed() throws Exception {
    StoreRows store = new StoreRows(folder.resolve("temporary"));
    Map<String, String> environment = Map.of("TMPDIR", disk.folder().toString());
    // A session begins with a copy of the jar there.
    long jar = Files.size(Grokgrid.repository().resolve("spark-jobs/target/grokgrid.jar"));
    for (long bytes : new long[] {0, jar + 100_000}) {
      disk.leave(bytes);
      assertSaid(
          sweep(store.out(), environment),
          "(" + disk.folder() + "/.*|a temporary folder .*) " + NO_SPACE + ";.* goes on");
      assertNothingHalf(store.out());
    }
    disk.empty();
    assertWhole(store, sweep(store.out(), environment));
  }

  @Tag("kills")
  @Test
  void aCompactionThatHasNoSpaceChangesNothing() throws Exception {
    Path out = disk.folder().resolve("out");
    Place place = Place.local(disk.folder(), "out");
    place.fill(undisturbed.out());
    disk.leave(0);
    List<String> compact = List.of("compact", "--out", out.toString());
    assertSaid(Grokgrid.run(compact, Map.of(), folder), "the store " + out + " " + NO_SPACE);
    disk.leave(30_000);
    assertSaid(Grokgrid.run(compact, Map.of(), folder), ".*/\\.compacting/.* " + NO_SPACE + ";.*");
    assertThat(out.resolve(".compacting")).doesNotExist();
    assertThat(out.resolve("claim")).doesNotExist();
    new StoreRows(out).assertSameRowsAs(undisturbed);
    disk.empty();
    Grokgrid.Result compacted = Grokgrid.run(compact, Map.of(), folder);
    assertThat(compacted.exitCode()).as(compacted.stderr()).isZero();
    new StoreRows(out).assertSameRowsAs(undisturbed);
  }

  @Tag("kills")
  @Test
  void aStoreThatCannotBeWrittenIsReadAndNothingElse() throws Exception {
    Path out = disk.folder().resolve("out");
    Place.local(disk.folder(), "out").fill(undisturbed.out());
    disk.remount("ro");
    for (List<String> reading :
        List.of(
            List.of("status"),
            List.of("query", "grok_step_vs_weight_decay"),
            List.of("query", "SELECT count(*) FROM metrics"),
            List.of("verify", conf.toString()),
            List.of("plan", conf.toString()),
            List.of("report", "--to", folder.resolve("report.html").toString()))) {
      Grokgrid.Result result = Grokgrid.run(with(reading, out), Map.of(), folder);
      assertThat(result.exitCode()).as(reading + ": " + result.stderr()).isZero();
      assertThat(result.stdout()).isNotEmpty();
    }
    for (List<String> writing :
        List.of(
            List.of("sweep", conf.toString(), "--set", "grid.training.seed=[9]"),
            List.of("compact"),
            List.of("drop", "--sweep", "full", "--yes"),
            List.of("verify", "--repair"))) {
      Grokgrid.Result result = Grokgrid.run(with(writing, out), Map.of(), folder);
      assertSaid(result, "the store " + out + " cannot be written: Read-only file system");
    }
    disk.remount("rw");
    new StoreRows(out).assertSameRowsAs(undisturbed);
  }

  private static List<String> with(List<String> command, Path out) {
    List<String> all = new ArrayList<>(command);
    all.addAll(List.of("--out", out.toString()));
    return all;
  }
}
