package io.grokgrid.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grokgrid.base.Refused;
import io.grokgrid.experiment.Outcome;
import io.grokgrid.experiment.RunResult;
import io.grokgrid.store.SavedRuns;
import io.grokgrid.store.Store;
import io.grokgrid.store.Views;
import io.grokgrid.tables.Example;
import io.grokgrid.tables.Sparks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CopyJobTest {
  private static final String FIRST = Stores.RUNS.get(0).id();

  private final Path source;
  private final Path target;
  private final Store from;
  private final Store to;

  CopyJobTest(@TempDir Path folder) {
    source = folder.resolve("source");
    target = folder.resolve("target");
    from = Stores.example(source);
    to = new Store(target.toUri().toString());
    DyingFileSystem.register(Stores.hadoop());
  }

  private static CopyJob.Done copy(Store from, Store to, @Nullable String where)
      throws IOException {
    Views.Restriction restriction = new Views.Restriction(null, where);
    return new CopyJob(Sparks.session(), from, to, restriction, where == null).run();
  }

  private static CopyJob.Done done(CopyJob.Done was, int... counts) {
    return new CopyJob.Done(
        counts[0], counts[1], counts[2], counts[3], was.bytes(), counts[4], List.of(), List.of());
  }

  @Test
  void copiesAllThatBelongsToRunsAndThenNothing() throws IOException {
    CopyJob.Done first = copy(from, to, null);
    assertThat(first).isEqualTo(done(first, 3, 6, 3, 1, 0));
    assertThat(first.bytes()).isGreaterThan(6L * Stores.RUNS.get(0).spec().layout().size() * 4);

    assertThat(Stores.rows(to)).isEqualTo(Stores.rows(from));
    assertThat(Stores.wrong(to)).isEmpty();
    assertThat(new SavedRuns(to, Stores.hadoop()).newest())
        .isEqualTo(new SavedRuns(from, Stores.hadoop()).newest());
    for (String folder : List.of("runs", "checkpoints", "analyses", "state")) {
      assertThat(Stores.files(target.resolve(folder))).as(folder).isPositive();
    }
    long files = Stores.files(target);

    CopyJob.Done second = copy(from, to, null);
    assertThat(second).isEqualTo(done(second, 0, 0, 0, 0, 3));
    assertThat(second.bytes()).isZero();
    assertThat(Stores.files(target)).isEqualTo(files);
  }

  /** Files that hold rows of other runs too are written anew. */
  @Test
  void copiesSomeRunsAndLaterTheOthers() throws IOException {
    CopyJob.Done some = copy(from, to, "seed = 0");
    assertThat(some).isEqualTo(done(some, 1, 3, 1, 0, 0));
    SortedMap<String, Long> rows = new TreeMap<>(Stores.rows(from));
    rows.keySet().removeIf(row -> !row.startsWith(FIRST));
    assertThat(Stores.rows(to)).isEqualTo(rows);
    assertThat(Stores.wrong(to)).isEmpty();

    CopyJob.Done others = copy(from, to, null);
    assertThat(others).isEqualTo(done(others, 2, 3, 2, 1, 1));
    assertThat(Stores.rows(to)).isEqualTo(Stores.rows(from));
    assertThat(Stores.wrong(to)).isEmpty();
  }

  @Test
  void copiesRunsOfWhichNothingElseIsThere() throws IOException {
    Store without = new Store(source.resolveSibling("others").toUri().toString());
    RunResult plain = Example.ended(Example.result(Stores.RUNS.get(2), 0), Outcome.MEMORISED, 1000);
    Example.append(without, 1, plain);

    CopyJob.Done done = copy(without, to, null);

    assertThat(done.analyses()).isZero();
    assertThat(Stores.rows(to)).isEqualTo(Stores.rows(without)).hasSize(1);
  }

  @Test
  void aRunThatBothHaveStaysAndIsNamedIfItsResultsDiffer() throws IOException {
    RunResult other = Example.ended(Example.result(Stores.RUNS.get(0), 0), Outcome.MEMORISED, 1000);
    Example.append(to, 1, other);
    SortedMap<String, Long> before = Stores.rows(to);

    CopyJob.Done done = copy(from, to, null);

    assertThat(done.there()).isEqualTo(1);
    assertThat(done.differing()).containsExactly(FIRST);
    assertThat(done.runs()).isEqualTo(2);
    assertThat(Stores.rows(to)).containsAllEntriesOf(before);
    assertThat(Stores.shown(to)).containsEntry(FIRST, "memorised");
    assertThat(target.resolve("checkpoints/" + FIRST)).doesNotExist();
  }

  @Test
  void namesWhatIsDamagedAndLeavesItOutWithItsRun() throws IOException {
    Path weights =
        source.resolve("checkpoints/" + Stores.RUNS.get(1).id() + "/step-00000001.safetensors");
    byte[] content = Files.readAllBytes(weights);
    Files.delete(weights.resolveSibling("." + weights.getFileName() + ".crc"));
    Files.write(weights, Arrays.copyOf(content, content.length / 2));

    CopyJob.Done done = copy(from, to, null);

    assertThat(done.leftOut())
        .singleElement()
        .asString()
        .startsWith("run " + Stores.RUNS.get(1).id() + ": " + weights + " cannot be read: ");
    assertThat(done.runs()).isEqualTo(2);
    assertThat(Stores.shown(to)).hasSize(2).doesNotContainKey(Stores.RUNS.get(1).id());
    assertThat(Stores.wrong(to)).isEmpty();
  }

  @Test
  void namesDamagedFilesOfRows() throws IOException {
    Path file;
    try (var all = Files.walk(source.resolve("runs"))) {
      file =
          all.filter(each -> each.toString().endsWith(".parquet"))
              .sorted()
              .findFirst()
              .orElseThrow();
    }
    byte[] content = Files.readAllBytes(file);
    content[content.length / 2] ^= 1;
    Files.delete(file.resolveSibling("." + file.getFileName() + ".crc"));
    Files.write(file, content);

    CopyJob.Done done = copy(from, to, null);

    assertThat(done.leftOut()).singleElement().asString().contains(file.getFileName().toString());
    assertThat(Stores.wrong(to)).isEmpty();
  }

  @Test
  void aCopyThatWasKilledIsEndedByTheSameAgain() throws Exception {
    int killed = 0;
    boolean dies = true;
    for (int changes = 2; dies; changes += 11) {
      Path folder = target.resolveSibling("killed-behind-" + changes);
      Store store = new Store("dying://" + folder);
      DyingFileSystem.dieBehind(changes);
      try {
        copy(from, store, "seed < 2");
      } catch (Exception e) {
        // Spark throws what none of its methods declares.
        killed++;
      } finally {
        dies = DyingFileSystem.isDead();
        DyingFileSystem.dieBehind(Integer.MAX_VALUE);
      }

      copy(from, store, "seed < 2");

      SortedMap<String, Long> rows = new TreeMap<>(Stores.rows(from));
      rows.keySet().removeIf(row -> row.startsWith(Stores.RUNS.get(2).id()));
      assertThat(Stores.rows(store)).as("behind %d", changes).isEqualTo(rows);
    }
    assertThat(killed).isGreaterThan(1);
  }

  @Test
  void refusesToCopyAStoreToItself() {
    assertThatThrownBy(() -> copy(from, new Store(source.toString()), null))
        .isInstanceOf(Refused.class)
        .hasMessageContaining("must be another store than --out");
  }
}
