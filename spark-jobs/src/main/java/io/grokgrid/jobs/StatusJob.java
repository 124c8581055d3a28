package io.grokgrid.jobs;

import io.grokgrid.console.Console;
import io.grokgrid.console.Table;
import io.grokgrid.session.SparkRows;
import io.grokgrid.store.SavedRuns;
import io.grokgrid.store.SavedRuns.SavedState;
import io.grokgrid.store.Store;
import io.grokgrid.store.Views;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.jspecify.annotations.Nullable;

/** Counts what a store holds: runs in flight, then a sweep and an outcome a row, newest first. */
public final class StatusJob {
  /** NaN would not cast to a number of milliseconds. */
  private static final String COUNTS =
      """
      SELECT sweep, outcome, count(*) AS runs,
        max(timestampadd(MILLISECOND, bigint(1000 * coalesce(nanvl(seconds, 0), 0)), started_at))
          AS last_finished,
        error AS detail
      FROM runs GROUP BY sweep, outcome, error
      ORDER BY last_finished DESC NULLS LAST, sweep, outcome, detail
      """;

  private final SparkSession session;
  private final Store store;
  private final Console console;

  /**
   * @param console told of what of the store cannot be read
   */
  public StatusJob(SparkSession session, Store store, Console console) {
    this.session = session;
    this.store = store;
    this.console = console;
  }

  /** Columns: sweep, outcome, runs, last_finished, detail. */
  public Table run() throws IOException {
    Views views = Views.register(session, store, Views.Restriction.NONE);
    Damages.say(views.damages(), console);
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (SavedState state : inFlight(views)) {
      rows.add(
          Arrays.<@Nullable Object>asList(
              null, "in_flight", 1L, null, "%s, step %d".formatted(state.runId(), state.step())));
    }
    session.sql(COUNTS).collectAsList().forEach(row -> rows.add(SparkRows.list(row)));
    return new Table(List.of("sweep", "outcome", "runs", "last_finished", "detail"), rows);
  }

  /** The saved states of runs that have no row, or only one that failed. */
  private List<SavedState> inFlight(Views views) throws IOException {
    List<SavedState> saved =
        new SavedRuns(store, session.sparkContext().hadoopConfiguration()).newest();
    Object[] ids = saved.stream().map(SavedState::runId).toArray();
    Set<String> finished = new HashSet<>();
    List<Row> rows =
        views
            .runs()
            .where(functions.col("run_id").isin(ids))
            .where("outcome NOT IN ('failed', 'diverged')")
            .select("run_id")
            .collectAsList();
    rows.forEach(row -> finished.add(row.getString(0)));
    return saved.stream().filter(state -> !finished.contains(state.runId())).toList();
  }
}
