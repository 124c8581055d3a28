package io.grokgrid.verify;

import io.grokgrid.run.RunSpec;
import io.grokgrid.store.Checkpoints;
import io.grokgrid.store.Store;
import io.grokgrid.store.StoreFiles;
import io.grokgrid.weights.Safetensors;
import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.security.AccessControlException;
import org.apache.spark.sql.Row;

/** Finds the checkpoints that a run says it has, and holds each against its name and its run. */
final class CheckpointCheck {
  /** No array is longer. */
  private static final long MOST_BYTES = Integer.MAX_VALUE - 16L;

  private static final String MISSING = "is missing";
  private static final String DENIED = "cannot be read: permission denied";

  private CheckpointCheck() {}

  /**
   * A checkpoint that is missing or damaged.
   *
   * @param path as people write it
   * @param missing whether it is not there, so that nothing can be taken out
   */
  record Flaw(String path, boolean missing, String what) implements Serializable {
    /** Whether it may be whole, but is not to be read by this user: nothing is mended then. */
    boolean isDenied() {
      return what.equals(DENIED);
    }
  }

  /** Of a row that {@link RowCheck} found nothing wrong with. */
  static List<Flaw> of(Row row, Store store, Configuration hadoop) throws IOException {
    String outcome = row.getAs("outcome");
    if (Integer.valueOf(0).equals(row.getAs("checkpoints")) || "failed".equals(outcome)) {
      return List.of();
    }
    RunSpec run = RowCheck.run(row);
    if (run.record().checkpoints() == 0) {
      return List.of(); // the column is younger than the row
    }
    String runId = row.getAs("run_id");
    int last = row.<Integer>getAs("last_step");
    TreeSet<Integer> steps = new TreeSet<>();
    run.record().checkpointSteps(run.training().steps()).headSet(last).forEach(steps::add);
    if (!"diverged".equals(outcome)) {
      steps.add(last);
    }
    List<Flaw> wrong = new ArrayList<>();
    for (int step : steps) {
      Path file = Checkpoints.file(store, runId, step);
      String what = problem(file, runId, step, run, hadoop);
      if (!what.isEmpty()) {
        wrong.add(new Flaw(StoreFiles.text(file), what.equals(MISSING), what));
      }
    }
    return wrong;
  }

  /** What is wrong with one file, or nothing. */
  private static String problem(
      Path file, String runId, int step, RunSpec run, Configuration hadoop) {
    try {
      FileSystem files = file.getFileSystem(hadoop);
      FileStatus status = files.getFileStatus(file);
      if (!status.isFile() || status.getLen() > MOST_BYTES) {
        return status.isFile() ? "is too large, " + status.getLen() + " bytes" : "is a folder";
      }
      try (InputStream in = files.open(file)) {
        return problem(in.readAllBytes(), runId, step, run);
      }
    } catch (FileNotFoundException e) {
      boolean denied =
          String.valueOf(e.getMessage()).endsWith("(Permission denied)") || isClosed(file);
      return denied ? DENIED : MISSING;
    } catch (AccessControlException e) {
      return DENIED;
    } catch (IOException | IllegalArgumentException e) {
      return "cannot be read: " + e.getMessage();
    }
  }

  private static String problem(byte[] content, String runId, int step, RunSpec run) {
    Map<String, String> metadata = Safetensors.metadata(content, "it");
    if (!runId.equals(metadata.get("run_id"))) {
      return "is of the run " + metadata.get("run_id");
    }
    if (!Integer.toString(step).equals(metadata.get("step"))) {
      return "is of step " + metadata.get("step");
    }
    Safetensors.read(content, "it", run.layout());
    return "";
  }

  /** Whether a folder above the file is not to be looked into; what is in it seems missing then. */
  private static boolean isClosed(Path file) {
    String scheme = file.toUri().getScheme();
    for (Path folder = file.getParent();
        (scheme == null || scheme.equals("file")) && folder != null;
        folder = folder.getParent()) {
      File local = new File(folder.toUri().getPath());
      if (local.exists() && !local.canExecute()) {
        return true;
      }
    }
    return false;
  }
}
