package io.grokgrid.experiment;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import ai.djl.Device;
import io.grokgrid.base.Refused;
import io.grokgrid.config.PlannedRun;
import io.grokgrid.keys.Key;
import io.grokgrid.keys.RunId;
import io.grokgrid.keys.RunSpecs;
import io.grokgrid.run.RunSpec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SavedRunTest {
  private static final int HEADER = 24;
  private static final PlannedRun RUN = run(Map.of());

  /** What {@link #RUN} saved at step 23 and at step 31. */
  private static byte[] state = {};

  private static byte[] later = {};

  private static PlannedRun run(Map<String, Object> settings) {
    Map<String, Object> all =
        new HashMap<>(
            Map.of(
                "task.p", 7,
                "task.train_fraction", 0.6,
                "model.d_model", 8,
                "model.heads", 2,
                "model.d_mlp", 16,
                "training.steps", 40,
                "record.metrics_every", 5,
                "record.attention_every", 10,
                "record.measurements_every", 10));
    all.putAll(settings);
    RunSpec spec = RunSpecs.of(all);
    return new PlannedRun(RunId.of(spec), spec);
  }

  @BeforeAll
  static void train() throws IOException {
    state = savedAt(RUN, 23);
    later = savedAt(RUN, 31);
  }

  private static Optional<RunResult> train(
      PlannedRun run, @Nullable SavedRun from, int until, byte[][] out) {
    return new Experiment(run, Device.cpu(), from == null ? 1 : 2, from)
        .run(
            now -> {
              if (now.state().step() == until) {
                out[0] = bytes(now);
              }
              return now.state().step() < until;
            },
            (step, file) -> {});
  }

  private static byte[] savedAt(PlannedRun run, int step) throws IOException {
    byte[][] saved = new byte[1][];
    assertThat(train(run, null, step, saved)).isEmpty();
    return saved[0];
  }

  private static byte[] bytes(SavedRun run) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      run.write(bytes);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return bytes.toByteArray();
  }

  private static SavedRun read(byte[] file, PlannedRun run) throws IOException {
    return SavedRun.read(() -> new ByteArrayInputStream(file), file.length, run);
  }

  @ParameterizedTest
  @ValueSource(strings = {"adamw", "adam", "sgd", "muon"})
  void goesOnBitForBit(String optimizer) throws IOException {
    PlannedRun run = run(Map.of("training.optimizer", optimizer, "training.momentum", 0.5));
    RunResult whole = train(run, null, 99, new byte[1][]).orElseThrow();
    byte[] saved = savedAt(run, 23);
    SavedRun from = read(saved, run);
    assertThat(bytes(from)).isEqualTo(saved);
    byte[][] further = new byte[1][];
    assertThat(train(run, from, 31, further)).isEmpty();
    SavedRun last = read(further[0], run);
    assertThat(last.attempt()).isEqualTo(2);
    assertThat(last.startedAt()).isEqualTo(from.startedAt());
    double spent = last.state().seconds();
    RunResult resumed = train(run, last, 99, new byte[1][]).orElseThrow();
    assertThat(resumed.metrics()).isEqualTo(whole.metrics());
    assertThat(resumed.attention()).isEqualTo(whole.attention()).isNotEmpty();
    assertThat(resumed.measurements()).isEqualTo(whole.measurements()).isNotEmpty();
    assertThat(resumed.resumedFromStep()).isEqualTo(31);
    assertThat(resumed.seconds()).isGreaterThan(spent);
  }

  /** At a step that is no multiple of any interval, where the end of the time alone is recorded. */
  @ParameterizedTest
  @ValueSource(strings = {"modular", "sequence"})
  void goesOnBitForBitWhereTheTimeWasOver(String task) throws IOException {
    Map<String, Object> settings =
        task.equals("modular")
            ? Map.of()
            : Map.of(
                "task.kind", "sequence",
                "task.length", 6,
                "task.ood_length", 8,
                "training.batch_size", 4);
    PlannedRun run = run(settings);
    Map<String, Object> limited = new HashMap<>(settings);
    limited.put("training.max_seconds", 1e-9);
    PlannedRun brief = run(limited);
    assertThat(brief.id()).isEqualTo(run.id());
    RunResult whole = train(run, null, 99, new byte[1][]).orElseThrow();

    for (int step : new int[] {23, 25, 30}) {
      byte[][] saved = new byte[1][];
      SavedRun cut = read(savedAt(run, step), brief);
      RunResult over =
          new Experiment(brief, Device.cpu(), 2, cut)
              .run(
                  now -> {
                    saved[0] = bytes(now);
                    return true;
                  },
                  (at, file) -> {})
              .orElseThrow();
      assertThat(over.outcome()).isEqualTo(Outcome.OUT_OF_TIME);
      assertThat(over.lastStep()).isEqualTo(step);
      RunResult resumed = train(run, read(saved[0], run), 99, new byte[1][]).orElseThrow();
      assertThat(resumed.metrics()).isEqualTo(whole.metrics());
      assertThat(resumed.attention()).isEqualTo(whole.attention()).isNotEmpty();
      assertThat(resumed.measurements()).isEqualTo(whole.measurements()).isNotEmpty();
      assertThat(resumed.outcome()).isEqualTo(whole.outcome());
    }
  }

  /** Weights were kept at other steps by versions that did not say so. */
  @Test
  void refusesAStateThatKeptWeightsAtOtherSteps() throws IOException {
    PlannedRun three = run(Map.of("record.checkpoints", 3));
    byte[] saved = savedAt(three, 23);
    assertThat(read(saved, three).state().step()).isEqualTo(23);
    assertThat(new String(saved, ISO_8859_1)).contains(", spacing=2}");
  }

  @Test
  void saysOfWhichRunAFileIs() throws IOException {
    assertThat(SavedRun.runId(() -> new ByteArrayInputStream(state), state.length))
        .isEqualTo(RUN.id());
    byte[] flipped = state.clone();
    flipped[1000] ^= 1;
    assertThatThrownBy(
            () -> SavedRun.runId(() -> new ByteArrayInputStream(flipped), flipped.length))
        .isInstanceOf(Refused.class)
        .hasMessageContaining("checksum must be ");
  }

  @Test
  void isTheSameFileWhateverIsDoneWithIt() throws IOException {
    assertThat(bytes(read(state, RUN))).isEqualTo(state);
    assertThat(read(state, RUN).state().step()).isEqualTo(23);
  }

  @Test
  void refusesWhatIsCutOffOrGoesOn() {
    for (int length = 0; length < state.length; length += length < 300 ? 1 : 97) {
      refuses(Arrays.copyOf(state, length), "length must be ");
    }
    refuses(new byte[0], "length must be at least 24, was 0");
    refuses(Arrays.copyOf(state, state.length + 1), "length must be 24 + ");
    refuses(joined(state, state), "length must be 24 + ");
  }

  @Test
  void refusesOtherFormatsAndVersions() throws IOException {
    ByteArrayOutputStream java = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(java)) {
      out.writeInt(3);
      out.writeObject(new HashMap<>(Map.of("a", "b")));
      out.writeObject(new byte[100]);
    }
    refuses(java.toByteArray(), "version must be 4, was 3 or less");
    refuses(edited(state, file -> file.putInt(8, 5)), "version must be 4, was 5");
    refuses("a text that somebody put here".getBytes(UTF_8), "file must be a saved run, was");
    refuses(new byte[1000], "file must be a saved run, was something else");
  }

  /** Sealed: with the length and the checksum that fit what was changed. */
  @Test
  void refusesWhatIsNotOfThisRun() throws IOException {
    PlannedRun other = run(Map.of("training.seed", 1L));
    assertThatThrownBy(() -> read(state, other))
        .isInstanceOf(Refused.class)
        .hasMessage("run_id must be " + other.id() + ", was " + RUN.id());
    // One of another shape, and one of another optimizer, under the name of this run.
    byte[] wider = savedAt(run(Map.of("model.d_mlp", 32)), 23);
    refuses(sealed(renamed(wider)), "arrays must be first (");
    byte[] sgd = savedAt(run(Map.of("training.optimizer", "sgd")), 23);
    refuses(sealed(renamed(sgd)), "arrays must be first (");
  }

  @Test
  void refusesAStateThatWasRecordedOtherwise() {
    PlannedRun other = run(Map.of("record.attention_every", 5));
    assertThat(other.id()).isEqualTo(RUN.id());
    assertThatThrownBy(() -> read(state, other))
        .isInstanceOf(Refused.class)
        .hasMessage(
            "record must be {attention_every=5, measurements_every=10, metrics_every=5},"
                + " was {attention_every=10, measurements_every=10, metrics_every=5}");
  }

  /**
   * A state says nothing of keys at their defaults. So one from before a key was added is as if it
   * had been written with the key at its default: good for a run that leaves it there, and none for
   * a run that does not.
   */
  @Test
  void goesOnFromAStateOfBeforeAKeyWasAddedWhereTheKeyIsAtItsDefault() throws IOException {
    String text = new String(state, ISO_8859_1).replaceFirst("(?s)}.*", ""); // numbers follow
    for (Key key : Key.ALL) {
      if (!List.of("metrics_every", "attention_every", "measurements_every").contains(key.name())) {
        assertThat(text).doesNotContain(key.name() + "=");
      }
    }
    PlannedRun standard = run(Map.of("record.checkpoints", 0, "record.state_every_seconds", 7.0));
    assertThat(read(state, standard).state().step()).isEqualTo(23);
    PlannedRun other = run(Map.of("record.checkpoints", 3));
    assertThat(other.id()).isEqualTo(RUN.id());
    assertThatThrownBy(() -> read(state, other))
        .isInstanceOf(Refused.class)
        .hasMessageContaining("record must be {attention_every=10, checkpoints=3, ");
  }

  /** Nothing that a later version keeps may be null or zero because an earlier one did not. */
  @ParameterizedTest
  @CsvSource({"'first (', 'frost ('", "'second (', 'slow (  '", "', second (', ', '"})
  void refusesAStateWithoutAnArrayThatTheRunNeeds(String text, String instead) {
    refuses(sealed(replaced(state, text, instead)), "arrays must be first (");
  }

  @Test
  void refusesWhatCannotBe() {
    int body = HEADER + 2 + 16; // behind the id
    int attempt = body + 2 + state[body + 1];
    refuses(sealed(edited(state, file -> file.putInt(attempt, 0))), "attempt must be from 1");
    refuses(sealed(edited(state, f -> f.putInt(attempt, Integer.MAX_VALUE))), "attempt must be ");
    refuses(sealed(edited(state, f -> f.putLong(attempt + 4, Long.MAX_VALUE))), "started_at must");
    refuses(sealed(edited(state, f -> f.putInt(attempt + 12, -1))), "nanoseconds must be from 0");
    int arrays = attempt + 16;
    int step = arrays + 2 + ByteBuffer.wrap(state).getShort(arrays);
    refuses(sealed(edited(state, f -> f.putInt(step, 41))), "step must be from 0 to 40, was 41");
    refuses(sealed(edited(state, f -> f.putInt(step, -1))), "step must be from 0 to 40, was -1");
    refuses(
        sealed(edited(state, f -> f.putInt(step, 19))),
        "metrics must be of ascending steps from 0 to 19, was of others");
    refuses(sealed(edited(state, f -> f.putDouble(step + 4, Double.NaN))), "seconds must be a");
    int metrics = step + 20;
    for (int count : new int[] {Integer.MAX_VALUE, 1 << 20, -1, Integer.MIN_VALUE, 0, 4, 6}) {
      refuses(sealed(edited(state, f -> f.putInt(metrics, count))), "");
    }
    refuses(
        sealed(edited(state, f -> f.putInt(metrics + 4, 6))),
        "metrics must be of ascending steps from 0 to 23, was of others");
    refuses(sealed(Arrays.copyOf(state, state.length + 4)), "length must end with the last array");
    refuses(sealed(Arrays.copyOf(state, state.length - 4)), "");
    refuses(edited(state, f -> f.putLong(12, Long.MAX_VALUE)), "length must be 24 + 92233720368");
    refuses(edited(state, f -> f.putLong(12, -1)), "length must be 24 + -1");
  }

  /** Files as accidents leave them: every one is refused, or is what was written. */
  @Test
  void refusesEveryDamagedFile() {
    Random random = new Random(9);
    int refused = 0;
    for (int i = 0; i < 600; i++) {
      byte[] damaged = damaged(state, later, random);
      if (Arrays.equals(damaged, state) || Arrays.equals(damaged, later)) {
        continue;
      }
      refuses(damaged, "");
      refused++;
    }
    assertThat(refused).isGreaterThan(550);
  }

  /** With a checksum that fits, only what it means can refuse a file: quickly, and as it should. */
  @Test
  void readsOrRefusesEveryDamagedFileWhoseChecksumFits() {
    Random random = new Random(10);
    for (int i = 0; i < 600; i++) {
      byte[] damaged = damaged(state, later, random);
      if (damaged.length < HEADER) {
        continue;
      }
      byte[] hostile = sealed(damaged);
      assertTimeoutPreemptively(
          Duration.ofSeconds(2),
          () -> {
            try {
              assertThat(bytes(read(hostile, RUN))).isNotEmpty();
            } catch (Refused | IOException e) {
              assertThat(e.toString()).isNotEmpty();
            }
          });
    }
  }

  private static byte[] damaged(byte[] file, byte[] other, Random random) {
    byte[] damaged = file.clone();
    int from = random.nextInt(file.length);
    int count = 1 + random.nextInt(Math.min(64, file.length - from));
    switch (random.nextInt(8)) {
      case 0 -> damaged[from] ^= (byte) (1 << random.nextInt(8));
      case 1 -> damaged[random.nextInt(400)] ^= (byte) (1 << random.nextInt(8));
      case 2 -> damaged[random.nextInt(400)] = (byte) random.nextInt(256);
      case 3 -> Arrays.fill(damaged, from, from + count, (byte) 0);
      case 4 -> damaged = Arrays.copyOf(damaged, from);
      case 5 -> damaged = joined(damaged, Arrays.copyOf(other, count));
      case 6 ->
          damaged =
              joined(
                  Arrays.copyOf(file, from),
                  Arrays.copyOfRange(other, Math.min(from, other.length), other.length));
      default -> {
        byte[] part = Arrays.copyOfRange(file, from, from + count);
        int to = random.nextInt(file.length - count + 1);
        System.arraycopy(file, to, damaged, from, count);
        System.arraycopy(part, 0, damaged, to, count);
      }
    }
    return damaged;
  }

  private static void refuses(byte[] file, String message) {
    assertTimeoutPreemptively(
        Duration.ofSeconds(2),
        () ->
            assertThatThrownBy(() -> read(file, RUN))
                .isInstanceOfAny(Refused.class, IOException.class)
                .satisfies(
                    e ->
                        assertThat(Objects.requireNonNullElse(e.getMessage(), ""))
                            .startsWith(message)));
  }

  private static byte[] joined(byte[] one, byte[] other) {
    byte[] joined = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, joined, one.length, other.length);
    return joined;
  }

  private static byte[] edited(byte[] file, Consumer<ByteBuffer> edit) {
    byte[] edited = file.clone();
    edit.accept(ByteBuffer.wrap(edited));
    return edited;
  }

  /** With a header that is true. */
  private static byte[] sealed(byte[] file) {
    CRC32C checksum = new CRC32C();
    checksum.update(file, HEADER, file.length - HEADER);
    return edited(
        file,
        bytes ->
            bytes
                .put(0, state, 0, 12)
                .putLong(12, file.length - HEADER)
                .putInt(20, (int) checksum.getValue()));
  }

  /** Under the id of {@link #RUN}. */
  private static byte[] renamed(byte[] file) {
    byte[] renamed = file.clone();
    System.arraycopy(RUN.id().getBytes(UTF_8), 0, renamed, HEADER + 2, 16);
    return renamed;
  }

  /** With another list of arrays. */
  private static byte[] replaced(byte[] file, String text, String instead) {
    int body = HEADER + 2 + 16;
    int arrays = body + 2 + file[body + 1] + 16;
    int length = ByteBuffer.wrap(file).getShort(arrays);
    String list = new String(file, arrays + 2, length, UTF_8);
    byte[] other = list.replaceFirst(java.util.regex.Pattern.quote(text), instead).getBytes(UTF_8);
    assertThat(other).isNotEqualTo(list.getBytes(UTF_8));
    byte[] lengthBytes = {0, (byte) other.length};
    byte[] head = joined(joined(Arrays.copyOf(file, arrays), lengthBytes), other);
    return joined(head, Arrays.copyOfRange(file, arrays + 2 + length, file.length));
  }
}
