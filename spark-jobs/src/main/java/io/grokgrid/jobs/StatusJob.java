package io.grokgrid.jobs;

import io.grokgrid.store.Damage;
import io.grokgrid.store.SavedRuns;
import io.grokgrid.store.SavedRuns.SavedState;
import io.grokgrid.store.Store;
import io.grokgrid.store.StoredRuns;
import io.grokgrid.store.Views;
import java.io.IOException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.jspecify.annotations.Nullable;

/** Counts what a store holds. */
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

  public StatusJob(SparkSession session, Store store) {
    this.session = session;
    this.store = store;
  }

  /**
   * What a store holds.
   *
   * @param inFlight the saved states of runs that have no row, or only one that failed
   * @param ended the runs that have a row, those that ended last first
   * @param damages what of the store cannot be read
   */
  public record Status(List<SavedState> inFlight, List<Ended> ended, List<Damage> damages) {}

  /**
   * Runs of a sweep that ended alike.
   *
   * @param last when the last of them ended
   */
  public record Ended(
      @Nullable String sweep,
      String outcome,
      long runs,
      @Nullable Instant last,
      @Nullable String error) {
    private static Ended of(Row row) {
      Timestamp last = row.getAs("last_finished");
      return new Ended(
          row.getAs("sweep"),
          row.getAs("outcome"),
          row.<Long>getAs("runs"),
          last == null ? null : last.toInstant(),
          row.getAs("detail"));
    }
  }

  public Status run() throws IOException {
    Views views = Views.register(session, StoredRuns.of(session, store), Views.Restriction.NONE);
    List<SavedState> inFlight = inFlight(views);
    List<Ended> ended = session.sql(COUNTS).collectAsList().stream().map(Ended::of).toList();
    return new Status(inFlight, ended, views.damages());
  }

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
