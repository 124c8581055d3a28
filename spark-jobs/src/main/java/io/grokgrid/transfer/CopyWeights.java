package io.grokgrid.transfer;

import io.grokgrid.store.Checkpoints;
import io.grokgrid.store.FileCopy;
import io.grokgrid.store.Kept;
import io.grokgrid.store.Store;
import io.grokgrid.store.StoreFiles;
import io.grokgrid.store.StoredWeights;
import java.io.IOException;
import java.io.Serializable;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.sql.Row;
import org.apache.spark.util.SerializableConfiguration;

/** Copies the checkpoints of a run, where its row has {@link Kept#columns}. */
final class CopyWeights implements Function<Row, CopyWeights.Copied> {
  private static final long serialVersionUID = 1L;

  private final Store from;
  private final Store to;
  private final SerializableConfiguration hadoop;

  /**
   * What was copied.
   *
   * @param bytes that were written; none of files that were there
   * @param flaw why the run cannot be copied, or empty
   */
  record Copied(String runId, int checkpoints, long bytes, String flaw) implements Serializable {}

  CopyWeights(Store from, Store to, SerializableConfiguration hadoop) {
    this.from = from;
    this.to = to;
    this.hadoop = hadoop;
  }

  @Override
  public Copied call(Row row) {
    String runId = row.getAs("run_id");
    try {
      Kept kept = Kept.of(row);
      return copied(kept);
    } catch (IOException | IllegalArgumentException | ArithmeticException e) {
      return new Copied(runId, 0, 0, "run " + runId + ": " + e.getMessage());
    }
  }

  /** Those that it must have, and what else there is of it and whole. */
  private Copied copied(Kept kept) throws IOException {
    Configuration hadoop = this.hadoop.value();
    SortedSet<Integer> steps = new TreeSet<>(kept.steps());
    Checkpoints.kept(from, kept.runId(), hadoop).forEach(file -> steps.add(file.step()));
    long bytes = 0;
    int checkpoints = 0;
    for (int step : steps) {
      try {
        float[] unused = StoredWeights.read(from, kept.runId(), step, kept.spec(), hadoop);
        bytes +=
            FileCopy.of(
                    Checkpoints.file(from, kept.runId(), step),
                    Checkpoints.file(to, kept.runId(), step),
                    hadoop)
                .bytes();
        checkpoints++;
      } catch (StoredWeights.Flaw flaw) {
        if (kept.steps().contains(step)) {
          String path = StoreFiles.text(Checkpoints.file(from, kept.runId(), step));
          return new Copied(
              kept.runId(),
              0,
              bytes,
              "run %s: %s %s".formatted(kept.runId(), path, flaw.getMessage()));
        }
      }
    }
    return new Copied(kept.runId(), checkpoints, bytes, "");
  }
}
