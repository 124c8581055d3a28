package io.grokgrid.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grokgrid.store.SavedRuns;
import io.grokgrid.store.Store;
import io.grokgrid.store.Views;
import io.grokgrid.tables.Sparks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DropJobTest {
  private static final String FIRST = Stores.RUNS.get(0).id();
  private static final String SECOND = Stores.RUNS.get(1).id();

  private final Path folder;

  DropJobTest(@TempDir Path folder) {
    this.folder = folder;
    DyingFileSystem.register(Stores.hadoop());
  }

  private static DropJob job(Store store, String where) throws IOException {
    return new DropJob(Sparks.session(), store, new Views.Restriction(null, where));
  }

  private static Set<String> found(Store store, String where) throws IOException {
    return job(store, where).find(damages -> {}).runs().keySet();
  }

  @Test
  void saysHowMuchThereIsAndTakesNothingOut() throws IOException {
    Store store = Stores.example(folder);
    SortedMap<String, Long> before = Stores.rows(store);
    Stores.save(store, Stores.RUNS.get(0));

    Belongings found = job(store, "seed = 0").find(damages -> {});

    Belongings.Size size = found.size();
    assertThat(found.runs()).containsOnlyKeys(FIRST);
    assertThat(found.sizes()).hasSize(1);
    assertThat(size).isEqualTo(new Belongings.Size(1, 2, 1, 3, 1, size.bytes()));
    assertThat(size.bytes()).isGreaterThan(3L * Stores.RUNS.get(0).spec().layout().size() * 4);
    assertThat(Stores.rows(store)).isEqualTo(before);
    assertThat(job(store, "true").find(damages -> {}).runs()).hasSize(3);
    assertThat(job(store, "seed = 7").find(damages -> {}).runs()).isEmpty();
  }

  @Test
  void takesOutAllOfARunAndNothingOfOthers() throws IOException {
    Store store = Stores.example(folder);
    Stores.save(store, Stores.RUNS.get(0));
    SortedMap<String, Long> others = new TreeMap<>(Stores.rows(store));
    others.keySet().removeIf(row -> row.startsWith(FIRST));

    Belongings.Size gone = job(store, "seed = 0").run(Set.of(FIRST));

    assertThat(gone.runs()).isEqualTo(1);
    assertThat(Stores.rows(store)).isEqualTo(others);
    assertThat(folder.resolve("checkpoints/" + FIRST)).doesNotExist();
    assertThat(Stores.files(folder.resolve("checkpoints/" + SECOND))).isEqualTo(6);
    assertThat(new SavedRuns(store, Stores.hadoop()).newest())
        .extracting(SavedRuns.SavedState::runId)
        .containsExactly(Stores.UNDER_WAY.id());
    assertThat(Stores.wrong(store)).isEmpty();
    assertThat(found(store, "true")).doesNotContain(FIRST);
  }

  /** What was not shown when it was confirmed stays. */
  @Test
  void takesOutOnlyWhatWasConfirmed() throws IOException {
    Store store = Stores.example(folder);

    assertThat(job(store, "true").run(Set.of(SECOND)).runs()).isEqualTo(1);

    assertThat(found(store, "true")).hasSize(2).doesNotContain(SECOND);
  }

  @Test
  void ofAllRunsLeavesAnEmptyStore() throws IOException {
    Store store = Stores.example(folder);

    assertThat(job(store, "true").run(found(store, "true")).runs()).isEqualTo(3);

    assertThat(Stores.rows(store)).isEmpty();
    assertThat(Stores.files(folder.resolve("runs"))).isZero();
    assertThat(Stores.files(folder.resolve("analyses"))).isZero();
  }

  /** By the outcome of the newer row, which must be the last to go. */
  @Test
  void aDropThatWasKilledCostsOthersNothingAndIsEndedByTheSameAgain() throws Exception {
    Path template = folder.resolve("template");
    Store whole = Stores.example(template);
    SortedMap<String, Long> others = new TreeMap<>(Stores.rows(whole));
    others.keySet().removeIf(row -> row.startsWith(FIRST));
    SortedMap<String, String> shown = Stores.shown(whole);
    String where = "seed = 0 AND outcome <> 'failed'";
    int killed = 0;
    boolean dies = true;
    for (int changes = 1; dies; changes += 3) {
      Path copy = folder.resolve("killed-behind-" + changes);
      Stores.copy(template, copy);
      Store store = new Store("dying://" + copy);
      DyingFileSystem.dieBehind(changes);
      try {
        job(store, where).run(Set.of(FIRST));
      } catch (Exception e) {
        // Spark throws what none of its methods declares.
        killed++;
      } finally {
        dies = DyingFileSystem.isDead();
        DyingFileSystem.dieBehind(Integer.MAX_VALUE);
      }
      assertThat(Stores.rows(store)).containsKeys(others.keySet().toArray(String[]::new));
      assertThat(Stores.shown(store)).containsEntry(SECOND, shown.get(SECOND)).hasSizeBetween(2, 3);

      job(store, where).run(Set.of(FIRST));

      assertThat(Stores.rows(store)).as("behind %d", changes).isEqualTo(others);
      assertThat(Files.exists(copy.resolve("checkpoints/" + FIRST))).isFalse();
    }
    assertThat(killed).isGreaterThan(1);
  }

  @Test
  void refusesASweepThatIsNotThere() throws IOException {
    Store store = Stores.example(folder);
    DropJob job = new DropJob(Sparks.session(), store, new Views.Restriction("exampel", null));
    assertThatThrownBy(() -> job.find(damages -> {}))
        .hasMessageContaining("--sweep must be a sweep of the store")
        .hasMessageContaining("there is example");
  }
}
