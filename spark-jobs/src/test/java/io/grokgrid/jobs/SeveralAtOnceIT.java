package io.grokgrid.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sweeps whose tasks train several runs of one shape at once, as they do on a GPU. */
@Tag("slow")
class SeveralAtOnceIT {
  /** Of two shapes and one run that no device can take at once with others. */
  private static final String STUDY =
      """
      sweep { name = at_once, device = cpu, runs_at_once = %d }
      run {
        task { p = 7, train_fraction = 0.6 }
        model { d_model = 16, d_mlp = 32, activation = gelu }
        training { steps = 400, batch_size = 10 }
        record { metrics_every = 50, attention_every = 200, checkpoints = 3, state_every_seconds = 0.3 }
      }
      grid = [
        { training { weight_decay = [0.5, 1], seed = [0, 1, 2] } }
        { model.encoding = [rope], training.seed = [0, 1, 2, 3] }
        { model.kind = [embedding_mlp] }
      ]
      """;

  private static final int RUNS = 11;

  @TempDir static Path folder;

  private static Path conf;
  private static StoreRows undisturbed;

  @BeforeAll
  static void sweepUndisturbed() throws Exception {
    conf = Files.writeString(folder.resolve("study.conf"), STUDY.formatted(4));
    undisturbed = new StoreRows(folder.resolve("undisturbed"));
    Grokgrid.Result result = Grokgrid.run(folder, sweep(conf, undisturbed));
    assertThat(result.exitCode()).as(result.stderr()).isZero();
    assertThat(undisturbed.submissions()).hasSize(RUNS);
  }

  private static String[] sweep(Path study, StoreRows store) {
    return new String[] {
      "sweep", study.toString(), "--out", store.out().toString(), "--master", "local[2]"
    };
  }

  @Test
  void areWhatTheyAreOneByOne() throws Exception {
    Path alone = Files.writeString(folder.resolve("alone.conf"), STUDY.formatted(1));
    StoreRows store = new StoreRows(folder.resolve("alone"));
    Grokgrid.Result result = Grokgrid.run(folder, sweep(alone, store));
    assertThat(result.exitCode()).as(result.stderr()).isZero();
    assertClose(store);
  }

  /** All but the last bits, which 400 steps let grow. */
  private static void assertClose(StoreRows store) throws Exception {
    String metrics =
        "(SELECT run_id, unnest(metrics) AS m FROM read_parquet('%s/runs/*/*.parquet'))";
    List<String> apart =
        undisturbed
            .query(
                "SELECT count(*), max(abs(a.m.test_loss / b.m.test_loss - 1)),"
                    + " max(abs(a.m.train_accuracy - b.m.train_accuracy)) FROM "
                    + metrics.formatted(undisturbed.out())
                    + " a JOIN "
                    + metrics.formatted(store.out())
                    + " b ON a.run_id = b.run_id AND a.m.step = b.m.step")
            .get(0);
    assertThat(apart.get(0)).isEqualTo(Integer.toString(9 * RUNS));
    assertThat(Double.parseDouble(apart.get(1))).isLessThan(1e-3);
    assertThat(Double.parseDouble(apart.get(2))).isZero();
  }

  /** Not bit for bit: others go on together than before. */
  @Tag("kills")
  @Test
  void goOnAfterAKillAndAnInterrupt() throws Exception {
    StoreRows store = new StoreRows(folder.resolve("killed"));
    for (boolean isKilled : new boolean[] {true, false}) {
      Map<String, Integer> before = store.savedSteps();
      try (Grokgrid.Started driver =
          Grokgrid.start(List.of(sweep(conf, store)), Map.of(), folder)) {
        while (store.savedSteps().equals(before)) {
          assertThat(driver.exit().waitFor(20, TimeUnit.MILLISECONDS))
              .as(driver.stderr())
              .isFalse();
        }
        if (isKilled) {
          driver.kill();
        } else {
          driver.interrupt();
          assertThat(driver.await().exitCode()).isEqualTo(130);
        }
      }
    }
    Grokgrid.Result last = Grokgrid.run(folder, sweep(conf, store));
    assertThat(last.exitCode()).as(last.stderr()).isZero();
    assertThat(store.submissions()).hasSize(RUNS);
    assertThat(store.query("SELECT count(*) FROM ROWS WHERE resumed_from_step > 0").get(0).get(0))
        .isNotEqualTo("0");
    assertClose(store);
    Grokgrid.Result verified =
        Grokgrid.run(folder, "verify", conf.toString(), "--out", store.out().toString());
    assertThat(verified.exitCode()).as(verified.stdout() + verified.stderr()).isZero();
  }
}
