package io.grokgrid.checkpoints;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grokgrid.base.Refused;
import io.grokgrid.config.Study;
import io.grokgrid.console.Progress;
import io.grokgrid.jobs.QueryJob;
import io.grokgrid.jobs.VerifyJob;
import io.grokgrid.jobs.VerifyJob.Finding;
import io.grokgrid.store.Damage;
import io.grokgrid.store.Store;
import io.grokgrid.store.Views;
import io.grokgrid.tables.Coefficients;
import io.grokgrid.tables.ExampleAnalyses;
import io.grokgrid.tables.Sparks;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of the store of {@link ExampleAnalyses}: checkpoints of two runs, at the steps 0, 1 and 20. */
class LlcJobTest implements CheckpointJob.Listener {
  private static final PrintStream NOWHERE =
      new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);

  private static final String SHORT =
      "llc { sampler = mala, n_beta = 0, chains = 2, draws = 60, burn_in = 4 }\n";

  private final Path folder;
  private final List<Integer> pending = new ArrayList<>();
  private int draws;
  private Store store;

  LlcJobTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @BeforeEach
  void train() {
    store = ExampleAnalyses.store(folder);
  }

  @Override
  public void damaged(List<Damage> damages) {}

  @Override
  public void withoutCheckpoints(List<String> runIds) {}

  @Override
  public void pending(int missing, int all, int checkpoints) {
    pending.add(missing);
  }

  @Override
  public Progress show(Map<String, Double> seconds) {
    return Progress.ofSamples(seconds, draws, NOWHERE, false).show();
  }

  private LlcJob job(@Nullable String where, boolean lastOnly, String... settings)
      throws IOException {
    Study study = ExampleAnalyses.study(SHORT, settings);
    draws = new LlcWork(study.llc()).parts();
    return new LlcJob(Sparks.session(), store, study, where, lastOnly);
  }

  private CheckpointJob.Done estimate(String... settings) throws IOException {
    return job(null, false, settings).run(this);
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

  @Test
  void estimatesEveryCheckpointOnceWithItsSettings() throws IOException {
    assertThat(estimate().measured()).isEqualTo(6);
    assertThat(estimate().doneBefore()).isEqualTo(6);
    assertThat(pending).containsExactly(6, 0);
    assertThat(rows("SELECT step, count(*) FROM measurements WHERE name = 'draws' GROUP BY ALL"))
        .containsExactlyInAnyOrder("0,2", "1,2", "20,2");
    String values =
        "SELECT DISTINCT name, value FROM measurements WHERE analysis = 'llc' AND name IN ('%s')"
            .formatted(String.join("', '", Coefficients.SETTINGS));
    assertThat(rows(values + " AND name <> 'n_beta'"))
        .contains("metropolis,1.0", "chains,2.0", "draws,60.0", "burn_in,4.0", "seed,0.0")
        .hasSize(Coefficients.SETTINGS.size() - 1);
    assertThat(rows(values + " AND name = 'n_beta'")) // of 29 examples
        .containsExactly("n_beta," + 29 / Math.log(29));
    assertThat(wrong()).isEmpty();
  }

  /** The chosen runs are those of the grid, the third of the store is none. */
  @Test
  void theSummaryIsALineAChosenCheckpoint() throws IOException {
    estimate("llc.label=other");
    assertThat(job("seed = 1", true).run(this).checkpoints()).isEqualTo(1);
    assertThat(estimate().doneBefore()).isEqualTo(1);
    Dataset<Row> all = job(null, false).summary();
    assertThat(all.columns())
        .containsExactly("run_id", "seed", "step", "llc", "std", "verdict", "r_hat", "acceptance");
    assertThat(all.count()).isEqualTo(6);
    assertThat(job("seed = 1", true).summary().select("step", "verdict").collectAsList())
        .extracting(row -> row.mkString(","))
        .singleElement()
        .asString()
        .matches("20,[a-z_]+");
  }

  @Test
  void refusesOtherSettingsUnderTheSameName() throws IOException {
    estimate();
    assertThatThrownBy(() -> estimate("llc.step_size=0.25", "llc.sampler=sgld", "llc.n_beta=10"))
        .isInstanceOfSatisfying(
            Refused.class,
            refused ->
                assertThat(refused.problems())
                    .extracting(problem -> problem.field() + ", was " + problem.value())
                    .containsExactly(
                        "llc.n_beta, was 10", "llc.sampler, was sgld", "llc.step_size, was 0.25"))
        .hasMessageContaining("must be mala, as of the estimates llc in the store; llc.label = ")
        .hasMessageContaining("must be 8.6");
    assertThat(pending).containsExactly(6);
    assertThat(estimate("llc.step_size=0.25", "llc.label=wide").measured()).isEqualTo(6);
    assertThatThrownBy(() -> estimate("llc.label=wide"))
        .isInstanceOf(Refused.class)
        .hasMessageContaining("llc.step_size must be 0.25, as of the estimates llc_wide");
    assertThat(wrong()).isEmpty();
  }

  @Test
  void anEstimateThatCannotBeIsNamed() throws IOException {
    CheckpointJob.Done done = estimate("llc.sampler=sgld", "llc.batch_size=30");
    assertThat(done.measured()).isZero();
    assertThat(done.failures())
        .hasSize(6)
        .allMatch(each -> each.contains("batch_size must be at most"));
  }

  @Test
  void verifyFindsEstimatesThatContradictThemselves() throws IOException {
    estimate();
    List<Row> rows =
        Sparks.session()
            .read()
            .parquet(folder.resolve("analyses").toString())
            .drop("submission")
            .takeAsList(3);
    String without = "filter(measurements, m -> %s)";
    append(1, rows.get(0), without.formatted("m.name <> 'n_beta'"));
    append(2, rows.get(1), without.formatted("m.name NOT LIKE 'verdict.%'"));
    String sound =
        "array(struct(step AS step, 'llc' AS analysis, 'verdict.sound' AS name, 1D AS value))";
    String alone = without.formatted("m.name NOT LIKE 'verdict.%' AND m.name <> 'mean'");
    append(3, rows.get(2), "concat(%s, %s)".formatted(alone, sound));
    assertThat(wrong())
        .filteredOn(finding -> finding.check().equals(VerifyJob.STRAY_ANALYSES))
        .singleElement()
        .satisfies(
            finding ->
                assertThat(finding.wrong())
                    .containsExactlyInAnyOrder(
                        id(rows.get(0)) + "has an estimate without its settings",
                        id(rows.get(1)) + "has an estimate without one verdict",
                        id(rows.get(2))
                            + "has a coefficient that is not sound, or is sound without a"
                            + " coefficient"));
  }

  private void append(int number, Row row, String measurements) {
    ExampleAnalyses.append(store, number, row, "measurements", measurements);
  }

  private static String id(Row row) {
    return row.getAs("run_id") + ", step " + row.getAs("step") + " ";
  }
}
