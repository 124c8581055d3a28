package io.grokgrid.experiment;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import io.grokgrid.config.PlannedRun;
import io.grokgrid.keys.RunId;
import io.grokgrid.keys.RunSpecs;
import io.grokgrid.net.Layout;
import io.grokgrid.net.Tied;
import io.grokgrid.run.RunSpec;
import io.grokgrid.train.Milestones;
import io.grokgrid.train.TrainingState;
import io.grokgrid.weights.Safetensors;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ExperimentTest {
  private static final RunSpec SPEC =
      RunSpecs.of(Map.of("task.p", 7, "model.d_model", 8, "model.d_mlp", 16));

  private static int depth(int more) {
    return more == 0 ? 0 : 1 + depth(more - 1);
  }

  private static RunResult failing(RuntimeException exception) {
    return new Experiment(new PlannedRun("a", SPEC), Device.cpu(), 1, null)
        .run(
            now -> {
              if (now.state().step() == 3) {
                throw exception;
              }
              return true;
            },
            (step, file) -> {})
        .orElseThrow();
  }

  @Test
  void aRunThatFailsSaysWhatWentWrong() {
    RunResult result = failing(new IllegalStateException("no more of it"));
    assertThat(result.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(result.lastStep()).isEqualTo(3);
    assertThat(result.error()).isEqualTo("IllegalStateException: no more of it");
  }

  @Test
  void whatSaysNothingIsShownWithItsPlace() {
    assertThat(failing(new NullPointerException()).error())
        .startsWith("NullPointerException at io.grokgrid.experiment.ExperimentTest.");
    RunResult result =
        new Experiment(new PlannedRun("a", SPEC), Device.cpu(), 1, null)
            .run(now -> depth(100_000_000) > 0, (step, file) -> {})
            .orElseThrow();
    assertThat(result.error())
        .startsWith("StackOverflowError at io.grokgrid.experiment.ExperimentTest.depth(");
  }

  /**
   * Every tensor is in it, W_U too where embeddings are tied, which is trained and counted once.
   */
  @Test
  void aFileOfTiedWeightsHoldsBothTensors() {
    RunSpec run =
        RunSpecs.of(
            Map.of(
                "task.p", 7,
                "model.d_model", 8,
                "model.d_mlp", 16,
                "model.tied_embeddings", true,
                "training.steps", 3,
                "record.checkpoints", 2));
    List<byte[]> files = new ArrayList<>();
    RunResult result =
        new Experiment(new PlannedRun(RunId.of(run), run), Device.cpu(), 1, null)
            .run(now -> true, (step, file) -> files.add(file))
            .orElseThrow();
    byte[] last = files.get(files.size() - 1);
    Layout all = run.model().untied().layout(run.signature());
    float[] stored = Safetensors.read(last, "last", all);
    float[] trained = run.weights(last, "last");
    assertThat(trained).hasSize(result.parameters()).hasSize(all.size() - 7 * 8);
    assertThat(Tied.untied(run.model(), run.signature(), trained)).isEqualTo(stored);
    assertThat(result.metrics().get(result.metrics().size() - 1).weightNorm())
        .isEqualTo(TrainingState.norm(trained));
    stored[all.at("embed.W_E").offset()] += 1;
    byte[] apart = Safetensors.write(all, stored, Map.of());
    assertThatThrownBy(() -> run.weights(apart, "apart"))
        .hasMessageContaining("unembed.W_U must be the transpose of embed.W_E's first 7 rows");
  }

  @Test
  void aHeapThatWasTooSmallIsShownWithItsSize() {
    assertThat(Experiment.message(new OutOfMemoryError("Java heap space")))
        .matches("OutOfMemoryError: Java heap space \\(heap of \\d+ MiB; all runs .* share it\\)");
  }

  private static final Map<String, Object> GROKS =
      Map.of(
          "task.p", 23,
          "task.train_fraction", 0.9,
          "model.d_model", 32,
          "model.d_mlp", 64,
          "training.steps", 500,
          "training.learning_rate", 3e-3,
          "record.metrics_every", 10,
          "record.checkpoints_at", "grokked, memorised");

  private static RunResult train(
      PlannedRun run,
      @Nullable SavedRun from,
      Predicate<SavedRun> goOn,
      Map<Integer, byte[]> kept) {
    return new Experiment(run, Device.cpu(), 1, from)
        .run(goOn, kept::put)
        .orElseGet(() -> RunResult.of(run, from, Outcome.CONFUSED, null, 1, null));
  }

  /** Whether or not the run is cut in between. */
  @Test
  void keepsTheWeightsOfMilestones() {
    RunSpec spec = RunSpecs.of(GROKS);
    PlannedRun run = new PlannedRun(RunId.of(spec), spec);
    Map<Integer, byte[]> kept = new TreeMap<>();
    Map<Integer, byte[]> resumed = new TreeMap<>();
    SavedRun[] cut = new SavedRun[1];
    Milestones found = train(run, null, now -> true, kept).milestones();

    RunResult unused =
        train(
            run,
            null,
            now -> {
              cut[0] = now;
              return now.state().step() < 201;
            },
            resumed);
    RunResult second = train(run, cut[0], now -> true, resumed);

    assertThat(found.memorisedStep()).isNotNull().isLessThan(201);
    assertThat(found.grokStep()).isNotNull().isGreaterThan(201);
    assertThat(kept.keySet()).containsExactly(found.memorisedStep(), found.grokStep());
    assertThat(second.milestones()).isEqualTo(found);
    assertThat(resumed.keySet()).isEqualTo(kept.keySet());
    kept.forEach((step, file) -> assertThat(resumed.get(step)).isEqualTo(file));
  }

  /** The name is the beginning of a SHA-256 of what differs from the defaults. */
  @Test
  void aCheckpointSaysAllOfItsRun() throws NoSuchAlgorithmException {
    RunSpec spec =
        RunSpecs.of(
            Map.of(
                "task.p", 7,
                "model.d_model", 8,
                "training.steps", 1,
                "record.checkpoints", 1));
    PlannedRun run = new PlannedRun(RunId.of(spec), spec);
    Map<Integer, byte[]> kept = new TreeMap<>();
    RunResult unused = train(run, null, now -> true, kept);

    Map<String, String> metadata = Safetensors.metadata(Objects.requireNonNull(kept.get(1)), "it");
    assertThat(metadata)
        .containsEntry("run_id", run.id())
        .containsEntry("step", "1")
        .containsEntry("run", RunId.whole(spec))
        .containsEntry("identity", "{\"model.d_model\":8,\"task.p\":7,\"training.steps\":1}");
    byte[] digest =
        MessageDigest.getInstance("SHA-256")
            .digest(String.valueOf(metadata.get("identity")).getBytes(UTF_8));
    assertThat(HexFormat.of().formatHex(digest)).startsWith(run.id());
  }
}
