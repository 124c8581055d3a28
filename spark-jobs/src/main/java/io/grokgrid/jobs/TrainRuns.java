package io.grokgrid.jobs;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.grokgrid.config.PlannedRun;
import io.grokgrid.console.Report;
import io.grokgrid.experiment.Experiment;
import io.grokgrid.experiment.Outcome;
import io.grokgrid.experiment.RunResult;
import io.grokgrid.experiment.SavedRun;
import io.grokgrid.run.StepForm;
import io.grokgrid.run.SweepSpec;
import io.grokgrid.step.TrainingStep;
import io.grokgrid.store.Checkpoints;
import io.grokgrid.store.SavedRuns;
import io.grokgrid.store.Store;
import io.grokgrid.tables.Processor;
import io.grokgrid.tables.Provenance;
import io.grokgrid.tables.RunsTable;
import io.grokgrid.tables.Versions;
import io.grokgrid.tensor.Autograd;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.util.SerializableConfiguration;
import org.slf4j.LoggerFactory;

/**
 * What an executor does: train the runs of a task one after the other, and give each one's row as
 * it ends; or several of one shape at once, whose rows come when the last of them has ended. A run
 * that fails by its own fault gives a row too; what is thrown is the cluster's fault, and a cluster
 * tries the task again elsewhere.
 */
final class TrainRuns implements FlatMapFunction<Iterator<RunGroup>, Row> {
  private static final long serialVersionUID = 1L;

  private final SweepSpec sweep;
  private final Store store;
  private final SerializableConfiguration hadoop;
  private final Versions versions;
  private final HashSet<String> suspects;
  private final HashSet<String> held;

  /**
   * @param suspects runs that tasks had which an earlier sweep lost
   * @param held runs of which the store has rows that stay good until there are newer ones
   */
  TrainRuns(
      SweepSpec sweep,
      Store store,
      SerializableConfiguration hadoop,
      Versions versions,
      Set<String> suspects,
      Set<String> held) {
    this.sweep = sweep;
    this.store = store;
    this.hadoop = hadoop;
    this.versions = versions;
    this.suspects = new HashSet<>(suspects);
    this.held = new HashSet<>(held);
  }

  /** Trains when a row is asked for, until runs are told to stop. */
  @Override
  public Iterator<Row> call(Iterator<RunGroup> tasks) {
    if (!ProgressPlugin.report(List.of())) {
      return Collections.emptyIterator();
    }
    List<PlannedRun> runs = new ArrayList<>();
    tasks.forEachRemaining(task -> runs.addAll(task.runs()));
    Autograd.load(); // before any run counts as started: unpacking takes seconds
    Devices.Assigned device = Devices.assigned(sweep.device());
    Provenance provenance =
        new Provenance(
            Provenance.localHost(),
            Processor.name(),
            device.column(),
            device.gpuAddress(),
            versions);
    SavedRuns saved = new SavedRuns(store, hadoop.value());
    Reports reports = new Reports(ProgressPlugin::report, TrainRuns::seconds);
    begin(runs, saved, reports);
    return batches(runs, sweep.atOnceOn(device.device().isGpu()), saved).stream()
        .flatMap(batch -> trainUnlessGone(batch, device.device(), saved, reports).stream())
        .map(result -> RunsTable.toRow(result, sweep.name(), provenance))
        .iterator();
  }

  /** Where an attempt at this task was lost, each of its runs may be why. */
  private void begin(Collection<PlannedRun> runs, SavedRuns saved, Reports reports) {
    TaskContext task = TaskContext.get();
    boolean isRetry = task.attemptNumber() + task.stageAttemptNumber() > 0;
    saved.beginTask(
        runs.stream().map(PlannedRun::id).toList(), runId -> isRetry || suspects.contains(runId));
    task.addTaskCompletionListener(
        ended -> {
          reports.tell();
          if (!ended.isFailed()) {
            saved.endTask();
          }
        });
  }

  /** Of runs that may have taken a process down, each by itself: so it is found which did. */
  private static List<List<PlannedRun>> batches(
      List<PlannedRun> runs, int atOnce, SavedRuns saved) {
    List<PlannedRun> alone = runs.stream().filter(run -> saved.isSuspect(run.id())).toList();
    List<PlannedRun> others = new ArrayList<>(runs);
    others.removeAll(alone);
    List<List<PlannedRun>> batches = RunGroup.batches(alone, 1);
    batches.addAll(RunGroup.batches(others, atOnce));
    return batches;
  }

  private static double seconds() {
    return System.nanoTime() * 1e-9;
  }

  /** As {@link #train}, which is the end of this task where its process is told to go. */
  private List<RunResult> trainUnlessGone(
      List<PlannedRun> batch, Device device, SavedRuns saved, Reports reports) {
    Departure.begin();
    try {
      return train(batch, device, saved, reports);
    } finally {
      Departure.end();
    }
  }

  /** Those of these runs that ended. */
  private List<RunResult> train(
      List<PlannedRun> batch, Device device, SavedRuns saved, Reports reports) {
    if (!reports.goOn()) {
      return List.of();
    }
    if (batch.size() > 1) {
      return AtOnce.train(device, batch, (run, step) -> train(run, step, device, saved, reports));
    }
    PlannedRun run = batch.get(0);
    Function<NDManager, TrainingStep> step =
        manager -> StepForm.of(run.spec()).step(manager, run.spec());
    return train(run, step, device, saved, reports).stream().toList();
  }

  private Optional<RunResult> train(
      PlannedRun run,
      Function<NDManager, TrainingStep> step,
      Device device,
      SavedRuns saved,
      Reports reports) {
    SavedRuns.Start start = saved.start(run);
    SavedRun from = start.saved();
    int done = from == null ? 0 : from.state().step();
    if (!reports.test(new Report(run.id(), done, 0, ""))) {
      withdraw(run, start, saved);
      return Optional.empty();
    }
    Optional<RunResult> result =
        start.fruitless() >= SavedRuns.MOST_STARTS
            ? Optional.of(givenUp(run, start))
            : attempt(run, step, device, start, saved, reports);
    result.map(TrainRuns::end).ifPresent(reports::test);
    return result;
  }

  private static RunResult givenUp(PlannedRun run, SavedRuns.Start start) {
    String error =
        "started %d times without getting any further; what it ran on was lost each time"
            .formatted(start.fruitless());
    return RunResult.of(run, start.saved(), Outcome.FAILED, error, start.attempt(), null);
  }

  private Optional<RunResult> attempt(
      PlannedRun run,
      Function<NDManager, TrainingStep> step,
      Device device,
      SavedRuns.Start start,
      SavedRuns saved,
      Reports reports) {
    Lookout lookout =
        new Lookout(run, start, saved, reports, Departure::isAsked, TrainRuns::seconds);
    Checkpoints checkpoints =
        new Checkpoints(store, run.id(), hadoop.value(), held.contains(run.id()));
    try {
      Optional<RunResult> result =
          new Experiment(run, device, start.attempt(), start.saved())
              .run(step, lookout, checkpoints);
      lookout.finish(result.isPresent());
      return result;
    } catch (UncheckedIOException | CancellationException e) {
      withdraw(run, start, saved);
      throw e;
    }
  }

  /** What a store or another run throws is no fault of this run, and so counts for nothing. */
  private static void withdraw(PlannedRun run, SavedRuns.Start start, SavedRuns saved) {
    try {
      saved.withdraw(run.id(), start);
    } catch (UncheckedIOException e) {
      LoggerFactory.getLogger(TrainRuns.class).warn("the start of {} counts", run.id(), e);
    }
  }

  private static Report end(RunResult result) {
    return new Report(
        result.runId(), result.lastStep(), result.stepsPerSecond(), result.outcome().name());
  }
}
