package io.grokgrid.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grokgrid.config.PlannedRun;
import io.grokgrid.config.Study;
import io.grokgrid.experiment.Outcome;
import io.grokgrid.tables.Example;
import io.grokgrid.tables.Sparks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreTest {
  private final SparkSession session = Sparks.session();
  private final Path folder;
  private final Store store;

  StoreTest(@TempDir Path folder) {
    this.folder = folder;
    this.store = new Store(folder.resolve("out").toString());
  }

  @Test
  void isEmptyBeforeTheFirstSweep() throws IOException {
    assertThat(store.hasRuns(new Configuration())).isFalse();
    assertThat(Sparks.rows(store).schema().fieldNames())
        .containsExactly(Store.COLUMNS.fieldNames());
    assertThat(Sparks.rows(store).count()).isZero();
    assertThat(store.finished(session).runs()).isEmpty();
    assertThat(new SavedRuns(store, new Configuration()).newest()).isEmpty();
  }

  @Test
  void aSubmissionIsNeverReadAsANumber() throws IOException {
    Example.append(store, 1, Example.result(Example.study().runs().get(0), 300));
    Path runs = Path.of(store.runs().toString());
    Files.move(runs.resolve("submission=20261121T231501Z-1a2b"), runs.resolve("submission=007"));

    assertThat(Sparks.rows(store).select("submission").head().getString(0)).isEqualTo("007");
  }

  @Test
  void refusesASubmissionThatOtherReadersTakeForANumber() {
    assertThatThrownBy(() -> store.append(Sparks.rows(store), "123"))
        .hasMessageContaining("submission must match")
        .hasMessageEndingWith("was 123");
  }

  @Test
  void newSubmissionsAreAccepted() {
    assertThat(Store.newSubmission(Instant.parse("2026-11-21T23:15:00Z")))
        .matches("20261121T231500Z-[0-9a-f]{4}");
  }

  /** By a clock that was set back, too, what came last sorts last. */
  @Test
  void theNextSubmissionSortsBehindAllThatAreThere() throws IOException {
    Configuration hadoop = new Configuration();
    Instant now = Instant.parse("2026-11-21T23:15:59Z");
    assertThat(store.nextSubmission(now, hadoop)).startsWith("20261121T231559Z-");
    for (String id : List.of("20261121T231559Z-ffff", "20251121T000000Z-ffff", "99999999Z")) {
      Files.createDirectories(folder.resolve("out/runs/submission=" + id));
    }
    assertThat(store.nextSubmission(now, hadoop)).startsWith("20261121T231600Z-");
    assertThat(store.nextSubmission(Instant.EPOCH, hadoop)).startsWith("20261121T231600Z-");
    assertThat(store.newestSubmission(hadoop)).startsWith("20261121T231559Z-");
    assertThat(store.nextSubmission(now.plusSeconds(9), hadoop)).startsWith("20261121T231608Z-");
    assertThat(store.nextAnalysesSubmission(now, hadoop)).startsWith("20261121T231559Z-");
    Files.createDirectories(folder.resolve("out/analyses/submission=20261121T231600Z-1a2b"));
    assertThat(store.nextAnalysesSubmission(now, hadoop)).startsWith("20261121T231601Z-");
    Files.createDirectories(folder.resolve("out/runs/submission=99991231T235959Z-0000"));
    assertThatThrownBy(() -> store.nextSubmission(now, hadoop))
        .isInstanceOf(BrokenStore.class)
        .hasMessageEndingWith("was 99991231T235959Z-0000, which nothing can follow: move it away");
  }

  @Test
  void knowsWhatIsFinishedAndHowItWasRecorded() throws IOException {
    Study study = Example.study();
    Study more = Example.study("run.record.attention_every=500");
    PlannedRun first = study.runs().get(0);
    Example.append(store, 1, Example.failed(first, "lost", Example.START.plusSeconds(60)));
    Example.append(store, 2, Example.result(first, 300));
    Example.append(store, 3, Example.failed(study.runs().get(1), "lost", Example.START));
    Map<String, Finished> finished = store.finished(session).runs();

    assertThat(finished).hasSize(2);
    Finished found = finished.get(first.id());
    assertThat(found).extracting(Finished::outcome).isEqualTo(Outcome.GROKKED);
    assertThat(found).matches(run -> run.recordedAs(first.spec()));
    assertThat(found).matches(run -> !run.recordedAs(more.runs().get(0).spec()));
    assertThat(more.runs().get(0).id()).isEqualTo(first.id());
  }

  @Test
  void findsTheNewestSavedStates() throws IOException {
    Path state = Files.createDirectories(folder.resolve("out/state/0123456789abcdef"));
    for (String file : List.of("step-00001000.state", "step-00020000.state", "start-3")) {
      Files.createFile(state.resolve(file));
    }
    Files.createDirectories(folder.resolve("out/state/fedcba9876543210"));

    assertThat(new SavedRuns(store, new Configuration()).newest())
        .containsExactly(new SavedRuns.SavedState("0123456789abcdef", 20000));
  }
}
