package io.grokgrid.inspect;

import io.grokgrid.math.KaplanMeier.Observation;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * What of a run is held against another's.
 *
 * @param hash of all that was recorded of it, step by step
 * @param observation its grok step, or when it was last seen without
 * @param processor its kind, of rows from before it was kept null
 * @param device cpu, or which GPU
 * @param keys those of {@code run} that vary among all that are compared, with its values
 */
record ComparedRun(
    String id,
    String outcome,
    @Nullable Integer grokStep,
    int lastStep,
    long hash,
    Observation observation,
    @Nullable String processor,
    String device,
    Map<String, @Nullable Object> keys) {
  /** Its columns, without the keys; a diverged run is censored at its planned last step. */
  static final List<String> COLUMNS =
      List.of(
          "run_id",
          "outcome",
          "grok_step",
          "coalesce(last_step, 0) AS last_step",
          "xxhash64(metrics) AS hash",
          "processor",
          "device",
          "coalesce(grok_step, if(outcome = 'diverged', steps, last_step), 0) AS time");

  static ComparedRun of(Row row, Map<String, @Nullable Object> keys) {
    Integer grokStep = row.getAs("grok_step");
    int time = row.<Integer>getAs("time");
    return new ComparedRun(
        row.getAs("run_id"),
        row.getAs("outcome"),
        grokStep,
        row.<Integer>getAs("last_step"),
        row.<Long>getAs("hash"),
        new Observation(time, grokStep != null),
        row.getAs("processor"),
        row.getAs("device"),
        keys);
  }

  /** Failed ones say nothing of when they would have grokked. */
  boolean isObserved() {
    return !outcome.equals("failed");
  }

  /** So that the same arithmetic gives the same bits. */
  boolean isOfSameProcessor(ComparedRun other) {
    boolean onCores = device.equals("cpu") && other.device.equals("cpu");
    return onCores && processor != null && processor.equals(other.processor);
  }

  boolean isSameAs(ComparedRun other) {
    return outcome.equals(other.outcome) && lastStep == other.lastStep && hash == other.hash;
  }
}
