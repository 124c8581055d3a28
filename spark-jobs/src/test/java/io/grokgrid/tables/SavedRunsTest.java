package io.grokgrid.tables;

import static org.assertj.core.api.Assertions.assertThat;

import io.grokgrid.experiment.RunSpecs;
import io.grokgrid.experiment.SavedRun;
import io.grokgrid.train.TrainingState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SavedRunsTest {
  private static final String RUN = "0123456789abcdef";

  @TempDir Path folder;

  private SavedRuns saved = new SavedRuns(new Store(""), new Configuration());

  @BeforeEach
  void open() {
    saved = new SavedRuns(new Store(folder.toString()), new Configuration());
  }

  private static SavedRun run(float weight) {
    TrainingState state =
        new TrainingState(RunSpecs.of(Map.of()).training(), List.of(), new float[] {weight, 2});
    return new SavedRun(RUN, RunSpecs.of(Map.of()).record(), Instant.EPOCH, state);
  }

  private static float firstWeight(SavedRuns.Start start) {
    return Objects.requireNonNull(start.saved()).state().parameters()[0];
  }

  @Test
  void countsTheStartsThatGotNoFurther() {
    for (int before = 0; before < 4; before++) {
      SavedRuns.Start start = saved.start(RUN);
      assertThat(start.fruitless()).isEqualTo(before);
      assertThat(start.attempt()).isEqualTo(before + 1);
      assertThat(start.saved()).isNull();
    }
  }

  @Test
  void goesOnFromWhatWasSavedAndForgetsTheStartsBefore() {
    saved.start(RUN);
    saved.start(RUN);
    saved.save(run(7), 2);
    SavedRuns.Start start = saved.start(RUN);
    assertThat(start.attempt()).isEqualTo(3);
    assertThat(start.fruitless()).isZero();
    assertThat(firstWeight(start)).isEqualTo(7);
  }

  @Test
  void doesNotCountAStartThatWasToldToEnd() {
    for (int night = 0; night < 5; night++) {
      SavedRuns.Start start = saved.start(RUN);
      assertThat(start.fruitless()).isZero();
      saved.withdraw(RUN, start.attempt());
    }
  }

  @Test
  void usesNoStateThatCannotBeRead() throws Exception {
    saved.save(run(7), 1);
    Path directory = folder.resolve("state").resolve(RUN);
    Files.writeString(directory.resolve("step-99999999.state"), "half a sta");
    Files.writeString(
        directory.resolve(".half"), "what a kill left of a state that was being written");
    assertThat(firstWeight(saved.start(RUN))).isEqualTo(7);
  }

  @Test
  void forgetsARunWhole() {
    saved.start(RUN);
    saved.save(run(7), 1);
    saved.forget(List.of(RUN, "neverstarted0000"));
    assertThat(folder.resolve("state").resolve(RUN)).doesNotExist();
    assertThat(saved.start(RUN).attempt()).isEqualTo(1);
  }
}
