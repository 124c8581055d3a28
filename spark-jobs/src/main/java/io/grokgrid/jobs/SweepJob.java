package io.grokgrid.jobs;

import io.grokgrid.config.PlannedRun;
import io.grokgrid.config.Study;
import io.grokgrid.console.Interruption;
import io.grokgrid.console.Progress;
import io.grokgrid.experiment.Outcome;
import io.grokgrid.keys.Key;
import io.grokgrid.run.SweepSpec;
import io.grokgrid.store.BrokenStore;
import io.grokgrid.store.Damage;
import io.grokgrid.store.Finished;
import io.grokgrid.store.SavedRuns;
import io.grokgrid.store.Store;
import io.grokgrid.store.StoredRuns;
import io.grokgrid.store.SweepLists;
import io.grokgrid.store.Views;
import io.grokgrid.tables.GrokSteps;
import io.grokgrid.tables.RunsTable;
import io.grokgrid.tables.Versions;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.Utils;
import org.jspecify.annotations.Nullable;

/** Trains those runs of a study that the store does not hold yet. */
public final class SweepJob {
  private static final double SECONDS_FOR_A_GPU = 60;
  private static final long POLL_NANOS = 50_000_000;

  private final SparkSession session;
  private final Store store;
  private final SavedRuns saved;
  private final Study study;
  private final PlanJob.Again again;

  /** Is told what a sweep does while it goes on. */
  public interface Listener {
    /** Of the store this cannot be read; the sweep ends where runs may be in it. */
    void damaged(List<Damage> damages);

    /** What is pending is about to be trained; nothing where the store holds all runs. */
    void planned(Plan plan);

    /** Begins to show how these are trained. */
    Progress show(List<PlannedRun> runs);
  }

  /**
   * Prepares a sweep.
   *
   * @param again which runs of the store are trained again
   */
  public SweepJob(SparkSession session, Store store, Study study, PlanJob.Again again)
      throws IOException {
    Configuration hadoop = session.sparkContext().hadoopConfiguration();
    this.session = session;
    this.store = store.qualified(hadoop);
    saved = new SavedRuns(this.store, hadoop);
    this.study = study;
    this.again = again;
  }

  /**
   * How a sweep ended.
   *
   * @param interrupted whether it was told to stop before all runs had ended
   * @param missing runs of the grid that the store does not hold
   * @param failures runs of the grid that the store holds as failed or diverged
   * @param nearMisses other ones that ended without a grok step
   */
  public record Swept(boolean interrupted, int missing, int failures, int nearMisses) {}

  /** What a session must be made with for this sweep; other settings of the user's stay. */
  public static Map<String, String> settings(SweepSpec sweep) {
    Map<String, String> settings = new HashMap<>();
    settings.put("spark.plugins", ProgressPlugin.class.getName());
    settings.put("spark.task.maxFailures", Integer.toString(ThrowingTasks.MOST_LOST));
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
   * @throws BrokenStore if runs may be in what of the store cannot be read
   * @throws IllegalStateException if a GPU is asked for and there is none that can be used
   */
  public Swept run(Listener listener) throws IOException {
    Store.Known known = store.finished(session);
    listener.damaged(known.damages());
    known.requireAllRuns();
    Plan plan = new PlanJob(study, known.runs(), again).run();
    List<PlannedRun> pending = plan.pending();
    SweepLists.write(store, study, session.sparkContext().hadoopConfiguration());
    forgetAllBut(pending, known.runs());
    listener.planned(plan);
    if (pending.isEmpty()) {
      return swept(known.runs(), false);
    }
    requireExecutor(session.sparkContext(), study.sweep().gpus() > 0);
    requireDevice();
    session.sparkContext().addSparkListener(ThrowingTasks.of(session.sparkContext()));
    Set<String> ended = train(pending, known.runs(), listener);
    Map<String, Finished> finished = store.finished(session).runs();
    forgetAllBut(pending.stream().filter(run -> !ended.contains(run.id())).toList(), finished);
    return swept(finished, ended.size() < pending.size());
  }

  /** When the grid's runs generalise, by its axes. */
  public Dataset<Row> summary() throws IOException {
    session.createDataset(ids().toList(), Encoders.STRING()).createOrReplaceTempView("grid");
    Views.Restriction grid = new Views.Restriction(null, "run_id IN (SELECT value FROM grid)");
    Views.register(session, StoredRuns.of(session, store), grid);
    return session.sql(GrokSteps.byAxes(axes()));
  }

  /** The columns of the keys that the grid varies. */
  private List<String> axes() {
    return study.axes().entrySet().stream()
        .filter(axis -> axis.getValue().size() > 1)
        .map(axis -> Key.of(axis.getKey()).column())
        .toList();
  }

  /** Of the runs of this study, and of their twins. */
  private Stream<String> ids() {
    return study.runs().stream().flatMap(run -> run.ids().stream());
  }

  /**
   * The runs of this study that are not pending need no saved state any more, but for those that
   * were out of time: with more of it they go on.
   */
  private void forgetAllBut(List<PlannedRun> pending, Map<String, Finished> finished) {
    Set<String> needed = pending.stream().map(PlannedRun::id).collect(Collectors.toSet());
    Set<String> others =
        ids()
            .filter(id -> !needed.contains(id) && !isOutOfTime(finished.get(id)))
            .collect(Collectors.toSet());
    saved.forget(others);
    saved.forgetTasks(others);
  }

  private static boolean isOutOfTime(@Nullable Finished run) {
    return run != null && run.outcome() == Outcome.OUT_OF_TIME;
  }

  private Swept swept(Map<String, Finished> finished, boolean interrupted) {
    int missing = 0;
    int failures = 0;
    int nearMisses = 0;
    for (PlannedRun run : study.runs()) {
      Finished there = PlanJob.finished(run, finished);
      missing += there == null ? 1 : 0;
      boolean failed = there != null && there.outcome().isFailure();
      failures += failed ? 1 : 0;
      nearMisses += there != null && !failed && !there.outcome().isGeneralisation() ? 1 : 0;
    }
    return new Swept(interrupted, missing, failures, nearMisses);
  }

  /** Trains, and returns which runs ended; the others saved their state. */
  private Set<String> train(
      List<PlannedRun> pending, Map<String, Finished> finished, Listener listener)
      throws IOException {
    Dataset<Row> rows = session.createDataFrame(rows(pending, finished), RunsTable.SCHEMA);
    try (Progress progress = listener.show(pending);
        Interruption interruption = new Interruption(progress, study.sweep().maxHours())) {
      if (!progress.isStopping()) {
        Configuration hadoop = session.sparkContext().hadoopConfiguration();
        store.append(rows, store.nextSubmission(Instant.now(), hadoop));
      }
      return progress.isStopping()
          ? progress.ended()
          : pending.stream().map(PlannedRun::id).collect(Collectors.toSet());
    }
  }

  /** The rows of these runs, which are trained when they are asked for. */
  private JavaRDD<Row> rows(List<PlannedRun> pending, Map<String, Finished> finished) {
    SparkContext context = session.sparkContext();
    SerializableConfiguration hadoop = new SerializableConfiguration(context.hadoopConfiguration());
    SweepSpec sweep = study.sweep();
    int atOnce = sweep.atOnceOn(sweep.gpus() > 0);
    List<RunGroup> tasks = RunGroup.group(pending, slots(), atOnce);
    Set<String> suspects = saved.suspects();
    Set<String> held = new HashSet<>();
    finished.forEach((id, run) -> held.addAll(run.outcome().isFailure() ? Set.of() : Set.of(id)));
    held.retainAll(pending.stream().map(PlannedRun::id).toList());
    return JavaSparkContext.fromSparkContext(context)
        .parallelize(tasks, tasks.size())
        .mapPartitions(new TrainRuns(sweep, store, hadoop, Versions.current(), suspects, held));
  }

  /** Tasks at a time: an executor has the GPUs of one. */
  private int slots() {
    SparkContext context = session.sparkContext();
    int started = context.statusTracker().getExecutorInfos().length - 1; // without the driver
    int executors =
        Utils.isDynamicAllocationEnabled(context.getConf())
            ? context.getConf().getInt("spark.dynamicAllocation.maxExecutors", started)
            : started;
    return study.sweep().gpus() > 0 ? Math.max(2, executors) : context.defaultParallelism();
  }

  /**
   * How work is grouped depends on the executors, so the first is waited for. With dynamic
   * allocation there is none until there is work: a task of nothing.
   *
   * @param withGpu whether it must have a GPU: then not for long
   */
  public static void requireExecutor(SparkContext context, boolean withGpu) {
    long start = System.nanoTime();
    if (!context.isLocal() && Utils.isDynamicAllocationEnabled(context.getConf())) {
      Future<Long> unused =
          JavaSparkContext.fromSparkContext(context).parallelize(List.of(0), 1).countAsync();
    }
    while (!context.isLocal() && context.statusTracker().getExecutorInfos().length < 2) {
      double seconds = (System.nanoTime() - start) * 1e-9;
      if (withGpu && seconds > SECONDS_FOR_A_GPU) {
        throw new IllegalStateException("no executor with a GPU after %.0f s".formatted(seconds));
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  private void requireDevice() {
    if (study.sweep().device() != SweepSpec.DeviceChoice.GPU) {
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
