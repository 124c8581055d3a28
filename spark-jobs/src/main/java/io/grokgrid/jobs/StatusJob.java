package io.grokgrid.jobs;

import io.grokgrid.config.Study;
import io.grokgrid.sql.Questions;
import io.grokgrid.store.Claim;
import io.grokgrid.store.Damage;
import io.grokgrid.store.SavedRuns;
import io.grokgrid.store.SavedRuns.SavedState;
import io.grokgrid.store.Store;
import io.grokgrid.store.StoredRuns;
import io.grokgrid.store.SweepLists;
import io.grokgrid.store.Views;
import java.io.IOException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
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
      FROM ended GROUP BY sweep, outcome, error
      ORDER BY last_finished DESC NULLS LAST, sweep, outcome, detail
      """;

  private final org.apache.spark.sql.classic.SparkSession session;
  private final Store store;
  private final Views.Restriction restriction;
  private final @Nullable Study study;

  /** Of all runs. */
  public StatusJob(SparkSession session, Store store) {
    this(session, store, Views.Restriction.NONE, null);
  }

  /**
   * @param study that the restriction is to the grid of, if it is: all runs count as its sweep's
   */
  public StatusJob(
      SparkSession session, Store store, Views.Restriction restriction, @Nullable Study study) {
    this.session = (org.apache.spark.sql.classic.SparkSession) session;
    this.store = store;
    this.restriction = restriction;
    this.study = study;
  }

  /**
   * What a store holds.
   *
   * @param inFlight runs that have a saved state and no row, or only one that failed
   * @param isHeld whether a process may be at work on them
   * @param ended the runs that have a row, those that ended last first
   * @param damages what of the store cannot be read
   */
  public record Status(
      List<InFlight> inFlight, boolean isHeld, List<Ended> ended, List<Damage> damages) {}

  /**
   * A run that is under way, or can go on.
   *
   * @param sweep that its grid is of, by the store's lists; null where none holds it
   */
  public record InFlight(@Nullable String sweep, SavedState saved) {}

  /**
   * Runs of a sweep that ended alike.
   *
   * @param last when the last of them ended
   * @param detail what went wrong, or what can be done with them
   */
  public record Ended(
      @Nullable String sweep,
      String outcome,
      long runs,
      @Nullable Instant last,
      @Nullable String detail) {
    private static Ended of(Row row, Map<String, Long> goOn) {
      Timestamp last = row.getAs("last_finished");
      return new Ended(
          row.getAs("sweep"),
          row.getAs("outcome"),
          row.<Long>getAs("runs"),
          last == null ? null : last.toInstant(),
          row.getAs("outcome").equals("out_of_time") ? goOn(row, goOn) : row.getAs("detail"));
    }

    private static String goOn(Row row, Map<String, Long> counts) {
      return "%d saved where a larger training.max_seconds, or none, goes on"
          .formatted(counts.getOrDefault(String.valueOf(row.<String>getAs("sweep")), 0L));
    }
  }

  /**
   * Counts them.
   *
   * @throws io.grokgrid.sql.RefusedSql if the restriction is wrong
   */
  public Status run() throws IOException {
    // First: who ends meanwhile has left none of these in the lurch.
    boolean isHeld = Claim.isHeld(store, session.sparkContext().hadoopConfiguration());
    Restrictions.requireCondition(
        session, Questions.of(session), restriction.where(), Questions.WHERE);
    StoredRuns stored = StoredRuns.of(session, store);
    List<Damage> damages = new ArrayList<>();
    Views.Restriction found = Restrictions.found(store, stored.rows(), restriction, damages);
    Views views = Views.register(session, stored, found);
    SweepLists lists = SweepLists.of(store, session.sparkContext().hadoopConfiguration());
    Dataset<Row> runs = ended(views, stored, lists);
    runs.createOrReplaceTempView("ended");
    List<SavedState> saved =
        new SavedRuns(store, session.sparkContext().hadoopConfiguration()).newest();
    Map<String, Long> goOn = goOn(runs, saved);
    List<Ended> ended =
        session.sql(COUNTS).collectAsList().stream().map(row -> Ended.of(row, goOn)).toList();
    damages.addAll(views.damages());
    damages.addAll(lists.damages());
    List<InFlight> inFlight =
        unfinished(stored, found, saved).stream()
            .flatMap(state -> sweeps(state, lists).map(sweep -> new InFlight(sweep, state)))
            .toList();
    return new Status(inFlight, isHeld, ended, damages.stream().distinct().toList());
  }

  /** How many runs of each sweep were out of time and have the state that they can go on from. */
  private static Map<String, Long> goOn(Dataset<Row> runs, List<SavedState> saved) {
    Set<String> states = saved.stream().map(SavedState::runId).collect(Collectors.toSet());
    return runs
        .where("outcome = 'out_of_time' AND sweep IS NOT NULL")
        .select("run_id", "sweep")
        .collectAsList()
        .stream()
        .filter(row -> states.contains(row.getString(0)))
        .collect(Collectors.groupingBy(row -> row.getString(1), Collectors.counting()));
  }

  /** The runs, each beside every sweep that it counts in. */
  private Dataset<Row> ended(Views views, StoredRuns stored, SweepLists lists) {
    Dataset<Row> runs =
        views.runs().select("run_id", "sweep", "outcome", "error", "seconds", "started_at");
    if (study != null) {
      return runs.withColumn("sweep", functions.lit(study.sweep().name()));
    }
    Dataset<Row> all =
        lists.runs().isEmpty()
            ? runs
            : runs.drop("sweep").join(Views.sweeps(session, stored, lists), "run_id");
    return restriction.sweeps().isEmpty()
        ? all
        : all.where(functions.col("sweep").isin(restriction.sweeps().toArray()));
  }

  /** Every sweep that it counts in, as {@link #ended} has them. */
  private Stream<@Nullable String> sweeps(SavedState state, SweepLists lists) {
    if (study != null) {
      return Stream.of(study.sweep().name());
    }
    List<String> names =
        lists.runs().keySet().stream()
            .filter(name -> lists.of(name).contains(state.runId()))
            .filter(name -> restriction.sweeps().isEmpty() || restriction.sweeps().contains(name))
            .toList();
    return names.isEmpty() ? Stream.of((String) null) : names.stream();
  }

  private static List<SavedState> unfinished(
      StoredRuns stored, Views.Restriction found, List<SavedState> all) {
    List<SavedState> saved = all.stream().filter(state -> found.hasPending(state.runId())).toList();
    Object[] ids = saved.stream().map(SavedState::runId).toArray();
    Set<String> finished = new HashSet<>();
    List<Row> rows =
        stored
            .rows()
            .where(functions.col("run_id").isin(ids))
            .where("outcome NOT IN ('failed', 'diverged')")
            .select("run_id")
            .collectAsList();
    rows.forEach(row -> finished.add(row.getString(0)));
    return saved.stream().filter(state -> !finished.contains(state.runId())).toList();
  }
}
