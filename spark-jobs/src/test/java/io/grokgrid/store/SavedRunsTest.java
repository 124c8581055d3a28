package io.grokgrid.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.grokgrid.config.PlannedRun;
import io.grokgrid.experiment.SavedRun;
import io.grokgrid.keys.RunId;
import io.grokgrid.keys.RunSpecs;
import io.grokgrid.net.Layout;
import io.grokgrid.run.RunSpec;
import io.grokgrid.tables.Logged;
import io.grokgrid.train.TrainingState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SavedRunsTest {
  private static final PlannedRun RUN = run(0);
  private static final PlannedRun OTHER = run(1);

  @TempDir Path folder;

  private SavedRuns saved = new SavedRuns(new Store(""), new Configuration());

  @BeforeEach
  void open() {
    saved = new SavedRuns(new Store(folder.toString()), new Configuration());
  }

  private static PlannedRun run(long seed) {
    RunSpec spec =
        RunSpecs.of(
            Map.of("task.p", 7, "model.d_model", 8, "model.d_mlp", 16, "training.seed", seed));
    return new PlannedRun(RunId.of(spec), spec);
  }

  /** A state of so many updates. */
  private static SavedRun state(PlannedRun run, int attempt, float weight, int steps) {
    Layout layout = run.spec().layout();
    float[] parameters = new float[layout.size()];
    TrainingState state = new TrainingState(run.spec().training(), layout.tensors(), parameters);
    for (int step = 0; step < steps; step++) {
      state.update(new float[parameters.length]);
    }
    parameters[0] = weight;
    return new SavedRun(run, attempt, Instant.EPOCH, state);
  }

  private static SavedRun state(float weight, int steps) {
    return state(RUN, 1, weight, steps);
  }

  private static float firstWeight(SavedRuns.Start start) {
    return Objects.requireNonNull(start.saved()).state().parameters()[0];
  }

  private Path directory(PlannedRun run) {
    return folder.resolve("state").resolve(run.id());
  }

  /** A file that Hadoop has no checksum of, as one that was copied there. */
  private void put(String name, byte[] content) throws IOException {
    Path file = directory(RUN).resolve(name);
    Files.createDirectories(file.getParent());
    Files.deleteIfExists(file.resolveSibling("." + name + ".crc"));
    Files.write(file, content);
  }

  private static byte[] bytes(SavedRun run) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    run.write(bytes);
    return bytes.toByteArray();
  }

  private List<String> states() {
    String[] names = directory(RUN).toFile().list((where, name) -> name.startsWith("step"));
    return List.of(Objects.requireNonNull(names));
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
    saved.save(state(RUN, 2, 7, 0));
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
      saved.withdraw(RUN.id(), start);
    }
  }

  /** A task of short runs: the process of each attempt is lost as it trains the second one. */
  @Test
  void findsWhichRunOfATaskTakesItsProcessDown() {
    List<String> ids = List.of(RUN.id(), OTHER.id());
    SavedRuns first = task(ids);
    assertThat(List.of(first.start(RUN), first.start(OTHER)))
        .containsOnly(new SavedRuns.Start(1, 0, null, false));
    for (int lost = 1; lost < SavedRuns.MOST_STARTS; lost++) {
      SavedRuns again = task(ids);
      SavedRuns.Start start = again.start(RUN);
      assertThat(start.fruitless()).isZero();
      again.forget(List.of(RUN.id())); // it ends
      assertThat(again.start(OTHER).fruitless()).isEqualTo(lost == 1 ? 0 : lost);
    }
    SavedRuns last = task(ids);
    assertThat(last.start(RUN).fruitless()).isZero();
    assertThat(last.start(OTHER).fruitless()).isEqualTo(SavedRuns.MOST_STARTS);
  }

  /** A task that begins, in a sweep of its own. */
  private SavedRuns task(List<String> runIds) {
    SavedRuns task = new SavedRuns(new Store(folder.toString()), new Configuration());
    task.beginTask(runIds, task.suspects()::contains);
    return task;
  }

  @Test
  void leavesNothingOfATaskThatEnds() {
    SavedRuns task = task(List.of(RUN.id(), OTHER.id()));
    assertThat(saved.suspects()).containsExactlyInAnyOrder(RUN.id(), OTHER.id());
    task.start(RUN);
    task.start(OTHER);
    task.endTask();
    assertThat(saved.suspects()).isEmpty();
    assertThat(folder.resolve("state/starts")).doesNotExist();
  }

  @Test
  void keepsATaskThatWasLostUntilAllItsRunsEnded() {
    task(List.of(RUN.id(), OTHER.id()));
    saved.forgetTasks(Set.of(RUN.id()));
    assertThat(saved.suspects()).hasSize(2);
    saved.forgetTasks(Set.of(RUN.id(), OTHER.id(), "neverstarted0000"));
    assertThat(saved.suspects()).isEmpty();
  }

  @Test
  void marksTheStartOfARunThatIsAloneOrSavedSomething() {
    assertThat(task(List.of(RUN.id())).start(RUN).isMarked()).isTrue();
    saved.save(state(7, 2));
    SavedRuns both = task(List.of(RUN.id(), OTHER.id()));
    assertThat(both.start(OTHER).isMarked()).isTrue();
    assertThat(firstWeight(both.start(RUN))).isEqualTo(7);
  }

  @Test
  void takesATaskThatCannotBeReadForOneOfNoRuns() throws IOException {
    Files.createDirectories(folder.resolve("state/tasks/one"));
    Logged logged = new Logged();
    assertThat(saved.suspects()).isEmpty();
    assertThat(logged.lines()).isNotEmpty();
  }

  @Test
  void countsNoStartWhoseNumberIsBeyondAllStarts() throws IOException {
    Path starts = Files.createDirectories(folder.resolve("state/starts"));
    for (String number : List.of("99999999999", "-1", "", "x", "9999999999999999999999")) {
      Files.createFile(starts.resolve(RUN.id() + "-" + number));
    }
    assertThat(saved.start(RUN).attempt()).isEqualTo(1);
    saved.save(state(7, 0));
    assertThat(saved.start(RUN).attempt()).isEqualTo(2);
  }

  @Test
  void keepsTheNewestStateAlone() {
    saved.start(RUN);
    saved.save(state(6, 1));
    saved.save(state(7, 2));
    saved.save(state(8, 3));
    assertThat(states()).containsExactly("step-00000003.state");
    assertThat(firstWeight(saved.start(RUN))).isEqualTo(8);
  }

  @Test
  void usesNoStateThatCannotBeRead() throws Exception {
    saved.save(state(7, 2));
    put("step-99999999.state", "half a sta".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    put(".half", new byte[3]);
    Logged logged = new Logged();
    assertThat(firstWeight(saved.start(RUN))).isEqualTo(7);
    assertThat(logged.lines())
        .containsExactly(
            "WARN SavedRuns: run %s does not go on from file:%s/step-99999999.state but from an older state or"
                    .formatted(RUN.id(), directory(RUN))
                + " anew: length must be at least 24, was 10");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "step-99999999999.state",
        "step-9999999999.state",
        "step-2147483648.state",
        "step-1.state",
        "step-000000001.state",
        "step-00000003.state",
        "step-.state",
        "step-x.state",
        "another.state"
      })
  void usesNoStateWhoseNameIsNotThatOfItsStep(String name) throws IOException {
    put(name, bytes(state(7, 2)));
    Logged logged = new Logged();
    assertThat(saved.start(RUN).saved()).isNull();
    assertThat(logged.lines()).singleElement().asString().contains(name).contains(" must be ");
  }

  @Test
  void ordersStatesByTheirStepsNotByTheirNames() throws IOException {
    put("step-100000000.state", new byte[0]);
    saved.save(state(7, 2));
    Logged logged = new Logged();
    assertThat(firstWeight(saved.start(RUN))).isEqualTo(7);
    assertThat(logged.lines()).singleElement().asString().contains("step-100000000.state");
  }

  /** Else the damaged file would be tried first at each start, and count as newer for all time. */
  @Test
  void savesInPlaceOfWhatWasNotGoneOnFrom() throws IOException {
    put("step-00000002.state", new byte[0]);
    put("step-00000009.state", bytes(state(OTHER, 1, 5, 9)));
    put("step-99999999999.state", new byte[100]);
    Files.createDirectories(directory(RUN).resolve("step-00000500.state/a"));
    assertThat(saved.start(RUN).saved()).isNull();
    saved.save(state(7, 2));
    assertThat(states()).containsExactly("step-00000002.state");
    assertThat(firstWeight(saved.start(RUN))).isEqualTo(7);
  }

  @Test
  void beginsAnewWhereTheStateIsAnotherRuns() throws IOException {
    saved.save(state(OTHER, 1, 7, 2));
    put("step-00000002.state", Files.readAllBytes(directory(OTHER).resolve("step-00000002.state")));
    Logged logged = new Logged();
    assertThat(saved.start(RUN).saved()).isNull();
    assertThat(logged.lines())
        .singleElement()
        .asString()
        .endsWith("run_id must be " + RUN.id() + ", was " + OTHER.id());
  }

  @Test
  void beginsAnewWhereTheStateIsOfAnOlderVersion() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeInt(3);
      out.writeInt(1);
      out.writeObject(RUN);
    }
    put("step-00000002.state", bytes.toByteArray());
    Logged logged = new Logged();
    assertThat(saved.start(RUN).saved()).isNull();
    assertThat(logged.lines())
        .singleElement()
        .asString()
        .endsWith("version must be 4, was 3 or less");
  }

  @Test
  void beginsAnewWhereTheStateIsADirectory() throws IOException {
    Files.createDirectories(directory(RUN).resolve("step-00000002.state"));
    Logged logged = new Logged();
    assertThat(saved.start(RUN).saved()).isNull();
    assertThat(logged.lines())
        .singleElement()
        .asString()
        .endsWith("state must be a file, was a directory");
  }

  @Test
  void refusesThreeHundredFlippedBits() throws IOException {
    byte[] whole = bytes(state(7, 2));
    Random random = new Random(3);
    Logged logged = new Logged();
    for (int i = 0; i < 300; i++) {
      byte[] flipped = whole.clone();
      flipped[random.nextInt(i < 100 ? 100 : whole.length)] ^= (byte) (1 << random.nextInt(8));
      put("step-00000002.state", flipped);
      assertThat(saved.start(RUN).saved()).isNull();
    }
    assertThat(logged.lines()).hasSize(300);
    put("step-00000002.state", whole);
    assertThat(firstWeight(saved.start(RUN))).isEqualTo(7);
  }

  /** Hadoop keeps checksums of its own on a local disk, and reads nothing that they do not fit. */
  @Test
  void refusesWhatTheFileSystemKnowsToBeDamaged() throws IOException {
    saved.save(state(7, 2));
    Path file = directory(RUN).resolve("step-00000002.state");
    byte[] whole = Files.readAllBytes(file);
    byte[] flipped = Arrays.copyOf(whole, whole.length);
    flipped[whole.length - 1] ^= 1;
    Files.write(file, flipped);
    Logged logged = new Logged();
    assertThat(saved.start(RUN).saved()).isNull();
    assertThat(logged.lines()).singleElement().asString().contains("ChecksumException");
  }

  @Test
  void forgetsARunWhole() {
    saved.start(RUN);
    saved.save(state(7, 2));
    saved.forget(List.of(RUN.id(), "neverstarted0000"));
    assertThat(directory(RUN)).doesNotExist();
    assertThat(saved.start(RUN).attempt()).isEqualTo(1);
  }
}
