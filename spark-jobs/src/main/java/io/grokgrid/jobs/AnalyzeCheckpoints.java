package io.grokgrid.jobs;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.grokgrid.analysis.Subject;
import io.grokgrid.battery.Battery;
import io.grokgrid.console.Report;
import io.grokgrid.store.Checkpoints;
import io.grokgrid.store.Store;
import io.grokgrid.store.StoreFiles;
import io.grokgrid.store.StoredWeights;
import io.grokgrid.tables.Analysed;
import io.grokgrid.tables.AnalysesTable;
import io.grokgrid.tables.Provenance;
import io.grokgrid.tables.Versions;
import io.grokgrid.tensor.Autograd;
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
 * What an executor does with checkpoints: read, check and analyse one after the other, and give
 * each one's row. One that is missing, damaged or cannot be analysed gives none, and is named to
 * the driver.
 */
final class AnalyzeCheckpoints implements FlatMapFunction<Iterator<CheckpointGroup>, Row> {
  private static final long serialVersionUID = 1L;

  static final String ANALYSED = "ANALYSED";
  static final String FAILED = "FAILED";

  private final Store store;
  private final SerializableConfiguration hadoop;
  private final Versions versions;
  private final CollectionAccumulator<Failure> failures;

  /**
   * A checkpoint that could not be analysed, so that "path why" reads as a sentence.
   *
   * @param isMendable whether it is one for which {@code verify --repair} takes its run out
   */
  record Failure(String path, String why, boolean isMendable) implements Serializable {}

  /**
   * @param failures is told of each
   */
  AnalyzeCheckpoints(
      Store store,
      SerializableConfiguration hadoop,
      Versions versions,
      CollectionAccumulator<Failure> failures) {
    this.store = store;
    this.hadoop = hadoop;
    this.versions = versions;
    this.failures = failures;
  }

  /** Analyses when a row is asked for, until told to stop. */
  @Override
  public Iterator<Row> call(Iterator<CheckpointGroup> groups) {
    List<Checkpoint> checkpoints = new ArrayList<>();
    groups.forEachRemaining(group -> checkpoints.addAll(group.checkpoints()));
    Autograd.load();
    String host = Provenance.localHost();
    Reports reports = new Reports(ProgressPlugin::report, () -> System.nanoTime() * 1e-9);
    TaskContext.get().addTaskCompletionListener((TaskContext ended) -> reports.tell());
    RunEnd end = new RunEnd(store, hadoop.value());
    return checkpoints.stream()
        .flatMap(each -> analysed(each, end, reports).stream())
        .map(found -> AnalysesTable.toRow(found, host, versions))
        .iterator();
  }

  private Optional<Analysed> analysed(Checkpoint checkpoint, RunEnd end, Reports reports) {
    if (!reports.test(new Report(checkpoint.id(), 0, 0, ""))) {
      return Optional.empty();
    }
    Optional<Analysed> found = attempt(checkpoint, end);
    String outcome = found.isPresent() ? ANALYSED : FAILED;
    boolean unused = reports.test(new Report(checkpoint.id(), 1, 0, outcome));
    return found;
  }

  private Optional<Analysed> attempt(Checkpoint checkpoint, RunEnd end) {
    try {
      return Optional.of(analyse(checkpoint, end));
    } catch (StoredWeights.Flaw e) {
      fail(checkpoint, String.valueOf(e.getMessage()), !e.isDenied());
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
      LoggerFactory.getLogger(AnalyzeCheckpoints.class).error("{} failed", checkpoint.id(), e);
      String why = "could not be analysed: " + (e.getMessage() == null ? e : e.getMessage());
      fail(checkpoint, why, false);
    }
    return Optional.empty();
  }

  private void fail(Checkpoint checkpoint, String why, boolean isMendable) {
    String path = StoreFiles.text(Checkpoints.file(store, checkpoint.runId(), checkpoint.step()));
    failures.add(new Failure(path, why, isMendable));
  }

  private static Analysed analyse(Checkpoint checkpoint, RunEnd end) throws StoredWeights.Flaw {
    Instant startedAt = Instant.now();
    long start = System.nanoTime();
    int step = checkpoint.step();
    try (NDManager manager = Autograd.newManager(Device.cpu())) {
      Subject subject = end.subject(checkpoint, manager);
      Battery.Report report = checkpoint.battery().measure(subject, step);
      double seconds = (System.nanoTime() - start) * 1e-9;
      return new Analysed(
          checkpoint.runId(), step, checkpoint.analyses(), report.defined(), startedAt, seconds);
    }
  }
}
