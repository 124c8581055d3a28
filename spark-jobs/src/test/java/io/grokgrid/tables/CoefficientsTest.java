package io.grokgrid.tables;

import static org.assertj.core.api.Assertions.assertThat;

import io.grokgrid.config.PlannedRun;
import io.grokgrid.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CoefficientsTest {
  private final Store store;
  private final List<PlannedRun> runs =
      Example.study("grid.training.weight_decay=[1.0]", "grid.training.seed=[0,1]").runs();

  CoefficientsTest(@TempDir Path folder) {
    store = new Store(folder.toUri().toString());
  }

  private static MadeUp sound(MadeUp run, int step, String analysis, double mean) {
    return run.measured(step, analysis, "mean", mean)
        .measured(step, analysis, "unverified_mean", mean)
        .measured(step, analysis, "verdict.sound", 1)
        .measured(step, analysis, "std", 2)
        .measured(step, analysis, "r_hat", 1.01);
  }

  /** Both are at 100 before their grok steps, 400 and 500. */
  private void append() {
    MadeUp first = sound(MadeUp.grokking(runs.get(0), 400), 100, "llc", 40);
    sound(sound(first, 400, "llc", 20), 400, "llc_published", 7);
    MadeUp second =
        MadeUp.grokking(runs.get(1), 500)
            .measured(100, "llc", "unverified_mean", -3)
            .measured(100, "llc", "verdict.not_a_minimum", 1)
            .measured(400, "llcx", "mean", 99);
    sound(second, 400, "llc", 30);
    MadeUp.append(store, List.of(first, second));
  }

  @Test
  void cellsHaveMediansOfSoundEstimatesAlone() throws IOException {
    append();

    assertThat(
            MadeUp.lines(
                MadeUp.ask(store, NamedQuery.LLC)
                    .select(
                        "analysis",
                        "step",
                        "of_grok_step",
                        "runs",
                        "llc",
                        "llc_low",
                        "test_loss",
                        "sound",
                        "not_a_minimum",
                        "unmixed")))
        .containsExactly(
            "llc,100,0.225,2,40.0,null,8.0,1,1,0",
            "llc,400,0.9,2,25.0,null,0.5,2,0,0",
            "llc_published,400,1.0,1,7.0,null,0.5,1,0,0");
  }

  @Test
  void anEstimateThatIsNotSoundHasNoValue() throws IOException {
    append();

    assertThat(
            MadeUp.lines(
                MadeUp.ask(store, NamedQuery.LLC_CHECKPOINTS)
                    .select(
                        "seed",
                        "analysis",
                        "step",
                        "of_grok_step",
                        "llc",
                        "std",
                        "verdict",
                        "r_hat",
                        "acceptance",
                        "unverified",
                        "train_loss")))
        .containsExactly(
            "0,llc,100,0.25,40.0,2.0,sound,1.01,null,40.0,1.0",
            "0,llc,400,1.0,20.0,2.0,sound,1.01,null,20.0,1.0",
            "0,llc_published,400,1.0,7.0,2.0,sound,1.01,null,7.0,1.0",
            "1,llc,100,0.2,null,null,not_a_minimum,null,null,-3.0,1.0",
            "1,llc,400,0.8,30.0,2.0,sound,1.01,null,30.0,null");
  }
}
