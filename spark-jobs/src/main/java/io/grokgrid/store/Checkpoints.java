package io.grokgrid.store;

import io.grokgrid.experiment.Experiment;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The weights of one run: {@code step-00001000.safetensors} for each step that was kept. A file is
 * written beside and renamed, so that it is there whole or not at all.
 */
public final class Checkpoints implements Experiment.CheckpointSink {
  private static final String SUFFIX = ".safetensors";

  private final Path directory;
  private final Configuration hadoop;

  public Checkpoints(Store store, String runId, Configuration hadoop) {
    directory = store.checkpoints(runId);
    this.hadoop = hadoop;
  }

  /** The file of one step of a run. */
  public static Path file(Store store, String runId, int step) {
    return new Path(store.checkpoints(runId), name(step));
  }

  private static String name(int step) {
    return "step-%08d".formatted(step) + SUFFIX;
  }

  /**
   * {@inheritDoc} Files of an attempt that was given up go, and what an attempt left half-written.
   */
  @Override
  public void begin(boolean anew) {
    try {
      FileSystem files = directory.getFileSystem(hadoop);
      for (String name : SavedRuns.names(files, directory)) {
        if (anew || !name.endsWith(SUFFIX)) {
          files.delete(new Path(directory, name), false);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void keep(int step, byte[] file) {
    Path kept = new Path(directory, name(step));
    Path written = new Path(directory, "." + UUID.randomUUID());
    try {
      FileSystem files = directory.getFileSystem(hadoop);
      try {
        try (OutputStream out = SavedRuns.create(files, written)) {
          out.write(file);
        }
        if (!files.rename(written, kept)) {
          replace(files, written, kept);
        }
      } finally {
        files.delete(written, false);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** For file systems that do not rename to a file that is there, from an earlier attempt. */
  private static void replace(FileSystem files, Path written, Path kept) throws IOException {
    files.delete(kept, false);
    if (!files.rename(written, kept)) {
      throw new IOException("cannot rename " + written + " to " + kept);
    }
  }
}
