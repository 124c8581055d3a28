package io.grokgrid.jobs;

import ai.djl.Device;
import io.grokgrid.config.PlannedRun;
import io.grokgrid.console.Report;
import io.grokgrid.experiment.Experiment;
import io.grokgrid.experiment.Outcome;
import io.grokgrid.experiment.RunResult;
import io.grokgrid.experiment.SavedRun;
import io.grokgrid.run.SweepSpec;
import io.grokgrid.store.Checkpoints;
import io.grokgrid.store.SavedRuns;
import io.grokgrid.store.Store;
import io.grokgrid.tables.Provenance;
import io.grokgrid.tables.RunsTable;
import io.grokgrid.tables.Versions;
import io.grokgrid.tensor.Autograd;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Optional;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.util.SerializableConfiguration;

/**
 * What an executor does: train the runs of a task one after the other, and give their rows as they
 * end. A run that fails by its own fault gives a row too; what is thrown is the cluster's fault,
 * and a cluster tries the task again elsewhere.
 */
final class TrainRuns implements FlatMapFunction<Iterator<RunGroup>, Row> {
  private static final long serialVersionUID = 1L;

  private final SweepSpec sweep;
  private final Store store;
  private final SerializableConfiguration hadoop;
  private final Versions versions;

  TrainRuns(SweepSpec sweep, Store store, SerializableConfiguration hadoop, Versions versions) {
    this.sweep = sweep;
    this.store = store;
    this.hadoop = hadoop;
    this.versions = versions;
  }

  /** Trains a run each time that a row is asked for, until one is told to stop. */
  @Override
  public Iterator<Row> call(Iterator<RunGroup> tasks) {
    Deque<PlannedRun> runs = new ArrayDeque<>();
    tasks.forEachRemaining(task -> runs.addAll(task.runs()));
    Autograd.load(); // before any run counts as started: unpacking takes seconds
    Devices.Assigned device = Devices.assigned(sweep.device());
    SavedRuns saved = new SavedRuns(store, hadoop.value());
    return runs.stream()
        .map(run -> train(run, device.device(), saved))
        .takeWhile(Optional::isPresent)
        .map(result -> row(result.orElseThrow(), device))
        .iterator();
  }

  private Row row(RunResult result, Devices.Assigned device) {
    Provenance provenance =
        new Provenance(Provenance.localHost(), device.column(), device.gpuAddress(), versions);
    return RunsTable.toRow(result, sweep.name(), provenance);
  }

  private Optional<RunResult> train(PlannedRun run, Device device, SavedRuns saved) {
    if (!ProgressPlugin.goOn()) {
      return Optional.empty();
    }
    SavedRuns.Start start = saved.start(run);
    SavedRun from = start.saved();
    int step = from == null ? 0 : from.state().step();
    ProgressPlugin.report(new Report(run.id(), step, 0, ""));
    Optional<RunResult> result =
        start.fruitless() >= SavedRuns.MOST_STARTS
            ? Optional.of(givenUp(run, start))
            : attempt(run, device, start, saved);
    result.ifPresent(TrainRuns::reportEnd);
    return result;
  }

  private static RunResult givenUp(PlannedRun run, SavedRuns.Start start) {
    String error =
        "started %d times without getting any further; what it ran on was lost each time"
            .formatted(start.fruitless());
    return RunResult.of(run, start.saved(), Outcome.FAILED, error, start.attempt(), null);
  }

  private Optional<RunResult> attempt(
      PlannedRun run, Device device, SavedRuns.Start start, SavedRuns saved) {
    Lookout lookout =
        new Lookout(run, start, saved, ProgressPlugin::report, () -> System.nanoTime() * 1e-9);
    Checkpoints checkpoints = new Checkpoints(store, run.id(), hadoop.value());
    Optional<RunResult> result =
        new Experiment(run, device, start.attempt(), start.saved()).run(lookout, checkpoints);
    lookout.finish(result.isPresent());
    return result;
  }

  private static void reportEnd(RunResult result) {
    ProgressPlugin.report(
        new Report(
            result.runId(), result.lastStep(), result.stepsPerSecond(), result.outcome().name()));
  }
}
