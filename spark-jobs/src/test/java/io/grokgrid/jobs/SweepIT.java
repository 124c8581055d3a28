package io.grokgrid.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.grokgrid.config.PlannedRun;
import io.grokgrid.config.SpecReader;
import io.grokgrid.keys.RunId;
import io.grokgrid.weights.Safetensors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole sweeps through the command that a user types. */
@Tag("slow")
class SweepIT {
  private static final String SMALL =
      """
      run {
        task { p = 7, train_fraction = 0.6 }
        model { d_model = 16, d_mlp = 32 }
        training { steps = %d }
        record { metrics_every = 20, state_every_seconds = 1 }
      }
      """;

  @TempDir Path folder;

  private Path write(String text) throws Exception {
    return Files.writeString(folder.resolve("study.conf"), text);
  }

  @Test
  void runsThatFailByThemselvesLeaveTheOthersAloneAndAreNotTriedAgain() throws Exception {
    Path conf =
        write(
            SMALL.formatted(40)
                + """
                grid = [ { training.seed = [0, 1] }
                         { training.learning_rate = [1e30] }
                         { model.d_mlp = [20000000, 60000000] } ]
                """);
    StoreRows store = new StoreRows(folder.resolve("out"));
    Grokgrid.Result first = sweep(conf);
    assertThat(first.exitCode()).as(first.stderr()).isEqualTo(3);
    String outcomes = "SELECT outcome, count(*) FROM ROWS GROUP BY 1 ORDER BY 1";
    assertThat(store.query(outcomes))
        .contains(List.of("diverged", "1"), List.of("failed", "2"))
        .hasSize(3);
    assertThat(store.query("SELECT count(*) FROM ROWS WHERE outcome = 'failed' AND error IS NULL"))
        .containsExactly(List.of("0"));

    Grokgrid.Result second = sweep(conf);
    assertThat(second.exitCode()).isEqualTo(3);
    assertThat(second.stderr()).contains("nothing is pending");
    assertThat(store.query("SELECT count(*) FROM ROWS")).containsExactly(List.of("5"));

    Grokgrid.Result third = sweep(conf, "--retry-failed");
    assertThat(third.exitCode()).isEqualTo(3);
    assertThat(store.query("SELECT count(*) FROM ROWS")).containsExactly(List.of("8"));
    String newest = store.query("SELECT max(submission) FROM ROWS").get(0).get(0);
    Grokgrid.Result shown =
        query("SELECT count(*), min(submission) FROM runs WHERE outcome IN ('failed', 'diverged')");
    assertThat(shown.lastLine()).isEqualTo("3," + newest);
  }

  private Grokgrid.Result query(String sql) throws Exception {
    return Grokgrid.run(folder, "query", sql, "--format", "csv");
  }

  private Grokgrid.Result sweep(Path conf, String... more) throws Exception {
    List<String> arguments =
        new java.util.ArrayList<>(List.of("sweep", conf.toString(), "--master", "local[2]"));
    arguments.addAll(List.of(more));
    return Grokgrid.run(folder, arguments.toArray(String[]::new));
  }

  @Test
  void givesEachRunAnImitatedGpuOfItsOwn() throws Exception {
    Path conf =
        write(
            SMALL.formatted(600)
                + "sweep { device = cpu, gpus = 1 }\ngrid.training.seed = { from = 0, until = 8 }");
    StoreRows store = new StoreRows(folder.resolve("out"));
    try (LocalCluster cluster =
        LocalCluster.start(
            folder.resolve("cluster"), "--workers", "2", "--cores", "1", "--gpus", "1")) {
      Grokgrid.Result result =
          Grokgrid.run(folder, "sweep", conf.toString(), "--master", cluster.master());
      assertThat(result.exitCode()).as(result.stderr()).isZero();
    }
    // A relative store means the driver's folder on the executors too.
    assertThat(folder.resolve("out/state/starts")).exists();
    assertThat(store.query("SELECT DISTINCT gpu_address, device FROM ROWS ORDER BY 1"))
        .containsExactly(List.of("0", "cpu"), List.of("1", "cpu"));
    String overlapping =
        """
        SELECT a.run_id FROM ROWS a JOIN ROWS b ON a.gpu_address = b.gpu_address
          AND a.started_at < b.started_at
          AND a.started_at + to_microseconds((a.seconds * 1e6)::BIGINT) > b.started_at
        """;
    assertThat(store.query(overlapping)).isEmpty();
    assertThat(store.query("SELECT count(*) FROM ROWS")).containsExactly(List.of("8"));
  }

  /** One sweep over every kind of task and network; each keeps weights that can be read back. */
  @Test
  void trainsEveryKindAndKeepsItsWeights() throws Exception {
    Path conf =
        write(
            """
            run {
              task { p = 7, train_fraction = 0.5 }
              model { d_model = 16, d_mlp = 32, heads = 2 }
              training { steps = 40 }
              record { metrics_every = 20, attention_every = 20, measurements_every = 40, checkpoints = 3 }
            }
            grid = [
              { task.operation = [add] }
              { task { kind = [permutation], operation = [compose] }, model.kind = [embedding_mlp] }
              { model { kind = [embedding_mlp], hidden_layers = [1, 2], combine = [sum] } }
              {
                task { kind = [sequence], rule = [k_back, shift_invariant], length = [16], ood_length = [32] }
                model { layers = [2], normalization = [pre], dropout = [0.1] }
                training { batch_size = [8], optimizer = [muon], loss = [stablemax] }
              }
            ]
            """);
    Grokgrid.Result result = sweep(conf);
    assertThat(result.exitCode()).as(result.stderr()).isZero();
    StoreRows store = new StoreRows(folder.resolve("out"));
    assertThat(
            store.query(
                "SELECT task, model, count(*), count(p), count(rule), count(train_examples)"
                    + " FROM ROWS GROUP BY ALL ORDER BY ALL"))
        .containsExactly(
            List.of("modular", "embedding_mlp", "2", "2", "0", "2"),
            List.of("modular", "transformer", "1", "1", "0", "1"),
            List.of("permutation", "embedding_mlp", "1", "0", "0", "1"),
            List.of("sequence", "transformer", "2", "0", "2", "0"));
    assertThat(
            store.query(
                "SELECT count(*) FROM (SELECT task, unnest(metrics) AS m FROM ROWS)"
                    + " WHERE (m.ood_loss IS NOT NULL) <> (task = 'sequence' AND m.step = 40)"))
        .containsExactly(List.of("0"));
    for (PlannedRun run : SpecReader.read(conf, List.of()).runs()) {
      Path kept = folder.resolve("out/checkpoints").resolve(run.id());
      assertThat(kept.toFile().list((directory, name) -> !name.endsWith(".crc")))
          .containsExactlyInAnyOrder(
              "step-00000000.safetensors",
              "step-00000006.safetensors",
              "step-00000040.safetensors");
      byte[] file = Files.readAllBytes(kept.resolve("step-00000040.safetensors"));
      assertThat(Safetensors.read(file, "last", run.spec().layout()))
          .hasSize(run.spec().layout().size());
      assertThat(Safetensors.metadata(file, "last"))
          .containsEntry("run_id", run.id())
          .containsEntry("step", "40")
          .containsKey("run")
          .containsEntry("identity", RunId.canonical(run.spec()));
    }
  }

  @Test
  void refusesAGpuThatIsNotThere() throws Exception {
    Path conf = write(SMALL.formatted(10) + "sweep.device = gpu");
    Grokgrid.Result local = sweep(conf);
    assertThat(local.exitCode()).isEqualTo(2);
    assertThat(local.stderr()).contains("sweep.gpus must be 0 on the master local[2]");
    try (LocalCluster cluster =
        LocalCluster.start(
            folder.resolve("cluster"), "--workers", "1", "--cores", "1", "--gpus", "1")) {
      Grokgrid.Result imitated =
          Grokgrid.run(folder, "sweep", conf.toString(), "--master", cluster.master());
      assertThat(imitated.exitCode()).isEqualTo(1);
      assertThat(imitated.stderr()).contains("PyTorch finds no CUDA device");
    }
    assertThat(folder.resolve("out/runs")).doesNotExist();
  }

  @Test
  void refusesAWrongConfigurationBeforeSparkStarts() throws Exception {
    Path conf = write("run {\n  training.weight_deacy = 1\n  model.heads = 3\n}\n");
    Grokgrid.Result result = sweep(conf);
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.stdout()).isEmpty();
    assertThat(result.stderr().lines())
        .containsExactly(
            conf + ":2 run.training.weight_deacy: unknown key; did you mean weight_decay?",
            conf + ":3 run.model.heads: must divide d_model 128, was 3");
  }
}
