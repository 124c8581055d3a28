package io.grokgrid.learned;

import io.grokgrid.checkpoints.CheckpointJob;
import io.grokgrid.console.Progress;
import io.grokgrid.console.Table;
import io.grokgrid.store.Store;
import java.io.IOException;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/** What a command does with a store's checkpoints. */
interface Activity {
  /**
   * Its words, so that these read as sentences: "no run noRuns", "there is no checkpoint to verb",
   * "5 checkpoints lack things", "the checkpoint is done".
   */
  record Words(String noRuns, String verb, String things, String done) {}

  /** What it is called on the command line. */
  String command();

  Words words();

  /** The condition on runs, if there is any. */
  @Nullable String where();

  /**
   * Does it.
   *
   * @param store as the holder of its claim has it
   */
  CheckpointJob.Done run(SparkSession session, Store store, CheckpointJob.Listener listener)
      throws IOException;

  /** Of the checkpoints that take about these seconds. */
  Progress progress(Map<String, Double> seconds);

  /** What it prints at its end. */
  Table summary(SparkSession session, CheckpointJob.Done done) throws IOException;

  /** The same of a store without runs. */
  Table nothing();
}
