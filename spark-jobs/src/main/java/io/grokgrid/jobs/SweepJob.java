package io.grokgrid.jobs;

import io.grokgrid.experiment.Study;
import io.grokgrid.experiment.Study.PlannedRun;
import io.grokgrid.experiment.SweepSpec;
import io.grokgrid.tables.Finished;
import io.grokgrid.tables.NamedQuery;
import io.grokgrid.tables.RunsTable;
import io.grokgrid.tables.SavedRuns;
import io.grokgrid.tables.Store;
import io.grokgrid.tables.Views;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/** Trains those runs of a study that the store does not hold yet. */
final class SweepJob {
  private final SparkSession session;
  private final Store store;
  private final Study study;
  private final boolean retryFailed;
  private final Console console;

  /**
   * Prepares a sweep.
   *
   * @param retryFailed whether failed and diverged runs are trained again
   * @param console shows progress
   */
  SweepJob(SparkSession session, Store store, Study study, boolean retryFailed, Console console) {
    this.session = session;
    this.store = store;
    this.study = study;
    this.retryFailed = retryFailed;
    this.console = console;
  }

  /**
   * How a sweep ended.
   *
   * @param interrupted whether it was told to stop before all runs had ended
   * @param missing runs of the grid that the store does not hold
   * @param failures runs of the grid that the store holds as failed or diverged
   */
  record Result(boolean interrupted, int missing, int failures) {}

  /** What a session must be made with for this sweep; other settings of the user's stay. */
  static Map<String, String> settings(SweepSpec sweep) {
    Map<String, String> settings = new HashMap<>();
    settings.put("spark.plugins", ProgressPlugin.class.getName());
    settings.put("spark.task.maxFailures", "8");
    settings.put("spark.speculation", "false");
    if (sweep.gpus() > 0) {
      settings.put("spark.executor.resource.gpu.amount", Integer.toString(sweep.gpus()));
      settings.put("spark.task.resource.gpu.amount", Integer.toString(sweep.gpus()));
    }
    return settings;
  }

  /**
   * Trains what is pending, and returns when every run has ended or saved its state.
   *
   * @throws IllegalStateException if a GPU is asked for and cannot be used
   */
  Result run() throws IOException {
    Configuration hadoop = session.sparkContext().hadoopConfiguration();
    Map<String, Finished> finished = store.finished(session);
    SavedRuns saved = new SavedRuns(store, hadoop);
    saved.forget(rowsOf(finished));
    List<PlannedRun> pending = new PlanJob(study, finished, retryFailed).run().pending();
    if (pending.isEmpty()) {
      console.say("nothing is pending: the store holds all " + study.runs().size() + " runs");
      return result(finished, false);
    }
    console.say(pending.size() + " of " + study.runs().size() + " runs are pending");
    requireDevice();
    boolean stopped = train(pending);
    Map<String, Finished> after = store.finished(session);
    saved.forget(rowsOf(after));
    return result(after, stopped);
  }

  /** When the grid's runs grok, by weight decay and whatever else varies. */
  Table summary() throws IOException {
    session
        .createDataset(study.runs().stream().map(PlannedRun::id).toList(), Encoders.STRING())
        .createOrReplaceTempView("grid");
    Views.Restriction grid = new Views.Restriction(null, "run_id IN (SELECT value FROM grid)");
    String query = NamedQuery.GROK_STEP_VS_WEIGHT_DECAY.key();
    return SparkRows.table(new QueryJob(session, store, grid, query).run());
  }

  /** The runs of this study that have a row, and so need no saved state any more. */
  private List<String> rowsOf(Map<String, Finished> finished) {
    return study.runs().stream().map(PlannedRun::id).filter(finished::containsKey).toList();
  }

  private Result result(Map<String, Finished> finished, boolean stopped) {
    int missing = 0;
    int failures = 0;
    for (PlannedRun run : study.runs()) {
      Finished there = finished.get(run.id());
      missing += there == null ? 1 : 0;
      failures += there != null && there.outcome().isFailure() ? 1 : 0;
    }
    return new Result(stopped && missing > 0, missing, failures);
  }

  private boolean train(List<PlannedRun> pending) throws IOException {
    SparkContext context = session.sparkContext();
    List<Task> tasks = Task.group(pending, context.defaultParallelism());
    TrainRuns train =
        new TrainRuns(
            study.sweep(),
            store,
            new SerializableConfiguration(context.hadoopConfiguration()),
            Versions.current());
    JavaRDD<Row> rows =
        JavaSparkContext.fromSparkContext(context)
            .parallelize(tasks, tasks.size())
            .mapPartitions(train);
    Dataset<Row> table = session.createDataFrame(rows, RunsTable.SCHEMA);
    try (Progress progress =
            new Progress(pending, console.err(), Boolean.getBoolean("grokgrid.tty")).show();
        Interruption interruption = new Interruption(progress, study.sweep().maxHours())) {
      store.append(table, Store.newSubmission(Instant.now()));
      return progress.isStopping();
    }
  }

  private void requireDevice() {
    if (study.sweep().device() != SweepSpec.Device.GPU) {
      return;
    }
    String problem =
        JavaSparkContext.fromSparkContext(session.sparkContext())
            .parallelize(List.of(study.sweep().device()), 1)
            .map(Devices::problem)
            .first();
    if (!problem.isEmpty()) {
      throw new IllegalStateException(problem);
    }
  }
}
