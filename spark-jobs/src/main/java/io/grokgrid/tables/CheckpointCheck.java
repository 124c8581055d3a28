package io.grokgrid.tables;

import io.grokgrid.experiment.RunSpec;
import io.grokgrid.net.Safetensors;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;

/** Finds the checkpoints that a run says it has, and holds each against its name and its run. */
final class CheckpointCheck {
  private CheckpointCheck() {}

  /**
   * A checkpoint that is missing or damaged.
   *
   * @param path as people write it
   * @param missing whether it is not there, so that nothing can be taken out
   */
  record Wrong(String path, boolean missing, String what) implements Serializable {}

  /** Of a row that {@link RowCheck} found nothing wrong with. */
  static List<Wrong> of(Row row, Store store, Configuration hadoop) throws IOException {
    RunSpec run = RowCheck.run(row);
    String outcome = row.getAs("outcome");
    if (run.record().checkpoints() == 0 || "failed".equals(outcome)) {
      return List.of();
    }
    String runId = row.getAs("run_id");
    int last = row.<Integer>getAs("last_step");
    TreeSet<Integer> steps = new TreeSet<>();
    run.record().checkpointSteps(run.training().steps()).headSet(last).forEach(steps::add);
    if (!"diverged".equals(outcome)) {
      steps.add(last);
    }
    List<Wrong> wrong = new ArrayList<>();
    for (int step : steps) {
      Path file = Checkpoints.file(store, runId, step);
      String what = problem(file, runId, step, run, hadoop);
      if (!what.isEmpty()) {
        wrong.add(new Wrong(StoreFiles.text(file), what.equals(MISSING), what));
      }
    }
    return wrong;
  }

  private static final String MISSING = "is missing";

  /** What is wrong with one file, or nothing. */
  private static String problem(
      Path file, String runId, int step, RunSpec run, Configuration hadoop) {
    try {
      byte[] content = content(file, hadoop);
      Map<String, String> metadata = Safetensors.metadata(content, "it");
      if (!runId.equals(metadata.get("run_id"))) {
        return "is of the run " + metadata.get("run_id");
      }
      if (!Integer.toString(step).equals(metadata.get("step"))) {
        return "is of step " + metadata.get("step");
      }
      Safetensors.read(content, "it", run.layout());
      return "";
    } catch (FileNotFoundException e) {
      return MISSING;
    } catch (IOException | IllegalArgumentException e) {
      return "cannot be read: " + e.getMessage();
    }
  }

  private static byte[] content(Path file, Configuration hadoop) throws IOException {
    FileSystem files = file.getFileSystem(hadoop);
    try (InputStream in = files.open(file)) {
      return in.readAllBytes();
    }
  }
}
