package io.grokgrid.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.grokgrid.config.PlannedRun;
import io.grokgrid.console.Format;
import io.grokgrid.experiment.Outcome;
import io.grokgrid.experiment.RunResult;
import io.grokgrid.jobs.QueryJob;
import io.grokgrid.page.Unpacked;
import io.grokgrid.session.SparkRows;
import io.grokgrid.store.Store;
import io.grokgrid.store.Views;
import io.grokgrid.tables.Example;
import io.grokgrid.tables.ExampleAnalyses;
import io.grokgrid.tables.RunsTable;
import io.grokgrid.tables.Sparks;
import io.grokgrid.train.Metrics;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportJobTest {
  private static final MathContext FOUR = new MathContext(4, RoundingMode.HALF_EVEN);
  private static final String EVIL = "'><script>alert(1)</script>{{js}}\u2028&lt;";

  private final Path folder;

  ReportJobTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void sameStoreSameBytesButForOneLine() throws IOException {
    Store store = Example.store(folder);
    List<String> first = Pages.of(store).lines().toList();
    List<String> second =
        Pages.of(store, Views.Restriction.NONE, Example.START.plusSeconds(1)).lines().toList();
    List<String> differing = new ArrayList<>(second);
    differing.removeAll(first);
    assertThat(differing)
        .containsExactly(
            "<script type=\"application/json\" id=\"made\">{\"at\":\"2026-11-21T23:15:01Z\",\"from\":\"%s\"}</script>"
                .formatted(store.root()));
    assertThat(second).hasSameSizeAs(first);
  }

  /** Every number on the page, beside what the query that stands there answers. */
  @Test
  void everyTableIsWhatItsQuestionAnswers() throws IOException {
    Store store = measured();
    String page = Pages.of(store);
    Map<String, Unpacked> tables = Unpacked.all(page);
    assertThat(tables.keySet())
        .containsExactlyInAnyOrder(
            "runs",
            "sweeps",
            "curves",
            "grok_step_vs.weight_decay",
            "effect.weight_decay",
            "phase_diagram",
            "attention_symmetry",
            "attention_maps",
            "clock_or_pizza",
            "census",
            "measured",
            "spectrum",
            "pca",
            "clusters",
            "progress",
            "llc",
            "llc_checkpoints");
    List<@Nullable Object> ids = table(tables, "runs").column("run_id");
    for (Map.Entry<String, Unpacked> table : tables.entrySet()) {
      assertAnswers(store, table.getKey(), table.getValue(), ids);
    }
  }

  private static void assertAnswers(
      Store store, String name, Unpacked table, List<@Nullable Object> ids) throws IOException {
    String asked = asked(table);
    QueryJob.Answers answers =
        new QueryJob(Sparks.session(), store, Views.Restriction.NONE, asked).run();
    List<List<@Nullable Object>> expected = new ArrayList<>();
    for (List<@Nullable Object> row : SparkRows.table(answers.tables().get(0)).rows()) {
      List<@Nullable Object> kept = new ArrayList<>();
      for (int i = 0; i < row.size(); i++) {
        JsonNode column = table.head().get("columns").get(i);
        boolean isPlace = column.get("name").textValue().equals("run");
        Object value = isPlace ? (Object) ids.indexOf(row.get(i)) : row.get(i);
        kept.add(kept(value, column.get("kind").textValue()));
      }
      expected.add(kept);
    }
    assertThat(table.rows()).as(name).isEqualTo(expected);
  }

  /** What stands behind {@code query} in the command: a name with what it takes, or the SQL. */
  private static String asked(Unpacked table) {
    String command = table.head().get("command").textValue();
    String asked =
        command.substring("submit/grokgrid query ".length(), command.lastIndexOf(" --out "));
    return asked.matches("(?s)[\"'].*") ? table.head().get("sql").textValue() : asked;
  }

  private static @Nullable Object kept(@Nullable Object value, String kind) {
    if (value == null) {
      return null;
    }
    return switch (kind) {
      case "int" ->
          value instanceof Boolean truth ? (truth ? 1L : 0L) : ((Number) value).longValue();
      case "float64" -> ((Number) value).doubleValue();
      case "sig4" -> rounded(((Number) value).doubleValue());
      default -> Format.text(value);
    };
  }

  private static @Nullable Double rounded(double value) {
    return Double.isNaN(value)
        ? null
        : Double.isInfinite(value)
            ? (Double) value
            : (Double) new BigDecimal(value).round(FOUR).doubleValue();
  }

  /** Six runs, of which the first two were analysed. */
  private Store measured() {
    Store store = Example.store(folder);
    List<PlannedRun> runs = Example.study().runs();
    List<Row> rows = new ArrayList<>();
    int later = 0;
    for (PlannedRun run : runs.subList(0, 2)) {
      for (int step : new int[] {100, 200}) {
        for (List<String> name :
            List.of(
                List.of("gradient_symmetricity", "mean"),
                List.of("distance_irrelevance", "correct_logit"),
                List.of("fourier_embedding", "norm.3"),
                List.of("embedding_pca", "component.1.12"),
                List.of("neuron_clusters", "size.5"),
                List.of("progress", "restricted_loss"),
                List.of("llc", "verdict.sound"))) {
          later++;
          rows.add(
              ExampleAnalyses.row(run, step, name.get(0), name.get(1), 1 / 3.0 + later, later));
        }
      }
    }
    rows.add(ExampleAnalyses.row(runs.get(0), 300, "embedding_pca", "share.2", 0.25, 0));
    rows.add(ExampleAnalyses.row(runs.get(1), 300, "embedding_pca", "component.4.0", -1e-9, 0));
    rows.add(ExampleAnalyses.row(runs.get(2), 300, "embedding_pca", "component.5.0", 1, 0));
    ExampleAnalyses.append(store, 1, rows.toArray(Row[]::new));
    return store;
  }

  @Test
  void saysWhatItsRunsHaveInCommon() throws IOException {
    String page = Pages.of(Example.store(folder));
    JsonNode meta = Unpacked.json(page, "meta");
    assertThat(meta.get("axes").toString())
        .isEqualTo("[{\"column\":\"weight_decay\",\"path\":\"training.weight_decay\"}]");
    assertThat(meta.get("seeds").toString()).isEqualTo("[\"seed\"]");
    assertThat(meta.get("shared").get("task.p").intValue()).isEqualTo(13);
    assertThat(meta.get("shared").has("training.weight_decay")).isFalse();
    assertThat(meta.get("shared").has("training.optimizer")).as("a default").isFalse();
    assertThat(meta.get("watch").isNull()).isTrue();
    assertThat(meta.get("command").textValue())
        .isEqualTo("submit/grokgrid report --out " + folder.toUri());
    assertThat(meta.get("curvesEvery").intValue()).isEqualTo(1);
  }

  /** A name is data wherever it stands: in tables, in what was asked for, and in commands. */
  @Test
  void aSweepsNameStaysText() throws IOException {
    Store store = named(EVIL);
    Views.Restriction restriction = new Views.Restriction(EVIL, null);
    String plain = Pages.of(Example.store(folder.resolve("plain")));
    String page = Pages.of(store, restriction, Example.START);
    assertThat(elements(page)).isEqualTo(elements(plain));
    assertThat(table(Unpacked.all(page), "runs").column("sweep")).containsOnly(EVIL);
    assertThat(Unpacked.json(page, "meta").at("/sweeps/0").textValue()).isEqualTo(EVIL);
  }

  private static int elements(String page) {
    return page.split("<script", -1).length;
  }

  private Store named(String sweep) {
    Store store = new Store(folder.resolve("named").toUri().toString());
    List<Row> rows =
        Example.study().runs().stream().map(run -> Example.row(Example.result(run, 400))).toList();
    Dataset<Row> runs = Sparks.session().createDataFrame(rows, RunsTable.SCHEMA);
    store.append(
        runs.withColumn("sweep", functions.lit(sweep)), Store.newSubmission(Example.START));
    return store;
  }

  @Test
  void ofNoRunsItHasNoTables() throws IOException {
    String page = Pages.of(new Store(folder.toUri().toString()));
    assertThat(Unpacked.all(page)).isEmpty();
    assertThat(Unpacked.json(page, "meta").get("axes")).isEmpty();
    Store store = Example.store(folder);
    String none = Pages.of(store, new Views.Restriction(null, "seed = 77"), Example.START);
    assertThat(Unpacked.all(none)).isEmpty();
  }

  @Test
  void oneRunHasNoAxes() throws IOException {
    Store store = new Store(folder.toUri().toString());
    Example.append(store, 1, Example.result(Example.study().runs().get(0), 300));
    Map<String, Unpacked> tables = Unpacked.all(Pages.of(store));
    assertThat(tables.keySet())
        .containsExactlyInAnyOrder(
            "runs", "sweeps", "curves", "phase_diagram", "attention_symmetry", "attention_maps");
    assertThat(table(tables, "phase_diagram").column("grok_step_median")).containsExactly(300L);
  }

  @Test
  void failedRunsAloneAreShownWithTheirErrors() throws IOException {
    Store store = new Store(folder.toUri().toString());
    Example.append(
        store,
        1,
        Example.failed(Example.study().runs().get(0), "out of memory", Example.START),
        Example.failed(Example.study().runs().get(1), "lost", Example.START));
    Map<String, Unpacked> tables = Unpacked.all(Pages.of(store));
    assertThat(tables.keySet()).containsOnlyOnce("runs").doesNotContain("curves", "spikes");
    assertThat(table(tables, "runs").column("error")).containsExactly("out of memory", "lost");
  }

  @Test
  void severalSweepsAreOnOnePage() throws IOException {
    Store store = named("a sweep");
    List<PlannedRun> others = Example.study("run.task.p=17").runs();
    Example.append(store, 2, Example.result(others.get(0), 300));
    Views.Restriction both =
        new Views.Restriction(List.of("a sweep", "example"), "seed = 0", null, Set.of());
    String page = Pages.of(store, both, Example.START);
    assertThat(table(Unpacked.all(page), "runs").column("sweep"))
        .containsExactlyInAnyOrder("a sweep", "a sweep", "example");
    assertThat(Unpacked.json(page, "meta").get("sweeps").toString())
        .isEqualTo("[\"a sweep\",\"example\"]");
  }

  /** Out of distribution only where it was recorded; an infinite loss stays one. */
  @Test
  void curvesHaveWhatWasRecorded() throws IOException {
    Store store = new Store(folder.toUri().toString());
    PlannedRun run = Example.read(Example.SEQUENCES).runs().get(0);
    List<Metrics> metrics =
        List.of(
            new Metrics(0, 1.23456, 0.5, Double.POSITIVE_INFINITY, 0.25, 2.5, 0.125, 3, null),
            new Metrics(100, 0, 1, Double.NaN, 1, null, 1.0, 4, 1.0));
    Example.append(store, 1, Example.recorded(run, Outcome.GROKKED, metrics, List.of()));
    Unpacked curves = table(Unpacked.all(Pages.of(store)), "curves");
    assertThat(curves.columns())
        .containsExactly(
            "run",
            "step",
            "train_loss",
            "train_accuracy",
            "test_loss",
            "test_accuracy",
            "ood_loss",
            "ood_accuracy",
            "weight_norm");
    assertThat(curves.rows().get(0))
        .containsExactly(0L, 0L, 1.235, 0.5, Double.POSITIVE_INFINITY, 0.25, 2.5, 0.125, 3.0);
    assertThat(curves.rows().get(1)).containsExactly(0L, 100L, 0.0, 1.0, null, 1.0, null, 1.0, 4.0);
  }

  /** As SQL of the store says it: every second of the places 0 to 4, and the last of all. */
  @Test
  void curvesAreThinnedEvenlyAndKeepTheirEnds() throws IOException {
    Store store = Example.store(folder);
    Views.Restriction one = new Views.Restriction(null, "grok_step = 300");
    RunQuestions questions = new RunQuestions(List.of("weight_decay", "seed"));
    assertThat(steps(store, one, questions.curves(1, false)))
        .containsExactly(0, 100, 200, 300, 400);
    assertThat(steps(store, one, questions.curves(2, false))).containsExactly(0, 200, 400);
    assertThat(steps(store, one, questions.curves(3, true))).containsExactly(0, 300, 400);
    assertThat(recorded(5, 5, 0).every(10)).isEqualTo(1);
    assertThat(recorded(5, 5, 0).every(9)).isEqualTo(2);
    assertThat(recorded(5, 5, 0).every(5)).isEqualTo(4);
  }

  private static Contents recorded(Integer... steps) {
    return new Contents(List.of(steps), false, 0, new TreeSet<>());
  }

  /** Scores are at the first step of each run and at its last: 0, 400, 500, 600 and 1,000. */
  @Test
  void attentionIsThinnedByWholeSteps() throws IOException {
    Store store = Example.store(folder);
    LearnedQuestions questions =
        new LearnedQuestions(new RunQuestions(List.of("weight_decay", "seed")));
    assertThat(steps(store, Views.Restriction.NONE, questions.attention()))
        .containsOnly(0, 400, 500, 600, 1000);
    List<String> columns = List.of("operation", "p", "encoding", "weight_decay", "layer", "head");
    List<String> withStep = new ArrayList<>(columns);
    withStep.addAll(List.of("step", "runs"));
    assertThat(steps(store, Views.Restriction.NONE, questions.attention(2, withStep)))
        .containsOnly(0, 500, 1000);
  }

  /** Of 30 runs in order of their ids, two of each three. */
  @Test
  void componentsAreOfTwentyRunsEvenlyChosen() throws IOException {
    Store store = new Store(folder.toUri().toString());
    List<PlannedRun> runs =
        Example.study("grid.training.seed={from=0,until=15}").runs().stream()
            .sorted(Comparator.comparing(PlannedRun::id))
            .toList();
    Example.append(
        store, 1, runs.stream().map(run -> Example.result(run, 300)).toArray(RunResult[]::new));
    ExampleAnalyses.append(
        store,
        1,
        runs.stream()
            .map(run -> ExampleAnalyses.row(run, 400, "embedding_pca", "component.2.7", 0.5, 0))
            .toArray(Row[]::new));
    Unpacked pca = table(Unpacked.all(Pages.of(store)), "pca");
    assertThat(pca.column("run_id"))
        .isEqualTo(
            IntStream.range(0, 30)
                .filter(i -> i % 3 != 1)
                .mapToObj(i -> runs.get(i).id())
                .toList());
    assertThat(pca.rows().get(0)).endsWith(2L, 7L, 0.5);
  }

  /** Of more runs than can be shown; here fewer were analysed, and all of those are. */
  @Test
  void frequenciesOfManyRunsAreOfSomeEvenlyChosen() throws IOException {
    Question many =
        new LearnedQuestions(new RunQuestions(List.of("weight_decay", "seed")))
            .measured(List.of("fourier_embedding"), LearnedQuestions.FREQUENCIES_OF + 1).stream()
                .filter(question -> question.name().equals("spectrum"))
                .findFirst()
                .orElseThrow();
    assertThat(many.sql()).contains("row_number()", "place * 2000 / n");
    List<Row> rows =
        new QueryJob(Sparks.session(), measured(), Views.Restriction.NONE, many.sql())
            .run()
            .tables()
            .get(0)
            .collectAsList();
    assertThat(rows).hasSize(2).allSatisfy(row -> assertThat(row.getInt(1)).isEqualTo(3));
  }

  private static List<Integer> steps(Store store, Views.Restriction of, Question question)
      throws IOException {
    return new QueryJob(Sparks.session(), store, of, question.sql())
        .run().tables().get(0).select("step").collectAsList().stream()
            .map(row -> row.getInt(0))
            .toList();
  }

  /** Reckoned from 40 runs and 80, whose difference is what 40 runs take. */
  @Test
  void twoThousandRunsOfFourHundredRecordedStepsTakeSixMegabytesAtMost() throws IOException {
    Store store = LargeStore.make(80, 400, folder);
    Views.Restriction half = new Views.Restriction(null, "seed = 0");
    long forty = Pages.of(store, half, Example.START).length();
    long eighty = Pages.of(store).length();
    assertThat(forty + (2000 - 40) / 40 * (eighty - forty)).isLessThan(6_000_000);
  }

  private static Unpacked table(Map<String, Unpacked> tables, String name) {
    return Objects.requireNonNull(tables.get(name), name);
  }
}
