package io.grokgrid.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.grokgrid.config.PlannedRun;
import io.grokgrid.config.Study;
import io.grokgrid.console.Console;
import io.grokgrid.experiment.RunResult;
import io.grokgrid.store.Store;
import io.grokgrid.store.StoredRuns;
import io.grokgrid.store.SweepLists;
import io.grokgrid.store.Views;
import io.grokgrid.tables.Asked;
import io.grokgrid.tables.Example;
import io.grokgrid.tables.Sparks;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import org.openqa.selenium.SessionNotCreatedException;
import org.openqa.selenium.WebElement;
import org.opentest4j.TestAbortedException;

/** What a report's page shows and does in a real browser. */
class PageIT {
  private static @Nullable Browser shared;

  private final Path folder;
  private final Store store;
  private final Study study = Example.study("grid.training.weight_decay=[0.5,1,2]");
  private Browser browser;

  PageIT(@TempDir Path folder) {
    this.folder = folder;
    store = new Store(folder.resolve("out").toString());
  }

  @BeforeAll
  static void start() {
    try {
      Assumptions.assumeTrue(Browser.isThere(), "Debian's chromium and chromium-driver");
      shared = new Browser();
    } catch (SessionNotCreatedException | TestAbortedException e) {
      System.out.println("no chromium that starts: pages are not looked at (" + e + ")");
      throw new TestAbortedException("no chromium that starts", e);
    }
  }

  @AfterAll
  static void end() {
    if (shared != null) {
      shared.close();
    }
  }

  @BeforeEach
  void forget() {
    browser = Objects.requireNonNull(shared);
    browser.complaints();
    browser.requests();
  }

  /** Of nine runs the first never generalises, the others at 200, 300, .. */
  private List<RunResult> nine() {
    List<RunResult> results = new ArrayList<>();
    for (PlannedRun run : study.runs()) {
      results.add(Example.result(run, results.isEmpty() ? 0 : 100 + 100 * results.size()));
    }
    return results;
  }

  private Path page(String... sweeps) throws IOException {
    List<String> names = List.of(sweeps);
    ReportJob job =
        new ReportJob(
            Sparks.session(),
            store,
            new Views.Restriction(names, null, null, Set.of()),
            new Invocation(names, List.of(), null),
            Console.ofProcess());
    Path page = folder.resolve("page.html");
    try (OutputStream out = Files.newOutputStream(page)) {
      job.run().page().writeTo(out, Instant.now(), "file:/out");
    }
    return page;
  }

  private void open(Path page, String fragment) {
    browser.open(page, fragment);
    assertThat(browser.complaints()).isEmpty();
    assertThat(browser.requests())
        .filteredOn(address -> !address.equals("about:blank"))
        .isNotEmpty()
        .allMatch(address -> address.startsWith(page.toUri().toString()));
  }

  private long marks(String figure) {
    return browser.count("[data-figure=" + figure + "] svg .mark");
  }

  /** The numbers behind a figure, as its CSV has them. */
  @SuppressWarnings("unchecked")
  private List<List<Object>> numbers(String figure) {
    return (List<List<Object>>)
        browser.ask(
            "const { columns, rows } = document.querySelector('[data-figure=%s]').data();"
                    .formatted(figure)
                + "return [columns, ...rows.map(row => row.map(value => typeof value === 'number'"
                + " ? isNaN(value) ? null : value : value ?? null))];");
  }

  private List<Row> asked(String query) throws IOException {
    Views views =
        Views.register(
            Sparks.session(), StoredRuns.of(Sparks.session(), store), Views.Restriction.NONE);
    String sql = Asked.of(query).map(named -> named.sql(views.varying())).orElse(query);
    return Sparks.session().sql(sql).collectAsList();
  }

  /** That a figure has the rows of a query, in any order of columns. */
  private void assertSame(List<List<Object>> figure, List<Row> answer) {
    assertThat(figure).hasSize(answer.size() + 1);
    for (int i = 0; i < answer.size(); i++) {
      Row row = answer.get(i);
      List<String> columns = List.of(row.schema().fieldNames());
      for (int k = 0; k < figure.get(0).size(); k++) {
        String column = figure.get(0).get(k).toString();
        Object shown = figure.get(i + 1).get(k);
        if (!columns.contains(column)) {
          continue;
        }
        Object value = row.getAs(column);
        if (value instanceof Long && shown instanceof String) {
          assertThat(shown).isEqualTo(value.toString()); // a seed
        } else if (value instanceof Number number) {
          double size = Math.abs(number.doubleValue());
          assertThat(((Number) shown).doubleValue())
              .as("%s of row %d", column, i)
              .isCloseTo(number.doubleValue(), within(6e-4 * size));
        } else {
          assertThat(shown).as("%s of row %d", column, i).isEqualTo(value);
        }
      }
    }
  }

  @Test
  void everySectionHasItsFigureWithAMarkForEachRun() throws IOException {
    Example.append(store, 1, nine().toArray(RunResult[]::new));
    open(page(), "");
    assertThat(browser.text("#summary")).isEqualTo("9 runs: 8 generalised, 1 did not");
    assertThat(browser.text("#overview h2")).startsWith("8 of 9 runs generalised");
    assertThat(marks("grok_steps")).isEqualTo(9);
    assertThat(browser.count("[data-figure=grok_steps] .median")).isEqualTo(3);
    assertThat(marks("survival")).isEqualTo(3);
    assertThat(marks("curves")).isEqualTo(9);
    assertThat(browser.count("[data-figure=curves] .panel")).isEqualTo(3);
    assertThat(browser.count("section")).isEqualTo(browser.count("section h2"));
    assertThat(browser.count("section:not([data-drawn])")).isZero();
    assertThat(browser.count("figure svg[role=img][aria-label]"))
        .isEqualTo(browser.count("figure"));
  }

  @Test
  void whatNetworksLearnedHasItsFigures() throws IOException {
    Example.append(store, 1, nine().stream().map(LearnedRuns::measured).toArray(RunResult[]::new));
    open(page(), "");
    assertThat(marks("spectrum")).isEqualTo(9L * LearnedRuns.frequencies());
    assertThat(marks("circles")).isEqualTo(9L * LearnedRuns.tokens());
    assertThat(marks("clusters")).isEqualTo(9);
    assertThat(browser.text("#circuits h2")).startsWith("1 of 6 frequencies hold 80 %");
    assertThat(browser.text("#circuits")).contains("in 100 % of the pairs, two of different seeds");
    assertThat(browser.text("#circuits")).contains("components 1 and 2, k = 2");
    assertThat(browser.count("[data-figure=progress] .median")).isEqualTo(4);
    assertThat(marks("clock_or_pizza")).isEqualTo(9);
    assertThat(browser.count("[data-figure=clock_or_pizza] .limit")).isEqualTo(2);
    assertThat(browser.text("#algorithms h2"))
        .startsWith("Of 8 analysed runs that generalise, 8 are clocks (95 %: 68 % to 100 %)");
    assertThat(marks("census")).isEqualTo(3);
    assertThat(marks("llc")).isEqualTo(9 * 3);
    assertThat(browser.text("#llc h2")).startsWith("27 of 27 estimates");
    assertThat(marks("attention_maps")).isEqualTo(2 * 6);
    assertSame(numbers("clock_or_pizza"), asked("clock_or_pizza"));
    assertSame(numbers("census"), asked("census"));
    assertSame(numbers("llc"), asked("llc_checkpoints"));
  }

  @Test
  void moreRunsThanAChoiceHoldsAreAllThere() throws IOException {
    LargeStore.make(2040, 21, folder.resolve("out"));
    open(page(), "");
    assertThat(browser.text("#summary")).startsWith("2,040 runs: ");
    assertThat(marks("grok_steps")).isEqualTo(2040);
    assertThat(marks("curves")).isEqualTo(2040);
    assertThat(marks("phase_diagram")).isEqualTo(4 * 5);
    assertThat(browser.count("section:not([data-drawn])")).isZero();
    anyRunCanBeChosen();
    browser.ask("document.getElementById('filters').open = true");
    browser.find("fieldset[data-axis=encoding] button").click();
    browser.drawn();
    assertThat(marks("grok_steps")).isEqualTo(1020);
  }

  private void anyRunCanBeChosen() {
    assertThat(browser.count("#run option")).isBetween(1020L, 1021L);
    Object left =
        browser.ask(
            "const shown = new Set([...document.querySelectorAll('#run option')].map(o => o.value));"
                + "return chosenRuns().map(row => page.runs.at('run_id', row))"
                + ".find(id => !shown.has(id))");
    browser.find("#run input").sendKeys(left.toString(), Keys.ENTER);
    browser.drawn();
    assertThat(browser.text("#run h2")).startsWith("Run " + left.toString().substring(0, 8));
    browser.find("#run input").sendKeys("none", Keys.ENTER);
    assertThat(
            (String) browser.ask("return document.querySelector('#run input').validationMessage"))
        .startsWith("None of these 2,040 runs");
  }

  @Test
  void seedsAreWholeHoweverLarge() throws IOException {
    Study large = Example.study("grid.training.seed=[9007199254740993,9223372036854775807]");
    List<RunResult> results = large.runs().stream().map(run -> Example.result(run, 300)).toList();
    Example.append(store, 1, results.toArray(RunResult[]::new));
    open(page(), "");
    assertThat(numbers("grok_steps").toString()).contains("9007199254740993");
    assertThat(browser.text("#run")).contains("9223372036854775807");
  }

  @Test
  void theNumbersBehindFiguresAreTheQueries() throws IOException {
    Example.append(store, 1, nine().toArray(RunResult[]::new));
    open(page(), "");
    assertSame(numbers("survival"), asked("grok_step_vs weight_decay"));
    assertSame(
        numbers("grok_steps"),
        asked(
            "SELECT run_id, weight_decay, seed, outcome, memorised_step, grok_step, last_step"
                + " FROM runs ORDER BY weight_decay, seed"));
    assertSame(
        numbers("curves"),
        asked(
            "SELECT run_id, step, train_loss, test_loss, train_accuracy, test_accuracy FROM metrics"
                + " ORDER BY weight_decay, seed, step"));
  }

  @Test
  void thePhaseDiagramIsTheQuery() throws IOException {
    Study two =
        Example.study("grid.training.weight_decay=[0.5,1]", "grid.task.train_fraction=[0.4,0.6]");
    List<RunResult> results = new ArrayList<>();
    for (PlannedRun run : two.runs()) {
      results.add(Example.result(run, results.size() % 4 == 0 ? 0 : 100 * results.size()));
    }
    Example.append(store, 1, results.toArray(RunResult[]::new));
    open(page(), "");
    assertThat(marks("phase_diagram")).isEqualTo(4);
    String across = numbers("phase_diagram").get(0).get(0).toString();
    String up = numbers("phase_diagram").get(0).get(1).toString();
    assertSame(numbers("phase_diagram"), asked("phase_diagram --axes " + across + "," + up));
  }

  @Test
  void filtersActOnAllSectionsAndALinkKeepsThem() throws IOException {
    Example.append(store, 1, nine().toArray(RunResult[]::new));
    Path page = page();
    open(page, "");
    browser.ask("document.getElementById('filters').open = true");
    browser.find("fieldset[data-axis=weight_decay] button[data-value='0.5']").click();
    browser.drawn();
    assertThat(browser.text("#summary")).isEqualTo("6 of 9 runs: 6 generalised, 0 did not");
    assertThat(marks("grok_steps")).isEqualTo(6);
    assertThat(marks("curves")).isEqualTo(6);
    String fragment = (String) browser.ask("return location.hash");
    assertThat(fragment).isEqualTo("#not.weight_decay=0.5");
    open(page, fragment + "&curves.of=train+loss");
    assertThat(marks("survival")).isEqualTo(2);
    assertThat(browser.text("[data-figure=curves] figcaption")).startsWith("Train loss");
    browser.ask("document.getElementById('filters').open = true");
    browser.find("#reset").click();
    browser.drawn();
    assertThat(marks("grok_steps")).isEqualTo(9);
  }

  @Test
  void aMarkTellsItsRunByMouseAndByKeysAndOpensIt() throws IOException {
    Example.append(store, 1, nine().toArray(RunResult[]::new));
    open(page(), "");
    WebElement figure = browser.find("[data-figure=grok_steps] .drawing svg");
    WebElement mark = browser.find("[data-figure=grok_steps] .drawing svg .mark");
    browser.ask("arguments = document.querySelector('#grok').scrollIntoView()");
    browser.actions().moveToElement(mark).perform();
    assertThat(browser.text("#tip"))
        .contains("run ", "weight_decay 0.5", "seed ", "memorised", "not by step 1,000");
    figure.sendKeys(Keys.ESCAPE);
    assertThat(browser.find("#tip").isDisplayed()).isFalse();
    figure.sendKeys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT);
    String tip = browser.text("#tip");
    assertThat(tip).contains("groks at step ");
    figure.sendKeys(Keys.ENTER);
    browser.drawn();
    String run = tip.lines().findFirst().orElseThrow().substring("run ".length());
    assertThat(browser.text("#run h2")).startsWith("Run " + run);
    assertThat((String) browser.ask("return location.hash")).startsWith("#run=" + run);
  }

  @Test
  void picturesAreWholeFilesAndColoursFollowTheTheme() throws IOException {
    Example.append(store, 1, nine().toArray(RunResult[]::new));
    Path page = page();
    Set<Object> papers = new TreeSet<>();
    for (String scheme : List.of("light", "dark")) {
      browser.prefer(scheme);
      open(page, "");
      papers.add(browser.ask("return getComputedStyle(document.body).backgroundColor"));
      Object wrong =
          browser.ask(
              "return [...document.querySelectorAll('.drawing svg')].map(svg => new DOMParser()"
                  + ".parseFromString(standalone(svg), 'image/svg+xml'))"
                  + ".filter(file => file.querySelector('parsererror')"
                  + " || file.documentElement.localName !== 'svg').length");
      assertThat(wrong).isEqualTo(0L);
    }
    browser.prefer("light");
    assertThat(papers).hasSize(2);
  }

  @Test
  void nothingIsWiderThanASmallWindow() throws IOException {
    Example.append(store, 1, nine().toArray(RunResult[]::new));
    browser.size(700, 1000);
    open(page(), "");
    Object over = browser.ask("return document.documentElement.scrollWidth - innerWidth");
    browser.size(1400, 1000);
    assertThat((Long) over).isLessThanOrEqualTo(0);
  }

  @Test
  void aStoreWithoutRunsGivesAPageThatSaysSo() throws IOException {
    open(page(), "");
    assertThat(browser.text("#summary")).isEqualTo("The store holds no such run yet");
    assertThat(browser.count("section")).isZero();
  }

  @Test
  void oneRunAloneAndFailedRunsAlone() throws IOException {
    Example.append(store, 1, Example.result(study.runs().get(0), 300));
    open(page(), "");
    assertThat(browser.text("#grok h2")).isEqualTo("Half of the runs grok by step 300");
    assertThat(marks("curves")).isEqualTo(1);
  }

  @Test
  void failedRunsAloneAreNamedWithTheirErrors() throws IOException {
    Example.append(
        store,
        1,
        Example.failed(study.runs().get(0), "out of <b>memory</b>", Example.START),
        Example.diverged(study.runs().get(4)));
    open(page(), "");
    assertThat(browser.text("#overview")).contains("out of <b>memory</b>", "1 failed");
    assertThat(browser.count("#overview b")).isZero();
  }

  @Test
  void namesOfSweepsAreTextAndTwoStandSideBySide() throws IOException {
    String script = "<script>alert(1)</script>";
    String named = "x".repeat(200);
    Study first = Example.study("sweep.name=\"" + script + "\"");
    Study second =
        Example.study("sweep.name=\"" + named + "\"", "grid.training.weight_decay=[1,4]");
    List<RunResult> results = new ArrayList<>();
    Set<String> seen = new TreeSet<>();
    for (Study each : List.of(first, second)) {
      for (PlannedRun run : each.runs()) {
        if (seen.add(run.id())) {
          results.add(Example.result(run, 100 + 100 * results.size()));
        }
      }
      SweepLists.write(store, each, new Configuration());
    }
    Example.append(store, 1, results.toArray(RunResult[]::new));
    open(page(script, named), "");
    assertThat(browser.text("#sweeps-compared h2"))
        .contains("2 sweeps", "settings differ in weight_decay", "3 runs in all of them");
    assertThat(browser.text("#sweeps-compared")).contains(script, named);
    assertThat(browser.count("main script")).isZero();
    assertThat(marks("sweeps_survival")).isEqualTo(2);
    browser.ask("document.getElementById('filters').open = true");
    browser.find("fieldset[data-axis=sweep] button").click();
    browser.drawn();
    assertThat(browser.text("#sweeps-compared h2")).isEqualTo("Only one sweep is chosen");
  }

  /**
   * Freireich et al. 1963, as in {@code LogRankTest}; Wilson's interval by hand; three groups of
   * Hollander and Wolfe 1973, p. 116, whose H is 0.7714, and six values with ties of which by hand
   * H is 10 / 3.
   */
  @Test
  void statisticsOfThePageAreThoseOfTheLiterature() throws IOException {
    open(page(), "");
    Object found =
        browser.ask(
            "const f = (times, censored) => times.map((time, i) => ({ time, reached: !censored[i] }));"
                + "const a = f([1,1,2,2,3,4,4,5,5,8,8,8,8,11,11,12,12,15,17,22,23], []);"
                + "const b = f([6,6,6,6,7,9,10,10,11,13,16,17,19,20,22,23,25,32,32,34,35],"
                + " [0,0,0,1,0,1,0,1,1,0,0,1,1,1,0,0,1,1,1,1,1]);"
                + "const test = logRank([a, b]), three = logRank([a, b, a]), q = quantiles(kaplanMeier(b));"
                + "return [test.chiSquared, test.p, three.freedom, q.median, wilson(3, 3)[0],"
                + " upperGamma(1, 3), upperGamma(1.5, 2), kruskalWallis([[2.9, 3, 2.5, 2.6, 3.2],"
                + " [3.8, 2.7, 4, 2.4], [2.8, 3.4, 3.7, 2.2, 2]]), kruskalWallis([[1, 1, 2], [2, 3, 3]]),"
                + " logRankWithin([[a, b], [a, b]]).chiSquared];");
    assertThat(((List<?>) found).stream().map(each -> ((Number) each).doubleValue()).toList())
        .zipSatisfy(
            List.of(
                16.79294,
                4.169e-5,
                2.0,
                23.0,
                0.438503,
                Math.exp(-3),
                0.2614641,
                0.6799648,
                0.06788915,
                2 * 16.79294),
            (value, expected) -> assertThat(value).isCloseTo(expected, within(1e-4 * expected)));
  }
}
