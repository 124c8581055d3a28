package io.grokgrid.checkpoints;

import io.grokgrid.checkpoints.MeasureCheckpoints.Failure;
import io.grokgrid.console.Interruption;
import io.grokgrid.console.Progress;
import io.grokgrid.jobs.ProgressPlugin;
import io.grokgrid.jobs.Restrictions;
import io.grokgrid.jobs.SweepJob;
import io.grokgrid.sql.Questions;
import io.grokgrid.store.BrokenStore;
import io.grokgrid.store.Damage;
import io.grokgrid.store.Kept;
import io.grokgrid.store.Store;
import io.grokgrid.store.StoredAnalyses;
import io.grokgrid.store.StoredRuns;
import io.grokgrid.tables.AnalysesTable;
import io.grokgrid.tables.Versions;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.util.CollectionAccumulator;
import org.apache.spark.util.SerializableConfiguration;

/** Does with those checkpoints of a store's runs what was not done with them yet. */
public final class CheckpointJob {
  /** What a session must be made with; other settings of the user's stay. */
  public static final Map<String, String> SETTINGS =
      Map.of(
          "spark.plugins", ProgressPlugin.class.getName(),
          "spark.task.maxFailures", "8",
          "spark.speculation", "false");

  /** How errors call the condition. */
  public static final String RUNS = "--runs";

  private final SparkSession session;
  private final Store store;
  private final Choice choice;
  private final CheckpointWork work;

  /** Is told what goes on. */
  public interface Listener {
    /** Of the store this cannot be read; nothing is done where analyses may be in it. */
    void damaged(List<Damage> damages);

    /** These runs kept no checkpoints. */
    void withoutCheckpoints(List<String> runIds);

    /**
     * So many checkpoints are about to be measured.
     *
     * @param runs that are chosen, whether they kept any or not
     * @param checkpoints of these that are chosen
     */
    void pending(int pending, int runs, int checkpoints);

    /** Begins to show how these are measured, each of which takes about these seconds. */
    Progress show(Map<String, Double> seconds);
  }

  /**
   * How it ended.
   *
   * @param runs that are chosen and did not fail
   * @param checkpoints of these that are chosen
   * @param doneBefore those of them that lacked no analysis
   * @param failures what could not be measured, by its name, and why
   * @param mendable whether {@code verify --repair} takes runs of some of these out
   * @param missing checkpoints that are neither measured nor known to be beyond that
   * @param interrupted whether it was told to stop before all was done
   */
  public record Done(
      int runs,
      int checkpoints,
      int doneBefore,
      int measured,
      List<String> failures,
      boolean mendable,
      int missing,
      double seconds,
      boolean interrupted) {}

  public CheckpointJob(
      org.apache.spark.sql.SparkSession session, Store store, Choice choice, CheckpointWork work)
      throws IOException {
    this.session = (SparkSession) session; // the only one that has plans
    this.store = store.qualified(session.sparkContext().hadoopConfiguration());
    this.choice = choice;
    this.work = work;
  }

  /**
   * Measures what is missing, and returns when that is done or was told to stop.
   *
   * @throws io.grokgrid.sql.RefusedSql if the condition is none, or there is no such sweep
   * @throws BrokenStore if analyses may be in what of the store cannot be read
   */
  public Done run(Listener listener) throws IOException {
    long start = System.nanoTime();
    Questions questions = Questions.of(session);
    Restrictions.requireCondition(session, questions, choice.restriction().where(), RUNS);
    StoredRuns stored = StoredRuns.of(session, store);
    List<Damage> damages = new ArrayList<>();
    Choice found =
        choice.with(Restrictions.found(store, stored.rows(), choice.restriction(), damages));
    listener.damaged(damages);
    StoredAnalyses before = StoredAnalyses.of(session, store);
    requireReadable(stored, before, listener);
    Set<String> failures = new LinkedHashSet<>();
    List<Kept> runs = found.runs(stored, failures);
    listener.withoutCheckpoints(
        runs.stream().filter(run -> run.steps().isEmpty()).map(Kept::runId).toList());
    int checkpoints = runs.stream().mapToInt(run -> choice.steps(run).size()).sum();
    List<Checkpoint> pending = pending(runs, before.done());
    listener.pending(pending.size(), runs.size(), checkpoints);
    Set<Failure> failed = new LinkedHashSet<>();
    boolean stopped = !pending.isEmpty() && measure(pending, failed, listener);
    boolean mendable = !failures.isEmpty() || failed.stream().anyMatch(Failure::isMendable);
    failed.forEach(each -> failures.add(each.path() + " " + each.why()));
    int left =
        pending.isEmpty() ? 0 : pending(runs, StoredAnalyses.of(session, store).done()).size();
    int missing = Math.max(0, left - failed.size());
    return new Done(
        runs.size(),
        checkpoints,
        checkpoints - pending.size(),
        pending.size() - left,
        List.copyOf(failures),
        mendable,
        missing,
        (System.nanoTime() - start) * 1e-9,
        stopped && missing > 0);
  }

  private static void requireReadable(StoredRuns stored, StoredAnalyses before, Listener listener) {
    listener.damaged(Stream.concat(stored.damages().stream(), before.damages().stream()).toList());
    if (before.damages().stream().anyMatch(Damage::holdsRuns)) {
      throw new BrokenStore(
          "nothing is done while analyses may lie in what cannot be read: verify --repair takes"
              + " it out of the store, then they are made again");
    }
  }

  private List<Checkpoint> pending(List<Kept> runs, Map<StoredAnalyses.Step, Set<String>> done) {
    List<Checkpoint> pending = new ArrayList<>();
    for (Kept run : runs) {
      for (int step : choice.steps(run)) {
        Set<String> there = done.getOrDefault(new StoredAnalyses.Step(run.runId(), step), Set.of());
        ArrayList<String> missing = new ArrayList<>(work.names());
        missing.removeAll(there);
        if (!missing.isEmpty()) {
          pending.add(new Checkpoint(run.runId(), step, run.steps().last(), run.spec(), missing));
        }
      }
    }
    return pending;
  }

  /** Returns whether it was told to stop. */
  private boolean measure(List<Checkpoint> pending, Set<Failure> failures, Listener listener)
      throws IOException {
    SparkContext context = session.sparkContext();
    SweepJob.requireExecutor(context, false);
    CollectionAccumulator<Failure> failed = new CollectionAccumulator<>();
    context.register(failed, "checkpoints that could not be measured");
    Map<String, Double> seconds = new HashMap<>();
    pending.forEach(each -> seconds.put(each.id(), work.seconds(each)));
    Dataset<Row> rows = session.createDataFrame(rows(pending, failed), AnalysesTable.SCHEMA);
    try (Progress progress = listener.show(seconds);
        Interruption interruption = new Interruption(progress, 0)) {
      if (!progress.isStopping()) {
        store.appendAnalyses(
            rows, store.nextAnalysesSubmission(Instant.now(), context.hadoopConfiguration()));
      }
      return progress.isStopping();
    } finally {
      failures.addAll(failed.value()); // a task that was tried again says it again
    }
  }

  /** The rows of these checkpoints, which are measured when they are asked for. */
  private JavaRDD<Row> rows(List<Checkpoint> pending, CollectionAccumulator<Failure> failed) {
    SparkContext context = session.sparkContext();
    Configuration hadoop = context.hadoopConfiguration();
    List<CheckpointGroup> groups =
        CheckpointGroup.group(work, pending, context.defaultParallelism());
    return JavaSparkContext.fromSparkContext(context)
        .parallelize(groups, groups.size())
        .mapPartitions(
            new MeasureCheckpoints(
                work, store, new SerializableConfiguration(hadoop), Versions.current(), failed));
  }
}
