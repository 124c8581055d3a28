package io.grokgrid.store;

import io.grokgrid.base.Check;
import io.grokgrid.base.Refused;
import io.grokgrid.config.PlannedRun;
import io.grokgrid.experiment.SavedRun;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The runs under way: {@code RUN_ID/step-00001000.state}, from which a run that was cut goes on,
 * and an empty {@code starts/RUN_ID-N} for each attempt N that has saved nothing yet. A state is
 * written beside and renamed, so that it is there whole or not at all. Nothing here is needed once
 * a run's row is in the store.
 */
public final class SavedRuns {
  /** Starts without progress after which a run is not begun again. */
  public static final int MOST_STARTS = 3;

  /** As many digits as {@link #save} writes of an int. */
  private static final Pattern STATE = Pattern.compile("step-([0-9]{8,10})\\.state");

  /** Fewer digits than may be too many for an int. */
  private static final Pattern ATTEMPT = Pattern.compile("[0-9]{1,9}");

  private final Store store;
  private final Configuration hadoop;

  /** States that were not gone on from. The next save is in place of them too. */
  private final Set<Path> refused = new HashSet<>();

  public SavedRuns(Store store, Configuration hadoop) {
    this.store = store;
    this.hadoop = hadoop;
  }

  /**
   * How a run begins.
   *
   * @param attempt 1 for the first
   * @param fruitless attempts before this one that got no further than the saved state
   * @param saved where to go on from, if anywhere
   */
  public record Start(int attempt, int fruitless, @Nullable SavedRun saved) {}

  /** Finds what there is of a run and notes that it starts once more. */
  public Start start(PlannedRun run) {
    try {
      String runId = run.id();
      Path directory = store.state(runId);
      FileSystem files = directory.getFileSystem(hadoop);
      SavedRun saved = newest(files, directory, run);
      int lastSaved = saved == null ? 0 : saved.attempt();
      List<Integer> since =
          names(files, starts()).stream()
              .map(name -> attempt(runId, name))
              .filter(attempt -> attempt > lastSaved)
              .toList();
      int attempt = since.stream().max(Comparator.naturalOrder()).orElse(lastSaved) + 1;
      create(files, started(runId, attempt)).close();
      return new Start(attempt, since.size(), saved);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Takes a start back: the run was told to end before it saved anything, and did not fail to. */
  public void withdraw(String runId, int attempt) {
    try {
      Path started = started(runId, attempt);
      started.getFileSystem(hadoop).delete(started, false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path starts() {
    return new Path(store.states(), "starts");
  }

  private Path started(String runId, int attempt) {
    return new Path(starts(), runId + "-" + attempt);
  }

  /** The attempt that such a start is one of, -1 if it is of another run. */
  private static int attempt(String runId, String start) {
    boolean isOfRun = start.startsWith(runId + "-");
    Matcher attempt = ATTEMPT.matcher(isOfRun ? start.substring(runId.length() + 1) : "");
    return attempt.matches() ? Integer.parseInt(attempt.group()) : -1;
  }

  /**
   * The step that a state's file is named after.
   *
   * @return -1 if no state is named like that
   */
  static int step(String name) {
    Matcher matcher = STATE.matcher(name);
    long step = matcher.matches() ? Long.parseLong(matcher.group(1)) : -1;
    return step <= Integer.MAX_VALUE && name.equals(name((int) step)) ? (int) step : -1;
  }

  private static String name(int step) {
    return "step-%08d.state".formatted(step);
  }

  /** The newest state that this run can go on from. */
  private @Nullable SavedRun newest(FileSystem files, Path directory, PlannedRun run)
      throws IOException {
    refused.clear();
    List<FileStatus> newestFirst =
        list(files, directory).stream()
            .filter(file -> file.getPath().getName().endsWith(".state"))
            .sorted(Comparator.comparingInt(SavedRuns::stepOf).reversed())
            .toList();
    for (FileStatus file : newestFirst) {
      try {
        return read(files, file, run);
      } catch (IOException | IllegalArgumentException e) {
        refused.add(file.getPath());
        LoggerFactory.getLogger(SavedRuns.class)
            .warn(
                "run {} does not go on from {} but from an older state or anew: {}",
                run.id(),
                file.getPath(),
                e instanceof Refused ? e.getMessage() : e.toString());
      }
    }
    return null;
  }

  private static int stepOf(FileStatus file) {
    return step(file.getPath().getName());
  }

  private static SavedRun read(FileSystem files, FileStatus file, PlannedRun run)
      throws IOException {
    new Check()
        .that(file.isFile(), "state", "must be a file", "a directory")
        .that(
            stepOf(file) >= 0,
            "name",
            "must be of the form " + name(1000),
            file.getPath().getName())
        .done();
    SavedRun saved = SavedRun.read(() -> files.open(file.getPath()), file.getLen(), run);
    int step = saved.state().step();
    new Check().that(step == stepOf(file), "step", "must be that of the name", step).done();
    return saved;
  }

  /**
   * Saves a run as it is now, in place of what was saved of it before.
   *
   * @throws UncheckedIOException if the state could not be put in its place; the one before is kept
   */
  public void save(SavedRun saved) {
    try {
      String runId = saved.run().id();
      Path directory = store.state(runId);
      FileSystem files = directory.getFileSystem(hadoop);
      Path written = new Path(directory, "." + UUID.randomUUID());
      try (OutputStream out = create(files, written)) {
        saved.write(out);
      }
      int step = saved.state().step();
      Path state = new Path(directory, name(step));
      for (Path old : refused) {
        files.delete(old, true);
      }
      refused.clear();
      if (!files.rename(written, state)) {
        files.delete(written, false);
        if (!files.exists(state)) {
          throw new IOException("cannot rename " + written + " to " + state);
        }
      }
      deleteBelow(step, files, directory, SavedRuns::step);
      deleteBelow(saved.attempt() + 1, files, starts(), start -> attempt(runId, start));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes all that is kept of these runs. */
  public void forget(Collection<String> runIds) {
    try {
      FileSystem files = store.states().getFileSystem(hadoop);
      Set<String> present = new HashSet<>(names(files, store.states()));
      Set<String> forgotten = new HashSet<>(runIds);
      for (String runId : runIds) {
        if (present.contains(runId)) {
          files.delete(store.state(runId), true);
        }
      }
      for (String start : names(files, starts())) {
        if (forgotten.contains(start.replaceFirst("-[0-9]+$", ""))) {
          files.delete(new Path(starts(), start), false);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Opens a new file. With no permission asked for: on a local file system Hadoop would start a
   * process for each file to set the permission that it has anyway, as it does for each directory.
   */
  static FSDataOutputStream create(FileSystem files, Path path) throws IOException {
    return files.create(
        path,
        null,
        true,
        files.getConf().getInt("io.file.buffer.size", 4096),
        files.getDefaultReplication(path),
        files.getDefaultBlockSize(path),
        null);
  }

  static List<String> names(FileSystem files, Path directory) throws IOException {
    return list(files, directory).stream().map(file -> file.getPath().getName()).toList();
  }

  private static List<FileStatus> list(FileSystem files, Path directory) throws IOException {
    try {
      return List.of(files.listStatus(directory));
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  /** Deletes the files whose number is below {@code limit}; -1 is none. */
  private static void deleteBelow(
      int limit, FileSystem files, Path directory, ToIntFunction<String> number)
      throws IOException {
    for (String name : names(files, directory)) {
      int of = number.applyAsInt(name);
      if (of >= 0 && of < limit) {
        files.delete(new Path(directory, name), false);
      }
    }
  }
}
