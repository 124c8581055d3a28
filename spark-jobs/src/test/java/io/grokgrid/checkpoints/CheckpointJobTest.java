package io.grokgrid.checkpoints;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grokgrid.battery.Battery;
import io.grokgrid.config.PlannedRun;
import io.grokgrid.console.Progress;
import io.grokgrid.jobs.QueryJob;
import io.grokgrid.jobs.VerifyJob;
import io.grokgrid.jobs.VerifyJob.Finding;
import io.grokgrid.sql.RefusedSql;
import io.grokgrid.store.BrokenStore;
import io.grokgrid.store.Damage;
import io.grokgrid.store.Store;
import io.grokgrid.store.Views;
import io.grokgrid.tables.ExampleAnalyses;
import io.grokgrid.tables.Sparks;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of the store of {@link ExampleAnalyses}. */
class CheckpointJobTest implements CheckpointJob.Listener {
  private static final PrintStream NOWHERE =
      new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);

  private final Path folder;
  private final List<PlannedRun> runs = ExampleAnalyses.runs();
  private final List<String> without = new ArrayList<>();
  private Store store;

  CheckpointJobTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @BeforeEach
  void train() {
    store = ExampleAnalyses.store(folder);
  }

  @Override
  public void damaged(List<Damage> damages) {}

  @Override
  public void withoutCheckpoints(List<String> runIds) {
    without.addAll(runIds);
  }

  @Override
  public void pending(int pending, int all, int checkpoints) {}

  @Override
  public Progress show(Map<String, Double> seconds) {
    return Progress.ofCheckpoints(seconds, NOWHERE, false).show();
  }

  private CheckpointJob.Done analyze(String where, List<String> analyses) throws IOException {
    Views.Restriction restriction = new Views.Restriction(null, where);
    Choice choice = new Choice(restriction, null, false);
    return new CheckpointJob(Sparks.session(), store, choice, new BatteryWork(analyses)).run(this);
  }

  private CheckpointJob.Done analyze() throws IOException {
    return analyze("true", Battery.names());
  }

  private static List<Integer> counts(CheckpointJob.Done found) {
    return List.of(
        found.checkpoints(),
        found.doneBefore(),
        found.measured(),
        found.failures().size(),
        found.missing());
  }

  private List<String> rows(String sql) throws IOException {
    return new QueryJob(Sparks.session(), store, Views.Restriction.NONE, sql)
        .run().tables().get(0).collectAsList().stream()
            .map((Row row) -> row.mkString(","))
            .toList();
  }

  private List<Finding> wrong() throws IOException {
    VerifyJob.Verdict verdict = new VerifyJob(Sparks.session(), store, null).run();
    return verdict.findings().stream().filter(finding -> !finding.wrong().isEmpty()).toList();
  }

  private void repair() throws IOException {
    new VerifyJob(Sparks.session(), store, null).repair(done -> {});
    assertThat(wrong()).isEmpty();
  }

  private Path checkpoint(PlannedRun run, int step) {
    Path file = folder.resolve("checkpoints/%s/step-%08d.safetensors".formatted(run.id(), step));
    assertThat(file).exists();
    return file;
  }

  /** The local file system of Hadoop looks at it, too. */
  private static void write(Path file, byte[] content) throws IOException {
    Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
    Files.write(file, content);
  }

  @Test
  void analysesEveryCheckpointOnceAndThenNothing() throws IOException {
    CheckpointJob.Done first = analyze();
    assertThat(first.runs()).isEqualTo(3);
    assertThat(counts(first)).containsExactly(6, 0, 6, 0, 0);
    assertThat(first.interrupted()).isFalse();
    assertThat(first.mendable()).isFalse();
    assertThat(without).containsExactly(runs.get(2).id());
    assertThat(counts(analyze())).containsExactly(6, 6, 0, 0, 0);
    assertThat(rows("SELECT step, count(*) FROM measurements WHERE name = 'all_loss' GROUP BY ALL"))
        .containsExactlyInAnyOrder("0,3", "1,2", "20,3"); // the third run measured the ends itself
    assertThat(wrong()).isEmpty();
  }

  /** At the end itself its key frequencies are the same as its own. */
  @Test
  void looksAtEveryCheckpointByTheKeyFrequenciesOfItsRunsEnd() throws IOException {
    analyze("true", List.of("progress"));
    String series =
        "SELECT run_id, step, %s FROM measurements WHERE analysis = 'progress' GROUP BY ALL";
    String columns =
        Stream.of(
                "final_key_frequencies", "final_excluded_loss", "key_frequencies", "excluded_loss")
            .map(name -> "any_value(value) FILTER (WHERE name = '%1$s') AS %1$s".formatted(name))
            .collect(Collectors.joining(", "));
    String found = series.formatted(columns);
    assertThat(
            rows(
                "SELECT count(*), count(final_excluded_loss), count(DISTINCT run_id, final_key_frequencies) FROM (%s)"
                    .formatted(found)))
        .containsExactly("6,6,2");
    assertThat(
            rows(
                "SELECT final_key_frequencies = key_frequencies, final_excluded_loss = excluded_loss FROM (%s) WHERE step = 20"
                    .formatted(found)))
        .containsExactly("true,true", "true,true");
  }

  @Test
  void addsOnlyTheAnalysesThatAreMissing() throws IOException {
    assertThat(analyze("seed = 0", List.of("loss")).measured()).isEqualTo(3);
    CheckpointJob.Done all = analyze();
    int done = Battery.names().size() == 1 ? 3 : 0;
    assertThat(counts(all)).containsExactly(6, done, 6 - done, 0, 0);
    assertThat(wrong()).isEmpty();
  }

  @Test
  void measuresTheWeightsAsTheRunDid() throws IOException {
    String mean = "SELECT name, round(value, 5) FROM measurements WHERE analysis = 'loss' AND step";
    List<String> before = rows(mean + " = 20 AND seed < 2 ORDER BY seed, name");
    analyze();
    assertThat(rows(mean + " = 20 AND seed < 2 ORDER BY seed, name")).isEqualTo(before);
  }

  @Test
  void namesWhatCannotBeAnalysedAndGoesOn() throws IOException {
    byte[] other = Files.readAllBytes(checkpoint(runs.get(1), 1));
    write(checkpoint(runs.get(0), 0), other);
    byte[] cut = Files.readAllBytes(checkpoint(runs.get(0), 1));
    write(checkpoint(runs.get(0), 1), Arrays.copyOf(cut, cut.length / 2));
    Files.delete(checkpoint(runs.get(0), 20));
    CheckpointJob.Done found = analyze();
    assertThat(counts(found)).containsExactly(6, 0, 3, 3, 0);
    assertThat(found.failures())
        .anyMatch(
            each -> each.endsWith("step-00000000.safetensors is of the run " + runs.get(1).id()))
        .anyMatch(each -> each.contains("step-00000001.safetensors cannot be read: "))
        .anyMatch(each -> each.endsWith("step-00000020.safetensors is missing"));
    assertThat(found.mendable()).isTrue();
    assertThat(counts(analyze())).containsExactly(6, 3, 0, 3, 0);
  }

  @Test
  void refusesWhatIsNoCondition() {
    assertThatThrownBy(() -> analyze("sed = 0", Battery.names()))
        .isInstanceOf(RefusedSql.class)
        .hasMessageStartingWith("--runs sed = 0: ");
    assertThatThrownBy(() -> analyze("seed IN (SELECT 1 FROM x)", Battery.names()))
        .isInstanceOf(RefusedSql.class);
  }

  @Test
  void verifyFindsAndRepairsDamagedAnalyses() throws IOException {
    analyze();
    List<Path> files = files();
    assertThat(files).isNotEmpty();
    byte[] bytes = Files.readAllBytes(files.get(0));
    write(files.get(0), Arrays.copyOf(bytes, bytes.length / 2));
    assertThat(wrong())
        .singleElement()
        .satisfies(finding -> assertThat(finding.check()).isEqualTo("unreadable files"))
        .satisfies(finding -> assertThat(finding.wrong().get(0)).contains(files.get(0).toString()));
    assertThatThrownBy(this::analyze)
        .isInstanceOf(BrokenStore.class)
        .hasMessageContaining("verify --repair");
    assertThat(rows("SELECT count(*) > 0 FROM measurements")).containsExactly("true");
    repair();
    CheckpointJob.Done again = analyze();
    assertThat(again.measured()).isPositive();
    assertThat(again.measured() + again.doneBefore()).isEqualTo(6);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(folder.resolve("analyses"))) {
      return all.filter(path -> path.toString().endsWith(".parquet")).sorted().toList();
    }
  }

  @Test
  void verifyFindsAndRepairsRowsThatCannotBe() throws IOException {
    PlannedRun run = runs.get(0);
    PlannedRun unknown = new PlannedRun("0123456789abcdef", run.spec());
    ExampleAnalyses.append(
        store,
        1,
        ExampleAnalyses.row(run, 20, "loss", "all_loss", 0.5, 0),
        ExampleAnalyses.row(run, 7, "loss", "all_loss", 0.5, 0),
        ExampleAnalyses.row(unknown, 0, "loss", "all_loss", 0.5, 0));
    ExampleAnalyses.append(store, 2, ExampleAnalyses.row(run, 20, "loss", "all_loss", 0.5, 1));
    assertThat(wrong())
        .containsExactlyInAnyOrder(
            new Finding(
                "analyses that cannot be",
                List.of(
                    "0123456789abcdef is no run of the store",
                    run.id() + " kept no checkpoint of step 7")),
            new Finding(
                "analyses that are there twice", List.of("loss of " + run.id() + ", step 20")));
    repair();
    assertThat(rows("SELECT DISTINCT step FROM measurements WHERE value = 0.5"))
        .containsExactly("20");
  }

  @Test
  void verifyFindsAndRepairsRowsThatContradictThemselves() throws IOException {
    String other =
        "transform(measurements, m -> struct(%s AS step, %s AS analysis, %s AS name, m.value))";
    List<String> wrong = new ArrayList<>();
    wrong.add(contradicts(0, 0, "analyses", "CAST(NULL AS ARRAY<STRING>)"));
    wrong.add(contradicts(0, 1, "analyses", "CAST(array() AS ARRAY<STRING>)"));
    wrong.add(
        contradicts(
            0, 20, "measurements", other.formatted("m.step", "m.analysis", "string(NULL)")));
    wrong.add(contradicts(1, 0, "measurements", other.formatted("7", "m.analysis", "m.name")));
    wrong.add(contradicts(1, 1, "measurements", other.formatted("m.step", "'weights'", "m.name")));
    wrong.add(contradicts(1, 20, "measurements", "concat(measurements, measurements)"));
    assertThat(wrong())
        .singleElement()
        .satisfies(finding -> assertThat(finding.check()).isEqualTo("analyses that cannot be"))
        .satisfies(
            finding ->
                assertThat(finding.wrong())
                    .containsExactlyInAnyOrder(
                        wrong.get(0) + "has measurements, but no analyses",
                        wrong.get(1) + "has measurements, but no analyses",
                        wrong.get(2) + "has an analysis or a measurement without a name",
                        wrong.get(3) + "has a measurement of another step",
                        wrong.get(4)
                            + "has a measurement of an analysis that is not among its analyses",
                        wrong.get(5) + "has a measurement twice"));
    repair();
    assertThat(rows("SELECT * FROM measurements WHERE value = 0.5")).isEmpty();
    assertThat(counts(analyze())).containsExactly(6, 0, 6, 0, 0);
    assertThat(wrong()).isEmpty();
  }

  /** Adds such a row, and returns how it is called. */
  private String contradicts(int run, int step, String column, String sql) {
    Row row = ExampleAnalyses.row(runs.get(run), step, "loss", "all_loss", 0.5, 0);
    ExampleAnalyses.append(store, 3 * run + Math.min(step, 2), row, column, sql);
    return runs.get(run).id() + ", step " + step + " ";
  }

  /** As the store's claim is lost while Spark starts. */
  @Test
  void whatIsStoppedBeforeItBeginsAnalysesNothing() throws IOException {
    Progress.stopCurrent();
    CheckpointJob.Done found = analyze();
    assertThat(counts(found)).containsExactly(6, 0, 0, 0, 6);
    assertThat(found.interrupted()).isTrue();
    assertThat(folder.resolve("analyses")).doesNotExist();
  }
}
