package io.grokgrid.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grokgrid.experiment.Outcome;
import io.grokgrid.run.RunSpec;
import io.grokgrid.tables.Example;
import io.grokgrid.train.Milestones;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedSet;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointsTest {
  @TempDir private Path folder;

  private Checkpoints checkpoints() {
    return checkpoints(false);
  }

  private Checkpoints checkpoints(boolean addsOnly) {
    Store store = new Store(folder.toUri().toString());
    return new Checkpoints(store, "0123", new Configuration(false), addsOnly);
  }

  @Test
  void aFileIsThereWholeUnderItsStepAndNothingElse() throws IOException {
    checkpoints().keep(1000, new byte[] {1, 2, 3});
    Path directory = folder.resolve("checkpoints/0123");
    assertThat(Files.readAllBytes(directory.resolve("step-00001000.safetensors")))
        .containsExactly(1, 2, 3);
    assertThat(directory.toFile().list((where, name) -> !name.endsWith(".crc")))
        .containsExactly("step-00001000.safetensors");
  }

  @Test
  void anotherAttemptTakesThePlaceOfTheFirst() throws IOException {
    checkpoints().keep(7, new byte[] {1});
    checkpoints().keep(7, new byte[] {2, 3});
    assertThat(Files.readAllBytes(folder.resolve("checkpoints/0123/step-00000007.safetensors")))
        .containsExactly(2, 3);
  }

  @Test
  void whereNothingCanBeWrittenItSaysSo() throws IOException {
    Files.writeString(folder.resolve("checkpoints"), "a file in the way");
    assertThatThrownBy(() -> checkpoints().keep(7, new byte[] {1}))
        .isInstanceOf(UncheckedIOException.class);
  }

  @Test
  void anAttemptBegunAnewKeepsNothingOfTheLast() throws IOException {
    Path directory = Files.createDirectories(folder.resolve("checkpoints/0123"));
    checkpoints().keep(7, new byte[] {1});
    Files.writeString(directory.resolve(".half-written"), "x");
    checkpoints().begin(false);
    assertThat(directory.toFile().list((where, name) -> !name.endsWith(".crc")))
        .containsExactly("step-00000007.safetensors");
    checkpoints().begin(true);
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void whatIsOfARowInTheStoreStaysUntilThereAreOthers() throws IOException {
    Path directory = Files.createDirectories(folder.resolve("checkpoints/0123"));
    checkpoints().keep(7, new byte[] {1});
    Files.writeString(directory.resolve(".half-written"), "x");
    checkpoints(true).begin(true);
    assertThat(directory.toFile().list((where, name) -> !name.endsWith(".crc")))
        .containsExactly("step-00000007.safetensors");
  }

  private static SortedSet<Integer> steps(String record, int last, Outcome outcome, boolean old) {
    RunSpec run = Example.study("run.record = {" + record + "}").runs().get(0).spec();
    Integer grok = outcome == Outcome.GROKKED ? 500 : null;
    Milestones reached = new Milestones(100, grok, null);
    return Checkpoints.steps(run, new Checkpoints.End(last, outcome, reached, old));
  }

  /** Of 1,000 planned steps. */
  @Test
  void knowsWhichStepsARunKept() {
    assertThat(steps("checkpoints = 4", 600, Outcome.GROKKED, false))
        .containsExactly(0, 10, 100, 600);
    assertThat(steps("checkpoints = 4", 600, Outcome.GROKKED, true)).containsExactly(0, 1, 32, 600);
    assertThat(steps("checkpoints = 4", 100, Outcome.DIVERGED, false)).containsExactly(0, 10);
    assertThat(steps("checkpoints = 4", 600, Outcome.FAILED, false)).isEmpty();
    String exact = "checkpoint_steps = [0, 600, 700], checkpoints_at = [memorised, grokked]";
    assertThat(steps(exact, 600, Outcome.GROKKED, false)).containsExactly(0, 100, 500, 600);
    assertThat(steps(exact, 650, Outcome.OUT_OF_TIME, false)).containsExactly(0, 100, 600);
    assertThat(steps(exact, 100, Outcome.DIVERGED, false)).containsExactly(0);
    assertThat(steps("checkpoints = 0", 600, Outcome.GROKKED, false)).isEmpty();
  }
}
