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
 * @param keys those of {@code run} that vary among all that are compared, with its values
 */
record ComparedRun(
    String id,
    String outcome,
    @Nullable Integer grokStep,
    int lastStep,
    long hash,
    Observation observation,
    Map<String, @Nullable Object> keys) {
  /** Its columns, without the keys; a diverged run is censored at its planned last step. */
  static final List<String> COLUMNS =
      List.of(
          "run_id",
          "outcome",
          "grok_step",
          "coalesce(last_step, 0) AS last_step",
          "xxhash64(metrics) AS hash",
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
        keys);
  }

  /** Failed ones say nothing of when they would have grokked. */
  boolean isObserved() {
    return !outcome.equals("failed");
  }

  boolean isSameAs(ComparedRun other) {
    return outcome.equals(other.outcome) && lastStep == other.lastStep && hash == other.hash;
  }
}
