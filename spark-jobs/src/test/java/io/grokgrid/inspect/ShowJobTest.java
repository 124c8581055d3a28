package io.grokgrid.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.grokgrid.config.PlannedRun;
import io.grokgrid.config.Study;
import io.grokgrid.console.Format;
import io.grokgrid.console.Plot;
import io.grokgrid.experiment.Outcome;
import io.grokgrid.sql.RefusedSql;
import io.grokgrid.store.Checkpoints;
import io.grokgrid.store.Store;
import io.grokgrid.store.SweepLists;
import io.grokgrid.tables.Example;
import io.grokgrid.tables.ExampleAnalyses;
import io.grokgrid.tables.Sparks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShowJobTest {
  private final Path folder;
  private final Store store;
  private final Study study = Example.study();

  ShowJobTest(@TempDir Path folder) {
    this.folder = folder;
    store = Example.store(folder);
  }

  private ShownRun show(String prefix) throws IOException {
    ShowJob.Found found = new ShowJob(Sparks.session(), store, prefix).run();
    assertThat(found.damages()).isEmpty();
    return found.run();
  }

  private PlannedRun run(double weightDecay, long seed) {
    return study.runs().stream()
        .filter(run -> run.spec().training().weightDecay() == weightDecay)
        .filter(run -> run.spec().training().seed() == seed)
        .findFirst()
        .orElseThrow();
  }

  /** As short a beginning as tells a run from the five others. */
  private String prefix(PlannedRun run) {
    int length = 1;
    while (beginWith(run.id().substring(0, length)) > 1) {
      length++;
    }
    return run.id().substring(0, length);
  }

  private long beginWith(String prefix) {
    return study.runs().stream().filter(each -> each.id().startsWith(prefix)).count();
  }

  @Test
  void aUniqueBeginningSuffices() throws IOException {
    for (PlannedRun run : study.runs()) {
      ShownRun shown = show(prefix(run));
      assertThat(shown.runId()).isEqualTo(run.id());
      assertThat(shown.spec()).isEqualTo(run.spec());
    }
  }

  @Test
  void whatIsAmbiguousOrUnknownNamesTheRunsThereAre() throws IOException {
    String known = study.runs().get(3).id();
    String wrong = known.substring(0, 7) + (known.charAt(7) == '0' ? '1' : '0');
    assertThatThrownBy(() -> show(""))
        .isInstanceOf(RefusedSql.class)
        .hasMessageContainingAll("with which 6 begin", ", .. (6 in all)");
    assertThatThrownBy(() -> show(wrong))
        .isInstanceOf(RefusedSql.class)
        .hasMessageContaining("was " + wrong + "; there is " + known + ", ");
    Path state = Files.createDirectories(folder.resolve("state/" + wrong + "00000000"));
    Files.createFile(state.resolve("step-00003000.state"));
    assertThatThrownBy(() -> show(wrong))
        .hasMessageContaining("it is under way, saved at step 3000");
  }

  @Test
  void saysWhatAStoreHasOfARun() throws IOException {
    PlannedRun run = run(0.5, 1);
    SweepLists.write(
        store, Example.study("sweep.name=second", "grid.training.seed=[1]"), new Configuration());
    ExampleAnalyses.append(store, 1, ExampleAnalyses.row(run, 100, "loss", "all_loss", 0.5, 9));
    Checkpoints checkpoints = new Checkpoints(store, run.id(), new Configuration(), false);
    checkpoints.keep(600, new byte[7]);
    checkpoints.keep(0, new byte[5]);
    ShownRun shown = show(run.id());
    assertThat(shown.sweeps()).containsExactly("example", "second");
    assertThat(shown.ending()).isEqualTo("100 steps after the grok step (stop_after_grok)");
    assertThat(shown.metrics()).hasSize(7);
    assertThat(shown.checkpoints())
        .extracting(Checkpoints.KeptFile::step, Checkpoints.KeptFile::bytes)
        .containsExactly(tuple(0, 5L), tuple(600, 7L));
    assertThat(shown.measured())
        .extracting(Format::json)
        .containsExactly(
            "{\"analysis\":\"loss\",\"names\":1,\"steps\":1,\"first_step\":100,\"last_step\":100}",
            "{\"analysis\":\"weights\",\"names\":1,\"steps\":1,\"first_step\":0,\"last_step\":0}");
    String page = page(shown);
    assertThat(page)
        .startsWith("run " + run.id() + ", of sweep example, second\n")
        .contains("outcome      grokked; memorised step 100, grok step 500\n")
        .contains("*p=13  *train_fraction=0.5  kind=modular  operation=add")
        .contains("*d_model=8  *heads=2  *d_mlp=16  kind=transformer")
        .contains(" d_head=4 ")
        .contains("accuracy by step  train .  test x", "loss by step  train .  test x")
        .contains("2, of step 0, 600\n", folder + "/checkpoints/" + run.id() + "/step-00000600");
  }

  @Test
  void saysHowFarARunCameThatDidNotGeneralise() throws IOException {
    String page = page(show(run(0.5, 2).id()));
    assertThat(page)
        .containsPattern(
            "  best +test accuracy 0\\.\\d+ at step \\d+, \\d+ of 85 answers short of 0.99");
  }

  private static String page(ShownRun run) {
    List<String> lines = new RunPage(run, 80, Plot.Style.ASCII).lines();
    assertThat(lines).allMatch(line -> line.length() <= 80 || line.matches("  ended .*|.*/.*"));
    return lines.stream().collect(Collectors.joining("\n"));
  }

  /** Of every kind of value: whole and real numbers, words, lists, and what follows other keys. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        Example.CONF,
        Example.SEQUENCES,
        "run.record.checkpoints_at = [memorised, grokked]",
        "run { record { checkpoint_steps = [0, 100], analyses = \"loss,progress\" } }",
        "run { training { epsilon = 1.5e-9, max_seconds = 0.1 }, task.split_seed = -7 }",
        "run { model { kind = embedding_mlp, one_hot = true, bias = false } }",
        "run { task.p = 7, model { d_head = 5, encoding = rope_mixed, d_head = 6 } }",
        ""
      })
  void aConfigurationOfARunIsThatRunAgain(String conf) {
    for (PlannedRun run : Example.read(conf).runs()) {
      ShownRun shown = new ShownRun(Map.of(), run.spec(), List.of(), List.of(), List.of());
      Study again = Example.read(String.join("\n", shown.configuration()));
      assertThat(again.runs()).containsExactly(new PlannedRun(run.id(), run.spec()));
      assertThat(shown.configuration().get(0)).isEqualTo("# run " + run.id());
    }
  }

  /** What is not finite is null, and leaves the picture empty there. */
  @Test
  void showsRunsWithoutAnEndOfTheirOwn() throws IOException {
    ShownRun diverged = show(run(1, 1).id());
    assertThat(diverged.ending()).isEqualTo("a loss was not finite at step 100");
    assertThat(Format.json(diverged.json()))
        .contains("{\"step\":100,\"train_loss\":null,", "\"not_default\":[\"task.p\",");
    assertThat(page(diverged)).contains("loss by step  train .", "weights: 1 name at step 0");
    ShownRun failed = show(run(1, 2).id());
    assertThat(failed.ending()).isEqualTo("it failed: out of memory");
    assertThat(page(failed)).doesNotContain("train .").contains("none (record.checkpoints");
    assertThat(show(run(0.5, 2).id()).ending()).isEqualTo("all its steps were made");
    PlannedRun slow = Example.study("grid.training.seed=[7]").runs().get(0);
    Example.append(store, 3, Example.ended(Example.result(slow, 0), Outcome.OUT_OF_TIME, 900));
    assertThat(show(slow.id()).ending()).isEqualTo("its time was spent (max_seconds)");
  }
}
