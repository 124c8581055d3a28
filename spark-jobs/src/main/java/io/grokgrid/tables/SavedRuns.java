package io.grokgrid.tables;

import io.grokgrid.experiment.SavedRun;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
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

  private static final int FORMAT = 3;
  private static final Pattern STATE = Pattern.compile("step-([0-9]+)\\.state");

  private final Store store;
  private final Configuration hadoop;

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

  private record Loaded(int attempt, SavedRun run) {}

  /** Finds what there is of a run and notes that it starts once more. */
  public Start start(String runId) {
    try {
      Path directory = store.state(runId);
      FileSystem files = directory.getFileSystem(hadoop);
      Loaded loaded = newest(files, directory);
      int lastSaved = loaded == null ? 0 : loaded.attempt();
      List<Integer> since =
          numbers(names(files, starts()), starts(runId))
              .filter(attempt -> attempt > lastSaved)
              .toList();
      int attempt = since.stream().max(Comparator.naturalOrder()).orElse(lastSaved) + 1;
      create(files, started(runId, attempt)).close();
      return new Start(attempt, since.size(), loaded == null ? null : loaded.run());
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

  /** Matches the names of a run's starts. */
  private static Pattern starts(String runId) {
    return Pattern.compile(Pattern.quote(runId) + "-([0-9]+)");
  }

  /** The newest state that can be read; one of another version of this program cannot. */
  private static @Nullable Loaded newest(FileSystem files, Path directory) throws IOException {
    List<String> newestFirst =
        names(files, directory).stream()
            .filter(name -> STATE.matcher(name).matches())
            .sorted(Comparator.reverseOrder())
            .toList();
    for (String name : newestFirst) {
      Path path = new Path(directory, name);
      try (ObjectInputStream in = new ObjectInputStream(files.open(path))) {
        if (in.readInt() == FORMAT) {
          return new Loaded(in.readInt(), (SavedRun) in.readObject());
        }
      } catch (IOException | ClassNotFoundException | ClassCastException e) {
        LoggerFactory.getLogger(SavedRuns.class)
            .warn("{} cannot be read; an older state or none is used", path, e);
      }
    }
    return null;
  }

  /**
   * Saves a run as it is now, in place of what was saved of it before.
   *
   * @throws UncheckedIOException if the state could not be put in its place; the one before is kept
   */
  public void save(SavedRun run, int attempt) {
    try {
      Path directory = store.state(run.runId());
      FileSystem files = directory.getFileSystem(hadoop);
      Path written = new Path(directory, "." + UUID.randomUUID());
      try (ObjectOutputStream out = new ObjectOutputStream(create(files, written))) {
        out.writeInt(FORMAT);
        out.writeInt(attempt);
        out.writeObject(run);
      }
      int step = run.state().step();
      Path state = new Path(directory, "step-%08d.state".formatted(step));
      if (!files.rename(written, state)) {
        files.delete(written, false);
        if (!files.exists(state)) {
          throw new IOException("cannot rename " + written + " to " + state);
        }
      }
      deleteBelow(files, directory, STATE, step);
      deleteBelow(files, starts(), starts(run.runId()), attempt + 1);
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
    try {
      return Stream.of(files.listStatus(directory))
          .map(FileStatus::getPath)
          .map(Path::getName)
          .toList();
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  /** Deletes the files whose number is below {@code limit}. */
  private static void deleteBelow(FileSystem files, Path directory, Pattern pattern, int limit)
      throws IOException {
    for (String name : names(files, directory)) {
      if (numbers(List.of(name), pattern).anyMatch(number -> number < limit)) {
        files.delete(new Path(directory, name), false);
      }
    }
  }

  private static Stream<Integer> numbers(List<String> names, Pattern pattern) {
    return names.stream()
        .map(pattern::matcher)
        .filter(Matcher::matches)
        .map(matcher -> Integer.parseInt(matcher.group(1)));
  }
}
