package io.grokgrid.tables;

import io.grokgrid.experiment.SavedRun;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * The runs under way, each in a directory of its own: {@code step-00001000.state}, from which a run
 * that was cut goes on, and an empty {@code start-N} for each start since it last made progress. A
 * state is written beside and renamed, so that it is there whole or not at all. Nothing here is
 * needed once a run's row is in the store.
 */
public final class SavedRuns {
  /** Starts without progress after which a run is not begun again. */
  public static final int MOST_STARTS = 3;

  private static final int FORMAT = 1;
  private static final String START = "start-";
  private static final String STATE = ".state";

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
   * @param fruitless starts before this one that got no further than the saved state
   * @param saved where to go on from, if anywhere
   */
  public record Start(int attempt, int fruitless, @Nullable SavedRun saved) {}

  private record Loaded(int attempt, SavedRun run) {}

  /** Finds what there is of a run and notes that it starts once more. */
  public Start start(String runId) {
    try {
      Path directory = store.state(runId);
      FileSystem files = directory.getFileSystem(hadoop);
      FileStatus[] found =
          files.exists(directory) ? files.listStatus(directory) : new FileStatus[0];
      int fruitless = (int) Arrays.stream(found).filter(f -> named(f).startsWith(START)).count();
      Loaded loaded = newest(files, found);
      int attempt = (loaded == null ? 0 : loaded.attempt()) + fruitless + 1;
      files.create(new Path(directory, START + attempt), true).close();
      return new Start(attempt, fruitless, loaded == null ? null : loaded.run());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The newest state that can be read; one of another version of this program cannot. */
  private static @Nullable Loaded newest(FileSystem files, FileStatus[] found) {
    List<Path> states =
        Arrays.stream(found)
            .map(FileStatus::getPath)
            .filter(path -> path.getName().endsWith(STATE))
            .sorted(Comparator.comparing(Path::getName).reversed())
            .toList();
    for (Path path : states) {
      try (ObjectInputStream in = new ObjectInputStream(files.open(path))) {
        if (in.readInt() == FORMAT) {
          return new Loaded(in.readInt(), (SavedRun) in.readObject());
        }
      } catch (IOException | ClassNotFoundException | ClassCastException e) {
        org.slf4j.LoggerFactory.getLogger(SavedRuns.class)
            .warn("{} cannot be read; an older state or none is used", path, e);
      }
    }
    return null;
  }

  /** Saves a run as it is now, in place of what was saved of it before. */
  public void save(SavedRun run, int attempt) {
    try {
      Path directory = store.state(run.runId());
      FileSystem files = directory.getFileSystem(hadoop);
      Path written = new Path(directory, "." + UUID.randomUUID());
      try (ObjectOutputStream out = new ObjectOutputStream(files.create(written, true))) {
        out.writeInt(FORMAT);
        out.writeInt(attempt);
        out.writeObject(run);
      }
      Path state = new Path(directory, "step-%08d%s".formatted(run.state().step(), STATE));
      if (files.exists(state) || !files.rename(written, state)) {
        files.delete(written, false);
      }
      for (FileStatus other : files.listStatus(directory)) {
        if (!other.getPath().getName().equals(state.getName())) {
          files.delete(other.getPath(), false);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes all that is kept of these runs. */
  public void forget(Collection<String> runIds) {
    for (String runId : runIds) {
      try {
        Path directory = store.state(runId);
        directory.getFileSystem(hadoop).delete(directory, true);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static String named(FileStatus file) {
    return file.getPath().getName();
  }
}
