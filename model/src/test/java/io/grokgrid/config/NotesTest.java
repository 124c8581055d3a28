package io.grokgrid.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NotesTest {
  private final Path folder;

  NotesTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private List<String> notes(String text, String... settings) throws IOException {
    Path file = Files.writeString(folder.resolve("study.conf"), text);
    return SpecReader.read(file, List.of(settings)).notes().stream()
        .map(note -> note.replace(folder + "/", ""))
        .toList();
  }

  @Test
  void theDefaultRunHasNothingToSay() throws IOException {
    assertThat(notes("")).isEmpty();
    assertThat(notes("grid.training.seed = [0, 1, 2]")).isEmpty();
  }

  @Test
  void saysWhereSeedsShareOneSplit() throws IOException {
    String seeds = "grid.training.seed = [0, 1, 2]";
    assertThat(notes("run.task.split_seed = 5\n" + seeds))
        .containsExactly(
            "all 3 seeds share one split, by task.split_seed = 5 (study.conf:1); auto gives each"
                + " its own");
    assertThat(notes("include \"presets/nanda\"\n" + seeds))
        .singleElement()
        .asString()
        .startsWith("all 3 seeds share one split, by task.split_seed = 0 (")
        .contains("presets/nanda");
    assertThat(notes("include \"presets/nanda\"\n" + seeds, "task.split_seed=auto")).isEmpty();
    assertThat(notes("grid { training.seed = [0, 1], task.split_seed = [0, 1] }")).isEmpty();
    assertThat(notes("run.task.split_seed = 5")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"5, 13, 0", "13, 85, 0", "15, 113, 1", "20, 200, 2", "24, 288, 2", "31, 481, 4"})
  void saysHowFewAnswersMayBeWrong(int p, int answers, int wrong) throws IOException {
    assertThat(notes("run.task { train_fraction = 0.5, p = %d }".formatted(p)))
        .containsExactly(
            ("fewer than 500 test answers (the one run): accuracy 0.99 allows %d wrong of %d in"
                    + " the smallest test set, and may be out of reach")
                .formatted(wrong, answers));
  }

  @Test
  void countsTheTestAnswersOfEveryRun() throws IOException {
    assertThat(notes("grid.task { p = [13, 59], train_fraction = [0.5, 0.6] }"))
        .singleElement()
        .asString()
        .startsWith("fewer than 500 test answers (2 of 4 runs): accuracy 0.99 allows 0 ")
        .contains(" of 68 in the smallest test set,");
    assertThat(notes("run.task { train_fraction = 0.5, p = 33 }")).isEmpty();
    String sequence = "run { task.kind = sequence, training.batch_size = 8 }\n";
    assertThat(notes(sequence + "run.task.rule = shift_invariant"))
        .singleElement()
        .asString()
        .startsWith("fewer than 500 test answers (the one run): ")
        .contains(" of 80 in ");
    assertThat(notes(sequence + "run.task.rule = k_back")).isEmpty();
  }

  @Test
  void saysWhereStepsAreRecordedTooRarely() throws IOException {
    assertThat(notes("run.training.steps = 450\ngrid.record.metrics_every = [100, 50, 500]"))
        .containsExactly(
            "metrics_every leaves 1 recorded step after step 0 (2 of 3 runs): sustained_grok_step"
                + " needs six in a row");
    assertThat(notes("run.training.steps = 501")).isEmpty();
    assertThat(notes("grid.training.stop_after_grok = [-1, 400, 401, 500]"))
        .containsExactly(
            "stop_after_grok leaves 5 recorded steps from the grok step on (1 of 4 runs):"
                + " sustained_grok_step needs six in a row");
  }

  @Test
  void saysWhereTheLearningRateNeverReachesItsValue() throws IOException {
    String steps = "run { training.steps = 50, record.metrics_every = 5 }\n";
    assertThat(notes(steps + "grid.training.warmup_steps = [0, 49, 50]"))
        .containsExactly(
            "warmup_steps lasts as long as the training (1 of 3 runs): the learning rate never"
                + " reaches its value");
  }

  @Test
  void saysWhereTheNetworkCannotTellTheOperandsApart() throws IOException {
    String note =
        "the network sees both operands without their order (%s): it cannot tell (a, b) from (b, a),"
            + " whose answers differ";
    assertThat(
            notes(
                "grid { task.operation = [add, subtract, divide, x2_plus_xy_plus_y2],"
                    + " model.encoding = [none, alibi] }"))
        .containsExactly(note.formatted("2 of 8 runs"));
    assertThat(
            notes(
                """
                run { task { kind = permutation, operation = compose }, model.encoding = none }
                grid.model { layers = [1, 2], causal = [true, false], separate_operands = [true, false] }
                """))
        .containsExactly(note.formatted("3 of 8 runs"));
    assertThat(
            notes(
                "run { model { kind = embedding_mlp, combine = sum }, task.operation = subtract }"))
        .containsExactly(note.formatted("the one run"));
    assertThat(
            notes(
                "run { model { encoding = none, equals_token = false }, task.operation = subtract }"))
        .isEmpty();
  }

  @Test
  void saysWhichFractionsAreTheSame() throws IOException {
    assertThat(notes("run.task.p = 40\ngrid.task.train_fraction = [0.4003, 0.4, 0.5, 0.4001]"))
        .containsExactly(
            "train_fraction takes as many examples with 0.4 and 0.4001 and 0.4003 (640 of 1600)");
  }

  @Test
  void saysWhichPointsAreOneRun() throws IOException {
    assertThat(notes("grid = [{ training.seed = [0, 1, 1] }, { training.seed = [1, 2] }]"))
        .containsExactly(
            "2 of the grid's 5 points are runs that stand before them in it, and count as these");
    assertThat(notes("grid { record.checkpoints = [0, 5], training.max_seconds = [60] }"))
        .containsExactly(
            "record.checkpoints is no part of a run's id: its values make no runs, and the first"
                + " counts");
  }
}
