package io.grokgrid.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.grokgrid.config.PlannedRun;
import io.grokgrid.config.Study;
import io.grokgrid.console.Format;
import io.grokgrid.console.Table;
import io.grokgrid.experiment.Outcome;
import io.grokgrid.experiment.RunResult;
import io.grokgrid.sql.RefusedSql;
import io.grokgrid.store.Store;
import io.grokgrid.store.SweepLists;
import io.grokgrid.tables.Example;
import io.grokgrid.tables.Sparks;
import io.grokgrid.train.Metrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompareJobTest {
  /** Of {@link io.grokgrid.math.LogRankTest}: weeks of remission, + is censored. */
  private static final String MERCAPTOPURINE =
      "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+";

  private static final String PLACEBO = "1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23";

  private final Configuration hadoop = new Configuration();
  private final Path folder;
  private final Store out;

  CompareJobTest(@TempDir Path folder) {
    this.folder = folder;
    out = new Store(folder.resolve("out").toString());
  }

  private CompareJob.Compared compare(String a, String b) throws IOException {
    Side first = Side.of(a, out, hadoop);
    Side second = Side.of(b, out, hadoop);
    return new CompareJob(Sparks.session(), first, second).run();
  }

  private Comparison comparison(String a, String b) throws IOException {
    CompareJob.Compared compared = compare(a, b);
    assertThat(compared.damages()).isEmpty();
    return compared.comparison();
  }

  private static List<String> lines(Table table) {
    List<String> lines = new ArrayList<>();
    table.rows().forEach(row -> lines.add(Format.json(row)));
    return lines;
  }

  @Test
  void theSameBitsAreNoDifference() throws IOException {
    Example.store(folder.resolve("out"));
    Example.store(folder.resolve("other"));
    Comparison same = comparison(out.root(), folder.resolve("other").toString());
    assertThat(lines(same.runs())).isEmpty();
    assertThat(same.sentences("x", "y"))
        .containsExactly(
            "A is x (6 runs), B is y (6 runs): 6 in both, 0 in A only, 0 in B only.",
            "All that are in both have the same bits.");
  }

  /** The last bit of one number, another outcome, a run in one only, one recorded otherwise. */
  @Test
  void oneBitIsADifference() throws IOException {
    List<PlannedRun> runs = Example.study().runs();
    RunResult first = Example.result(runs.get(0), 300);
    Store other = new Store(folder.resolve("other").toString());
    Example.append(
        out,
        1,
        first,
        Example.result(runs.get(1), 300),
        Example.result(runs.get(2), 300),
        Example.diverged(runs.get(3)));
    Example.append(
        other,
        1,
        withTestLossAt(first, 200, Math.nextUp(0.5)),
        Example.result(runs.get(1), 500),
        Example.diverged(runs.get(3)),
        Example.result(runs.get(4), 0));
    Comparison found = comparison(out.root(), other.root());
    String ulp = Format.json(Math.ulp(0.5) / Math.nextUp(0.5));
    assertThat(lines(found.runs()))
        .containsExactlyInAnyOrder(
            line(
                runs.get(0),
                "\"numbers\",\"grokked\",\"grokked\",300,300,200," + ulp + ",\"test_loss\""),
            line(
                runs.get(1),
                "\"numbers\",\"grokked\",\"grokked\",300,500,300,0.9,\"test_accuracy\""),
            line(runs.get(2), "\"only in A\",\"grokked\",null,300,null,null,null,null"),
            line(runs.get(4), "\"only in B\",null,\"memorised\",null,null,null,null,null"));
    assertThat(found.sentences("x", "y").get(1))
        .isEqualTo(
            "Of those in both, 1 have the same bits, 2 differ: the first part at step 200, the"
                + " largest relative difference is 0.9.");
  }

  /** Weight decay and seed vary. */
  private static String line(PlannedRun run, String rest) {
    return "[\"%s\",%s,%s,%s]"
        .formatted(
            run.id(), run.spec().training().seed(), run.spec().training().weightDecay(), rest);
  }

  private static RunResult withTestLossAt(RunResult run, int step, double testLoss) {
    List<Metrics> metrics =
        run.metrics().stream()
            .map(
                at ->
                    at.step() != step
                        ? at
                        : new Metrics(
                            step,
                            at.trainLoss(),
                            at.trainAccuracy(),
                            testLoss,
                            at.testAccuracy(),
                            null,
                            null,
                            at.weightNorm(),
                            at.gradientNorm()))
            .toList();
    return new RunResult(
        run.runId(),
        run.spec(),
        run.parameters(),
        run.outcome(),
        run.error(),
        run.lastStep(),
        metrics,
        run.attention(),
        run.measurements(),
        run.startedAt(),
        run.seconds(),
        run.stepsPerSecond(),
        run.attempt(),
        run.resumedFromStep());
  }

  private List<RunResult> observed(Study study, String weeks) {
    List<RunResult> results = new ArrayList<>();
    for (String each : weeks.split(" ", -1)) {
      PlannedRun run = study.runs().get(results.size());
      int step = 100 * Integer.parseInt(each.replace("+", ""));
      results.add(
          each.endsWith("+")
              ? Example.ended(Example.result(run, 0), Outcome.OUT_OF_TIME, step)
              : Example.result(run, step));
    }
    return results;
  }

  /** Groups that differ in weight decay: the worked example of the log-rank test. */
  @Test
  void whatDiffersIsTested() throws IOException {
    String seeds = "grid.training.seed={from=0,until=21}";
    Study a = Example.study(seeds, "grid.training.weight_decay=[1.0]");
    Study b = Example.study(seeds, "grid.training.weight_decay=[0.5]");
    Example.append(out, 1, observed(a, MERCAPTOPURINE).toArray(RunResult[]::new));
    Example.append(out, 2, observed(b, PLACEBO).toArray(RunResult[]::new));
    Comparison found =
        comparison(
            conf("a.conf", "1.0", "{ from = 0, until = 21 }"),
            conf("b.conf", "0.5", "{ from = 0, until = 21 }"));
    assertThat(found.separating()).containsExactly("weight_decay");
    assertThat(found.inAll().chiSquared()).isCloseTo(16.793, within(0.0005));
    assertThat(lines(found.tests()))
        .singleElement()
        .asString()
        .matches("\\[21,9,2300,21,21,800,4.16\\d*E-5]");
    assertThat(found.sentences("x", "y").get(1))
        .startsWith(
            "The grok steps of what differs, by weight_decay, differ beyond chance: p = 0.000042 by a"
                + " log-rank test");
    assertThat(Format.json(found.json("x", "y"))).contains("\"log_rank_chi_squared\":16.79");
  }

  private String conf(String name, String weightDecay, String seeds) throws IOException {
    String text =
        Example.CONF.replace("[0.5, 1.0]", "[" + weightDecay + "]").replace("[0, 1, 2]", seeds);
    return Files.writeString(folder.resolve(name), text).toString();
  }

  /** Both weight decays are on both sides: two groups; what both have is no part of the test. */
  @Test
  void groupsAreTestedByThemselvesAndInAll() throws IOException {
    Example.store(folder.resolve("out"));
    Comparison found =
        comparison(conf("a.conf", "0.5, 1.0", "[0, 1]"), conf("b.conf", "0.5, 1.0", "[1, 2]"));
    // Of weight decay 1, seed 2 failed.
    assertThat(lines(found.tests()))
        .containsExactly(
            "[0.5,1,1,300,1,0,null,%s]".formatted(Format.json(1 - 0.6826894921370859)));
    assertThat(found.sentences("x", "y"))
        .contains("All that are in both have the same bits.")
        .last()
        .asString()
        .contains("show no difference beyond chance: p = 0.32");
  }

  @Test
  void sweepsAreToldFromStores() throws IOException {
    Example.store(folder.resolve("out"));
    SweepLists.write(out, Example.study("sweep.name=second", "grid.training.seed=[0]"), hadoop);
    assertThat(comparison("example", "second").sentences("x", "y").get(0))
        .isEqualTo("A is x (6 runs), B is y (2 runs): 2 in both, 4 in A only, 0 in B only.");
    assertThatThrownBy(() -> compare("exmaple", "second"))
        .isInstanceOf(RefusedSql.class)
        .hasMessageEndingWith(
            "was exmaple (did you mean example?); its sweeps are example, second");
    assertThatThrownBy(() -> compare("example", folder.resolve("none").toString()))
        .isInstanceOf(RefusedSql.class)
        .hasMessageContaining("must hold runs");
  }
}
