package io.grokgrid.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.grokgrid.config.PlannedRun;
import io.grokgrid.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PhasesTest {
  private static final Path PUBLISHED = Path.of("../../shared/peers/curves/nanda_fraction_0.3.csv");

  private final PlannedRun run = Example.study("grid.training.weight_decay=[1.0]").runs().get(0);
  private final Store store;

  PhasesTest(@TempDir Path folder) {
    store = new Store(folder.toUri().toString());
  }

  /**
   * Excluded loss is lowest at 200 (and again at 300, and lower still after the grok step). The
   * plateau is the median of 20, 16, 18 and 4, so cleanup starts at 400, the last step with 8.5. At
   * 600 the test loss is low, but the norm falls; at 700 it has changed by less than a thousandth
   * (2 in 1000 of its square would be 0.01 of what decay takes in 100 steps).
   */
  @Test
  void boundsAreAsWorkedByHand() throws IOException {
    MadeUp.append(
        store,
        List.of(
            new MadeUp(run)
                .at(0, 0, 0, 4, 20)
                .at(100, 1, 0, 30, 30)
                .at(200, 1, 0, 20, 29)
                .at(300, 1, 0, 16, 28)
                .at(400, 1, 0, 18, 27)
                .at(500, 1, 0.5, 4, 25)
                .at(600, 1, 1, 0.005, 20)
                .at(700, 1, 1, 0.001, 19.99)
                .at(800, 1, 1, 9, 19.99)
                .measured("progress", "answer_excluded_loss", 4, 2, 1, 1, 3, 5, 0.5, 7)));

    assertThat(
            MadeUp.lines(
                MadeUp.ask(store, NamedQuery.PHASES)
                    .select(
                        "memorised_step",
                        "memorisation_end",
                        "cleanup_start",
                        "grok_step",
                        "cleanup_end",
                        "last_step",
                        "lowest_excluded_loss",
                        "plateau")))
        .containsExactly("100,200,400,600,700,800,1.0,17.0");
  }

  /** Where a run's end is known, its key frequencies count. */
  @Test
  void theFrequenciesOfTheEndGoBeforeAll() throws IOException {
    MadeUp.append(
        store,
        List.of(
            new MadeUp(run)
                .at(0, 0, 0, 4, 20)
                .at(100, 1, 0, 8, 30)
                .at(200, 1, 0, 8, 30)
                .at(300, 1, 1, 0.005, 20)
                .at(400, 1, 1, 0.005, 10)
                .measured("progress", "answer_excluded_loss", 4, 2, 3, 5)
                .measured("progress", "final_excluded_loss", 4, 3, 2.5, 5)));

    assertThat(
            MadeUp.lines(
                MadeUp.ask(store, NamedQuery.PHASES)
                    .select("memorisation_end", "excluded", "lowest_excluded_loss")))
        .containsExactly("200,final_excluded_loss,2.5");
  }

  @Test
  void cleanupThatNeverEndsHasNoEnd() throws IOException {
    MadeUp.append(
        store,
        List.of(
            new MadeUp(run)
                .at(0, 0, 0, 4, 20)
                .at(100, 1, 0, 8, 30)
                .at(300, 1, 1, 0.005, 20)
                .at(400, 1, 1, 0.005, 10)
                .measured("progress", "answer_excluded_loss", 4, 2, 3, 5)));

    assertThat(
            MadeUp.lines(
                MadeUp.ask(store, NamedQuery.PHASES)
                    .select("memorisation_end", "cleanup_start", "cleanup_end")))
        .containsExactly("100,100,null");
  }

  /** Another seed than the one whose bounds were drawn: test loss 1 at 7,583, 0.01 at 8,258. */
  @Test
  void cleanupOfAPublishedCurveStartsWhereItsTestLossHasHalved() throws IOException {
    assumeTrue(Files.exists(PUBLISHED), "the published curves are not here");
    MadeUp mainline = new MadeUp(run);
    for (String line : Files.readAllLines(PUBLISHED).stream().skip(1).toList()) {
      String[] row = line.split(",", -1);
      int step = Integer.parseInt(row[0]);
      if (step % 100 == 0) {
        double testLoss = Double.parseDouble(row[2]);
        mainline.at(step, step >= 200 ? 1 : 0, step >= 8300 ? 1 : 0, testLoss, 10);
      }
    }
    mainline.measured("progress", "answer_excluded_loss", 4, 2, 1, 3);
    MadeUp.append(store, List.of(mainline));

    assertThat(
            MadeUp.lines(
                MadeUp.ask(store, NamedQuery.PHASES).select("cleanup_start", "cleanup_end")))
        .containsExactly("6700,8300");
  }

  @Test
  void runsThatWereNotMeasuredOrDidNotGeneraliseHaveNoRow() throws IOException {
    List<PlannedRun> runs = Example.study().runs();
    MadeUp.append(
        store,
        List.of(
            MadeUp.grokking(runs.get(0), 500),
            MadeUp.grokking(runs.get(5), 0).measured("progress", "answer_excluded_loss", 4, 2, 3)));

    assertThat(MadeUp.ask(store, NamedQuery.PHASES).columns())
        .startsWith("run_id", "operation", "p", "train_fraction", "weight_decay", "seed");
    assertThat(MadeUp.lines(MadeUp.ask(store, NamedQuery.PHASES))).isEmpty();
  }
}
