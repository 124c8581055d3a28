package io.grokgrid.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.grokgrid.config.PlannedRun;
import io.grokgrid.config.Study;
import io.grokgrid.experiment.Outcome;
import io.grokgrid.experiment.RunResult;
import io.grokgrid.jobs.VerifyJob.Finding;
import io.grokgrid.store.Store;
import io.grokgrid.tables.Example;
import io.grokgrid.tables.RunsTable;
import io.grokgrid.tables.Sparks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifyJobTest {
  private final Path folder;
  private final Study study = Example.study();

  VerifyJobTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void findsNothingInAWholeStore() throws IOException {
    assertThat(wrong(Example.store(folder), study)).isEmpty();
  }

  @Test
  void namesTheFileThatCannotBeRead() throws IOException {
    Store store = Example.store(folder);
    Path broken = truncateOne();

    assertThat(wrong(store, null))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.check()).isEqualTo("unreadable files");
              assertThat(finding.wrong())
                  .singleElement()
                  .asString()
                  .contains(broken.getFileName().toString());
            });
  }

  @Test
  void findsAFinishedRunThatIsThereTwice() throws IOException {
    Store store = Example.store(folder);
    Example.append(store, 3, Example.result(study.runs().get(0), 300));

    assertThat(wrong(store, null))
        .containsExactly(
            new Finding("finished runs with two rows", List.of(study.runs().get(0).id())));
  }

  @Test
  void allowsAFailedRunToBeTrainedAgain() throws IOException {
    Store store = Example.store(folder);
    Example.append(store, 3, Example.failed(study.runs().get(0), "lost", Example.START));

    assertThat(wrong(store, null)).isEmpty();
  }

  /** Recorded with more checkpoints, which only the newer row must have. */
  @Test
  void allowsARunThatWasRecordedOtherwiseToBeTrainedAgain() throws IOException {
    Store store = Example.store(folder);
    PlannedRun more = Example.study("record.attention_every=500").runs().get(0);
    Example.append(
        store, 3, Example.startedAt(Example.result(more, 300), Example.START.plusSeconds(9)));
    assertThat(wrong(store, null)).isEmpty();
    Example.append(
        store, 4, Example.startedAt(Example.result(more, 300), Example.START.plusSeconds(20)));

    assertThat(wrong(store, null))
        .containsExactly(new Finding("finished runs with two rows", List.of(more.id())));
  }

  @Test
  void allowsARunThatWasOutOfTimeToGoOn() throws IOException {
    PlannedRun limited =
        Example.study(
                "training.max_seconds=10",
                "record.attention_every=0",
                "record.checkpoint_steps=[100]")
            .runs()
            .get(0);
    PlannedRun longer = Example.study().runs().get(0);
    Store store = new Store(folder.toString());
    Example.append(store, 1, outOfTime(Example.result(limited, 300)));
    Example.append(store, 2, Example.result(longer, 300));

    assertThat(wrong(store, null)).isEmpty();
    assertThat(store.finished(Sparks.session()).runs().get(longer.id()))
        .isNotNull()
        .satisfies(run -> assertThat(run.outcome()).isEqualTo(Outcome.GROKKED));
  }

  /** Memorised, and no more in its time. */
  private static RunResult outOfTime(RunResult run) {
    return new RunResult(
        run.runId(),
        run.spec(),
        run.parameters(),
        Outcome.OUT_OF_TIME,
        null,
        200,
        run.metrics().subList(0, 3),
        List.of(),
        List.of(),
        run.startedAt(),
        run.seconds(),
        200 / run.seconds(),
        1,
        null);
  }

  /** As an earlier version wrote them: {@code analyses} is a younger key. */
  @Test
  void rowsOfBeforeAColumnWasThereAreWhole() throws IOException {
    Store store = new Store(folder.toString());
    Row row = Example.row(Example.result(study.runs().get(0), 300));
    store.append(
        Sparks.session().createDataFrame(List.of(row), RunsTable.SCHEMA).drop("analyses"),
        "20261121T231501Z-1a2b");
    assertThat(wrong(store, null)).isEmpty();
    assertThat(store.finished(Sparks.session()).runs().get(study.runs().get(0).id()))
        .isNotNull()
        .satisfies(run -> assertThat(run.recordedAs(study.runs().get(0).spec())).isTrue());
  }

  @Test
  void findsAnIdThatIsNotOfTheRowsConfiguration() throws IOException {
    Store store = new Store(folder.toString());
    PlannedRun misnamed = new PlannedRun("0123456789abcdef", study.runs().get(0).spec());
    Example.append(store, 1, Example.result(misnamed, 300));

    assertThat(wrong(store, null))
        .containsExactly(
            new Finding(
                "run_id is not that of the row's configuration",
                List.of("0123456789abcdef, not " + study.runs().get(0).id())));
  }

  @Test
  void findsAnOutcomeThatDoesNotFollowFromTheMetrics() throws IOException {
    Store store = new Store(folder.toString());
    RunResult grokked = Example.result(study.runs().get(0), 300);
    Example.append(store, 1, Example.ended(grokked, Outcome.CONFUSED, grokked.lastStep()));

    assertThat(wrong(store, null))
        .extracting(Finding::check)
        .containsExactly("outcome does not follow from metrics");
  }

  @Test
  void findsMetricsThatEndBeforeTheLastStep() throws IOException {
    Store store = new Store(folder.toString());
    RunResult grokked = Example.result(study.runs().get(0), 300);
    Example.append(store, 1, Example.ended(grokked, Outcome.GROKKED, 1000));

    assertThat(wrong(store, null))
        .extracting(Finding::check)
        .containsExactly("last metrics are not of the last step");
  }

  @Test
  void namesWhatIsMissingOfAGrid() throws IOException {
    Study larger = Example.study("grid.training.seed=[0,1,2,3]");

    assertThat(wrong(Example.store(folder), larger))
        .singleElement()
        .satisfies(finding -> assertThat(finding.wrong()).hasSize(2));
  }

  private Path truncateOne() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      Path file =
          files.filter(path -> path.toString().endsWith(".parquet")).findFirst().orElseThrow();
      byte[] bytes = Files.readAllBytes(file);
      Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
      Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
      return file;
    }
  }

  private static List<Finding> wrong(Store store, @Nullable Study study) throws IOException {
    VerifyJob.Verdict verdict = new VerifyJob(Sparks.session(), store, study).run();
    return verdict.findings().stream().filter(finding -> !finding.wrong().isEmpty()).toList();
  }
}
