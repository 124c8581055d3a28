package io.grokgrid.experiment;

import io.grokgrid.base.Check;
import io.grokgrid.base.Refused;
import io.grokgrid.config.PlannedRun;
import io.grokgrid.keys.Key;
import io.grokgrid.run.RunSpec;
import io.grokgrid.train.TrainingState;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * A run under way, as it is saved and gone on from.
 *
 * <p>Its file, big endian: 8 bytes that say what it is; the version, an int; the number of bytes
 * that follow the header, a long; their CRC-32C, an int; then the run's id, what is recorded of it,
 * the attempt, when the first one began, and {@link TrainingState#write}. What decides whether a
 * state fits a run is the id, which covers every key that has part in the training and is not at
 * its default, and the record keys that are not at theirs: a key that is added to this program
 * later, with a default that changes nothing, leaves older states as good as they were. {@link
 * #VERSION} changes with what is written.
 *
 * @param attempt that trains it or saved it
 * @param startedAt when its first attempt began
 * @param state live: training moves it forward
 */
public record SavedRun(PlannedRun run, int attempt, Instant startedAt, TrainingState state) {
  /** 1 to 3 were Java's serialization. */
  private static final int VERSION = 4;

  private static final long MAGIC = 0x67726f6b73746174L; // "grokstat"
  private static final int JAVA_MAGIC = 0xaced0005;
  private static final int HEADER_BYTES = 24;

  /** Keeps the next attempt, and what it makes of file names, within an int. */
  private static final int MOST_ATTEMPTS = 999_999_999;

  /** The end of the year 9999, in seconds: later instants fit no column. */
  private static final long LAST_SECOND = 253_402_300_799L;

  /** States of 1, which is not named, kept weights at other steps. */
  private static final int CHECKPOINT_SPACING = 2;

  /** Keys of {@code record} that have no part in what was recorded. */
  private static final Set<String> NOT_RECORDED = Set.of("state_every_seconds");

  /** A file that can be opened more than once. */
  @FunctionalInterface
  public interface Content {
    InputStream open() throws IOException;
  }

  /** Length and checksum of what is written to it. */
  private static final class Sum extends OutputStream {
    private final CRC32C checksum = new CRC32C();
    private long length;

    @Override
    public void write(int b) {
      checksum.update(b);
      length++;
    }

    @Override
    public void write(byte[] bytes, int from, int count) {
      checksum.update(bytes, from, count);
      length += count;
    }
  }

  /** Writes the file, twice: the first time for the length and the checksum in its header. */
  public void write(OutputStream file) throws IOException {
    Sum sum = new Sum();
    try (DataOutputStream out = new DataOutputStream(new BufferedOutputStream(sum))) {
      writeBody(out);
    }
    DataOutputStream out = new DataOutputStream(new BufferedOutputStream(file));
    out.writeLong(MAGIC);
    out.writeInt(VERSION);
    out.writeLong(sum.length);
    out.writeInt((int) sum.checksum.getValue());
    writeBody(out);
    out.flush();
  }

  private void writeBody(DataOutputStream out) throws IOException {
    out.writeUTF(run.id());
    out.writeUTF(recorded(run.spec()));
    out.writeInt(attempt);
    out.writeLong(startedAt.getEpochSecond());
    out.writeInt(startedAt.getNano());
    state.write(out);
  }

  /** The record keys that are not at their defaults, which what was recorded so far depends on. */
  private static String recorded(RunSpec spec) {
    SortedMap<String, Object> settings = new TreeMap<>();
    for (Key key : Key.ALL) {
      Object value = key.value(spec);
      if (key.section().equals("record")
          && !NOT_RECORDED.contains(key.name())
          && value != null
          && !value.equals(key.standard().orElse(null))) {
        settings.put(key.name(), value);
      }
    }
    if (spec.record().checkpoints() > 2) {
      settings.put("spacing", CHECKPOINT_SPACING);
    }
    return settings.toString();
  }

  /**
   * Reads a file: first for its checksum, and only then for what it says.
   *
   * @param length of the file in bytes
   * @param run that is to go on from it
   * @throws Refused if it is damaged, of another version, or no state of this run
   * @throws IOException if it cannot be read
   */
  public static SavedRun read(Content file, long length, PlannedRun run) throws IOException {
    try (InputStream in = new BufferedInputStream(file.open())) {
      requireWhole(new DataInputStream(in), length);
    }
    try (InputStream in = new BufferedInputStream(file.open())) {
      in.skipNBytes(HEADER_BYTES);
      return readBody(new DataInputStream(in), run);
    }
  }

  /**
   * Reads a file for its checksum, and returns the id of the run that it says it is of.
   *
   * @param length of the file in bytes
   * @throws Refused if it is damaged or of another version
   * @throws IOException if it cannot be read
   */
  public static String runId(Content file, long length) throws IOException {
    try (InputStream in = new BufferedInputStream(file.open())) {
      requireWhole(new DataInputStream(in), length);
    }
    try (InputStream in = new BufferedInputStream(file.open())) {
      in.skipNBytes(HEADER_BYTES);
      return new DataInputStream(in).readUTF();
    }
  }

  private static void requireWhole(DataInputStream in, long length) throws IOException {
    require(length >= HEADER_BYTES, "length", "must be at least " + HEADER_BYTES, length);
    long magic = in.readLong();
    String version = "must be " + VERSION;
    require(
        magic >>> Integer.SIZE != Integer.toUnsignedLong(JAVA_MAGIC),
        "version",
        version,
        "3 or less");
    require(magic == MAGIC, "file", "must be a saved run", "something else");
    int found = in.readInt();
    require(found == VERSION, "version", version, found);
    long body = in.readLong();
    require(
        body == length - HEADER_BYTES,
        "length",
        "must be 24 + " + body + " as its header says",
        length);
    String checksum = Integer.toHexString(in.readInt());
    Sum sum = new Sum();
    in.transferTo(sum);
    String actual = Integer.toHexString((int) sum.checksum.getValue());
    require(actual.equals(checksum), "checksum", "must be " + checksum, actual);
  }

  private static SavedRun readBody(DataInputStream in, PlannedRun run) throws IOException {
    String id = in.readUTF();
    require(id.equals(run.id()), "run_id", "must be " + run.id(), id);
    String recorded = in.readUTF();
    String asked = recorded(run.spec());
    require(recorded.equals(asked), "record", "must be " + asked, recorded);
    int attempt = in.readInt();
    long second = in.readLong();
    int nano = in.readInt();
    new Check()
        .between("attempt", attempt, 1, MOST_ATTEMPTS)
        .between("started_at", (double) second, 0, LAST_SECOND)
        .between("nanoseconds", nano, 0, 999_999_999)
        .done();
    TrainingState state = TrainingState.read(in, run.spec().training(), run.spec().layout());
    require(in.read() < 0, "length", "must end with the last array", "more");
    return new SavedRun(run, attempt, Instant.ofEpochSecond(second, nano), state);
  }

  private static void require(boolean holds, String field, String rule, Object value) {
    new Check().that(holds, field, rule, value).done();
  }
}
