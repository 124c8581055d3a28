package io.grokgrid.jobs;

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
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.util.SerializableConfiguration;
import org.jspecify.annotations.Nullable;

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

  @Override
  public Iterator<Row> call(Iterator<RunGroup> tasks) {
    Deque<PlannedRun> runs = new ArrayDeque<>();
    tasks.forEachRemaining(task -> runs.addAll(task.runs()));
    Autograd.load(); // before any run counts as started: unpacking takes seconds
    return new Rows(runs, Devices.assigned(sweep.device()));
  }

  private final class Rows implements Iterator<Row> {
    private final Deque<PlannedRun> runs;
    private final Devices.Assigned device;
    private final SavedRuns saved = new SavedRuns(store, hadoop.value());
    private @Nullable Row next;
    private boolean stopped;

    Rows(Deque<PlannedRun> runs, Devices.Assigned device) {
      this.runs = runs;
      this.device = device;
    }

    @Override
    public boolean hasNext() {
      while (next == null && !stopped && !runs.isEmpty()) {
        Optional<RunResult> result = train(runs.remove());
        next = result.map(this::row).orElse(null);
        stopped = result.isEmpty();
      }
      return next != null;
    }

    @Override
    public Row next() {
      if (!hasNext() || next == null) {
        throw new NoSuchElementException();
      }
      Row row = next;
      next = null;
      return row;
    }

    private Row row(RunResult result) {
      Provenance provenance =
          new Provenance(host(), device.column(), device.gpuAddress(), versions);
      return RunsTable.toRow(result, sweep.name(), provenance);
    }

    private Optional<RunResult> train(PlannedRun run) {
      if (!ProgressPlugin.goOn()) {
        return Optional.empty();
      }
      SavedRuns.Start start = saved.start(run);
      SavedRun from = start.saved();
      int step = from == null ? 0 : from.state().step();
      ProgressPlugin.report(new Report(run.id(), step, 0, ""));
      if (start.fruitless() >= SavedRuns.MOST_STARTS) {
        String error =
            "started %d times without getting any further; what it ran on was lost each time"
                .formatted(start.fruitless());
        return ended(RunResult.of(run, from, Outcome.FAILED, error, start.attempt(), null));
      }
      Lookout lookout = new Lookout(run, start, saved);
      Experiment experiment = new Experiment(run, device.device(), start.attempt(), from);
      Optional<RunResult> result =
          experiment.run(lookout, new Checkpoints(store, run.id(), hadoop.value()));
      lookout.finish(result.isPresent());
      return result.flatMap(this::ended);
    }

    private Optional<RunResult> ended(RunResult result) {
      ProgressPlugin.report(
          new Report(
              result.runId(), result.lastStep(), result.stepsPerSecond(), result.outcome().name()));
      return Optional.of(result);
    }
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return InetAddress.getLoopbackAddress().getHostName();
    }
  }
}
