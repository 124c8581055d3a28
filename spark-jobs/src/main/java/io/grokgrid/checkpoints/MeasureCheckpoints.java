package io.grokgrid.checkpoints;

import io.grokgrid.console.Report;
import io.grokgrid.jobs.ProgressPlugin;
import io.grokgrid.jobs.Reports;
import io.grokgrid.store.Checkpoints;
import io.grokgrid.store.Store;
import io.grokgrid.store.StoreFiles;
import io.grokgrid.store.StoredWeights;
import io.grokgrid.tables.Analysed;
import io.grokgrid.tables.AnalysesTable;
import io.grokgrid.tables.Provenance;
import io.grokgrid.tables.Versions;
import io.grokgrid.train.Measurement;
import java.io.Serializable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.util.CollectionAccumulator;
import org.apache.spark.util.SerializableConfiguration;
import org.slf4j.LoggerFactory;

/**
 * What an executor does with checkpoints: read, check and measure one after the other, and give
 * each one's row. One that is missing, damaged or cannot be measured gives none, and is named to
 * the driver.
 */
final class MeasureCheckpoints implements FlatMapFunction<Iterator<CheckpointGroup>, Row> {
  private static final long serialVersionUID = 1L;

  private static final String FAILED = "FAILED";

  private final CheckpointWork work;
  private final Store store;
  private final SerializableConfiguration hadoop;
  private final Versions versions;
  private final CollectionAccumulator<Failure> failures;

  /**
   * A checkpoint that could not be measured, so that "path why" reads as a sentence.
   *
   * @param isMendable whether it is one for which {@code verify --repair} takes its run out
   */
  record Failure(String path, String why, boolean isMendable) implements Serializable {}

  /**
   * @param failures is told of each
   */
  MeasureCheckpoints(
      CheckpointWork work,
      Store store,
      SerializableConfiguration hadoop,
      Versions versions,
      CollectionAccumulator<Failure> failures) {
    this.work = work;
    this.store = store;
    this.hadoop = hadoop;
    this.versions = versions;
    this.failures = failures;
  }

  /** Measures when a row is asked for, until told to stop. */
  @Override
  public Iterator<Row> call(Iterator<CheckpointGroup> groups) {
    List<Checkpoint> checkpoints = new ArrayList<>();
    groups.forEachRemaining(group -> checkpoints.addAll(group.checkpoints()));
    String host = Provenance.localHost();
    Reports reports = new Reports(ProgressPlugin::report, () -> System.nanoTime() * 1e-9);
    TaskContext.get().addTaskCompletionListener((TaskContext ended) -> reports.tell());
    CheckpointWork.Task task = work.begin(store, hadoop.value());
    return checkpoints.stream()
        .flatMap(each -> measured(each, task, reports).stream())
        .map(found -> AnalysesTable.toRow(found, host, versions))
        .iterator();
  }

  private Optional<Analysed> measured(
      Checkpoint checkpoint, CheckpointWork.Task task, Reports reports) {
    if (!reports.test(new Report(checkpoint.id(), 0, 0, ""))) {
      return Optional.empty();
    }
    try {
      Optional<Analysed> found = measure(checkpoint, task, reports);
      found.ifPresent(each -> end(checkpoint, work.outcome(each.measurements()), reports));
      return found;
    } catch (StoredWeights.Flaw e) {
      fail(checkpoint, String.valueOf(e.getMessage()), !e.isDenied());
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
      LoggerFactory.getLogger(MeasureCheckpoints.class).error("{} failed", checkpoint.id(), e);
      String why = "could not be analysed: " + (e.getMessage() == null ? e : e.getMessage());
      fail(checkpoint, why, false);
    }
    end(checkpoint, FAILED, reports);
    return Optional.empty();
  }

  private void end(Checkpoint checkpoint, String outcome, Reports reports) {
    boolean unused = reports.test(new Report(checkpoint.id(), work.parts(), 0, outcome));
  }

  private void fail(Checkpoint checkpoint, String why, boolean isMendable) {
    String path = StoreFiles.text(Checkpoints.file(store, checkpoint.runId(), checkpoint.step()));
    failures.add(new Failure(path, why, isMendable));
  }

  /** Nothing if it was told to stop meanwhile. */
  private static Optional<Analysed> measure(
      Checkpoint checkpoint, CheckpointWork.Task task, Reports reports) throws StoredWeights.Flaw {
    Instant startedAt = Instant.now();
    long start = System.nanoTime();
    Attendance attendance =
        new Attendance(checkpoint.id(), reports, () -> System.nanoTime() * 1e-9);
    Optional<List<Measurement>> found = task.measure(checkpoint, attendance);
    double seconds = (System.nanoTime() - start) * 1e-9;
    return found.map(
        measurements ->
            new Analysed(
                checkpoint.runId(),
                checkpoint.step(),
                checkpoint.analyses(),
                measurements,
                startedAt,
                seconds));
  }
}
