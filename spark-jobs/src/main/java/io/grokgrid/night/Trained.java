package io.grokgrid.night;

import io.grokgrid.config.Study;
import io.grokgrid.session.SparkRows;
import io.grokgrid.store.SavedRuns;
import io.grokgrid.store.StoredRuns;
import io.grokgrid.store.SweepLists;
import io.grokgrid.store.Views;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.jspecify.annotations.Nullable;

/**
 * What the store holds of the night's grids.
 *
 * @param runs of all grids together
 * @param finished of these
 * @param tonight of the finished ones those that a submission of this night brought
 * @param underWay those that saved a state to go on from
 * @param steps that were trained tonight, of the runs that were finished tonight
 * @param hours of training, of the same runs, in all nights that they took
 * @param failures failed and diverged runs, each with its outcome and error
 * @param versions of the programs that trained tonight's
 * @param sweeps runs and finished ones by sweep
 */
record Trained(
    int runs,
    long finished,
    long tonight,
    long underWay,
    long steps,
    double hours,
    List<Map<String, @Nullable Object>> failures,
    List<Object> versions,
    List<Map<String, @Nullable Object>> sweeps) {
  static Trained of(SparkSession session, Night.Setting setting, String since) throws IOException {
    Configuration hadoop = session.sparkContext().hadoopConfiguration();
    Set<String> all = new HashSet<>();
    List<Map<String, @Nullable Object>> sweeps = new ArrayList<>();
    StoredRuns stored = StoredRuns.of(session, setting.store());
    for (Study study : setting.studies().values()) {
      all.addAll(SweepLists.ids(study));
      Map<String, @Nullable Object> sweep = new LinkedHashMap<>();
      sweep.put("name", study.sweep().name());
      sweep.put("runs", study.runs().size());
      sweep.put("finished", Views.Restriction.NONE.within(study).of(stored.rows()).count());
      sweeps.add(sweep);
    }
    int runs =
        (int)
            setting.studies().values().stream()
                .flatMap(study -> study.runs().stream())
                .map(run -> run.id())
                .distinct()
                .count();
    Dataset<Row> rows =
        new Views.Restriction(List.of(), null, all, Set.of()).of(stored.rows()).cache();
    Dataset<Row> tonight = rows.where(functions.col("submission").gt(since));
    Row sums =
        tonight
            .selectExpr(
                "count(*)",
                "coalesce(sum(last_step - coalesce(resumed_from_step, 0)), 0)",
                "coalesce(sum(seconds), 0) / 3600")
            .first();
    return new Trained(
        runs,
        rows.count(),
        sums.getLong(0),
        new SavedRuns(setting.store(), hadoop)
            .newest().stream().filter(state -> all.contains(state.runId())).count(),
        sums.getLong(1),
        sums.getDouble(2),
        failures(rows),
        versions(tonight),
        sweeps);
  }

  private static List<Map<String, @Nullable Object>> failures(Dataset<Row> rows) {
    List<Map<String, @Nullable Object>> failures = new ArrayList<>();
    Dataset<Row> failed =
        rows.where("outcome IN ('failed', 'diverged')")
            .selectExpr("run_id", "outcome", "substring_index(error, '\n', 1) AS error")
            .orderBy("run_id");
    for (List<@Nullable Object> row : SparkRows.table(failed).rows()) {
      Map<String, @Nullable Object> failure = new LinkedHashMap<>();
      failure.put("run_id", row.get(0));
      failure.put("outcome", row.get(1));
      failure.put("error", row.get(2));
      failures.add(failure);
    }
    return failures;
  }

  private static List<Object> versions(Dataset<Row> tonight) {
    Set<Object> versions = new LinkedHashSet<>();
    for (List<@Nullable Object> row : SparkRows.table(tonight.select("versions")).rows()) {
      Object each = row.get(0);
      if (each != null) {
        versions.add(each);
      }
    }
    return List.copyOf(versions);
  }

  int failed() {
    return failures.size();
  }

  /** As members of an object of JSON. */
  Map<String, @Nullable Object> json() {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("runs", runs);
    json.put("finished", finished);
    json.put("trained_tonight", tonight);
    json.put("under_way", underWay);
    json.put("failed", failures);
    json.put("hours", hours);
    json.put("steps", steps);
    json.put("versions", versions);
    json.put("sweeps", sweeps);
    return json;
  }
}
