package io.grokgrid.transfer;

import io.grokgrid.base.Check;
import io.grokgrid.jobs.Restrictions;
import io.grokgrid.sql.Questions;
import io.grokgrid.store.Damage;
import io.grokgrid.store.FileCheck;
import io.grokgrid.store.FileCopy;
import io.grokgrid.store.Kept;
import io.grokgrid.store.SavedRuns;
import io.grokgrid.store.SavedRuns.SavedState;
import io.grokgrid.store.Store;
import io.grokgrid.store.StoreFiles;
import io.grokgrid.store.StoredRuns;
import io.grokgrid.store.StoredRuns.RowPlace;
import io.grokgrid.store.SweepLists;
import io.grokgrid.store.Views;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.util.SerializableConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * Copies runs that another store lacks to it: their checkpoints, what analyses found of these,
 * their saved states, and at last their rows, older ones too. So a copy that was cut leaves no run
 * without what belongs to it, and the same again ends it. All is read again once it is written. A
 * run that both have stays as it is there; one of which the other has a part of the rows and
 * nothing else is what a copy that was cut left.
 */
public final class CopyJob {
  /** Columns that may differ between two trainings of one run, or with what was recorded of it. */
  private static final Set<String> NO_RESULT =
      Set.of(
          "sweep",
          "submission",
          "max_seconds",
          "attention",
          "measurements",
          "started_at",
          "seconds",
          "steps_per_second",
          "host",
          "device",
          "processor",
          "gpu_address",
          "attempt",
          "resumed_from_step",
          "versions");

  private final SparkSession session;
  private final Store from;
  private final Store to;
  private final Configuration hadoop;
  private final Views.Restriction restriction;
  private final boolean isAll;
  private final List<Damage> damages = new ArrayList<>();
  private final Set<String> leftOut = new TreeSet<>();
  private long bytes;

  /**
   * What was done.
   *
   * @param runs that were copied, with what was copied of them
   * @param there runs that both stores have
   * @param differing ids of these whose results differ
   * @param leftOut what could not be copied because it is damaged, and why
   */
  public record Done(
      int runs,
      int checkpoints,
      int analyses,
      int states,
      long bytes,
      int there,
      List<String> differing,
      List<String> leftOut) {}

  /**
   * @param isAll whether the restriction is none: then runs that have no row yet go along
   * @throws io.grokgrid.base.Refused if both are one store
   */
  public CopyJob(
      org.apache.spark.sql.SparkSession session,
      Store from,
      Store to,
      Views.Restriction restriction,
      boolean isAll)
      throws IOException {
    this.session = (SparkSession) session; // the only one that has plans
    hadoop = session.sparkContext().hadoopConfiguration();
    this.from = from.qualified(hadoop);
    this.to = to.qualified(hadoop);
    this.restriction = restriction;
    this.isAll = isAll;
    boolean differ = !this.from.equals(this.to);
    new Check().that(differ, "URI", "must be another store than --out", to.root()).done();
  }

  /**
   * Copies; the caller holds the claim of the store that is copied to.
   *
   * @throws io.grokgrid.sql.RefusedSql if the condition is none, or there is no such sweep
   */
  public Done run() throws IOException {
    Questions questions = Questions.of(session);
    Restrictions.requireCondition(session, questions, restriction.where(), Questions.WHERE);
    new RowFiles(session, to).tidy(StoreFiles.of(to, hadoop));
    new RowFiles(session, to).tidy(StoreFiles.ofAnalyses(to, hadoop));
    StoredRuns stored = StoredRuns.of(session, whole(StoreFiles.of(from, hadoop)));
    Views.Restriction found = Restrictions.found(from, stored.rows(), restriction, damages);
    Belongings chosen = Belongings.of(session, from, stored, found);
    StoredRuns there = StoredRuns.of(session, to);
    Map<String, Map<Long, RowPlace>> rows = digests(stored.all());
    Map<String, Map<Long, RowPlace>> held = digests(there.all());
    List<String> differing = differing(stored, there, chosen.runs().keySet());
    Set<String> missing = new HashSet<>(chosen.runs().keySet());
    missing.removeIf(runId -> isHeld(rows.get(runId), held.get(runId)));
    int both = chosen.runs().size() - missing.size();
    int checkpoints = checkpoints(stored, missing);
    Belongings wanted = chosen.of(missing);
    int analyses = analyses(wanted);
    int states = states(missing, held.keySet());
    rows(chosen.rowFiles(), wanted, both(rows, held));
    if (isAll) {
      damages.addAll(SweepLists.copy(from, to, hadoop).damages());
    }
    damages.forEach(damage -> leftOut.add(damage.path() + " " + damage.what()));
    return new Done(
        wanted.runs().size(),
        checkpoints,
        analyses,
        states,
        bytes,
        both,
        differing,
        List.copyOf(leftOut));
  }

  private StoreFiles whole(StoreFiles files) {
    StoreFiles whole = files.without(FileCheck.broken(session, files));
    damages.addAll(whole.damages());
    return whole;
  }

  /** Of each run its rows' digests, with where they are. */
  private static Map<String, Map<Long, RowPlace>> digests(Dataset<Row> rows) {
    Map<String, Map<Long, RowPlace>> digests = new HashMap<>();
    if (rows.inputFiles().length > 0) {
      Column[] columns = Stream.of(rows.columns()).map(functions::col).toArray(Column[]::new);
      rows.select(
              functions.col("run_id"), functions.xxhash64(columns), StoredRuns.FILE, StoredRuns.ROW)
          .collectAsList()
          .forEach(
              row ->
                  digests
                      .computeIfAbsent(row.getString(0), none -> new HashMap<>())
                      .put(row.getLong(1), new RowPlace(row.getString(2), row.getLong(3))));
    }
    return digests;
  }

  /** Where rows are that the other store has, too. */
  private static Set<RowPlace> both(
      Map<String, Map<Long, RowPlace>> rows, Map<String, Map<Long, RowPlace>> held) {
    Set<RowPlace> both = new HashSet<>();
    held.forEach(
        (runId, there) -> {
          Map<Long, RowPlace> here = new HashMap<>(rows.getOrDefault(runId, Map.of()));
          here.keySet().retainAll(there.keySet());
          both.addAll(here.values());
        });
    return both;
  }

  private static boolean isHeld(
      @Nullable Map<Long, RowPlace> rows, @Nullable Map<Long, RowPlace> there) {
    if (rows == null || there == null) {
      return there != null;
    }
    return there.size() == rows.size() || !rows.keySet().containsAll(there.keySet());
  }

  /** Those of these runs that both have with other results, compared bit by bit. */
  private static List<String> differing(StoredRuns one, StoredRuns other, Set<String> chosen) {
    Map<String, Long> digests = results(one.rows());
    Map<String, Long> others = results(other.rows());
    return chosen.stream()
        .filter(id -> others.containsKey(id) && !others.get(id).equals(digests.get(id)))
        .sorted()
        .toList();
  }

  private static Map<String, Long> results(Dataset<Row> rows) {
    Column[] results =
        Stream.of(rows.columns())
            .filter(column -> !NO_RESULT.contains(column) && !Store.isRecordKey(column))
            .map(functions::col)
            .toArray(Column[]::new);
    Map<String, Long> digests = new HashMap<>();
    rows.select(functions.col("run_id"), functions.xxhash64(results))
        .collectAsList()
        .forEach(row -> digests.put(row.getString(0), row.getLong(1)));
    return digests;
  }

  /**
   * Returns how many there are of these runs; those whose checkpoints are damaged are not copied.
   */
  private int checkpoints(StoredRuns stored, Set<String> missing) {
    List<Row> kept =
        stored.rows().select(Kept.columns()).collectAsList().stream()
            .filter(row -> missing.contains(row.<String>getAs("run_id")))
            .toList();
    if (kept.isEmpty()) {
      return 0;
    }
    int slots = 4 * session.sparkContext().defaultParallelism();
    CopyWeights copy = new CopyWeights(from, to, new SerializableConfiguration(hadoop));
    List<CopyWeights.Copied> copied =
        JavaSparkContext.fromSparkContext(session.sparkContext())
            .parallelize(kept, Math.min(kept.size(), slots))
            .map(copy)
            .collect();
    for (CopyWeights.Copied each : copied) {
      bytes += each.bytes();
      if (!each.flaw().isEmpty()) {
        leftOut.add(each.flaw());
        missing.remove(each.runId());
      }
    }
    return copied.stream()
        .filter(each -> each.flaw().isEmpty())
        .mapToInt(CopyWeights.Copied::checkpoints)
        .sum();
  }

  /** Of what was found of one checkpoint at one time there is one row. */
  private int analyses(Belongings wanted) throws IOException {
    StoreFiles files = whole(wanted.analysisFiles());
    if (files.files().isEmpty()) {
      return 0;
    }
    Dataset<Row> all = files.rows(session);
    StoreFiles thereFiles = StoreFiles.ofAnalyses(to, hadoop);
    Set<List<Object>> there =
        thereFiles.rows(session).select("run_id", "step", "started_at").collectAsList().stream()
            .map(CopyJob::list)
            .collect(Collectors.toSet());
    Map<RowPlace, List<Object>> places = new HashMap<>();
    all.select(
            StoredRuns.FILE,
            StoredRuns.ROW,
            functions.col("run_id"),
            functions.col("step"),
            functions.col("started_at"))
        .collectAsList()
        .forEach(
            row ->
                places.put(
                    new RowPlace(row.getString(0), row.getLong(1)), list(row).subList(2, 5)));
    Set<RowPlace> chosen = new HashSet<>(wanted.analyses());
    chosen.removeIf(place -> !places.containsKey(place) || there.contains(places.get(place)));
    copyRows(files, chosen, places.keySet());
    return chosen.size();
  }

  private static List<Object> list(Row row) {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < row.size(); i++) {
      values.add(String.valueOf(row.get(i)));
    }
    return values;
  }

  /**
   * @param copied those that are there already
   */
  private void rows(StoreFiles files, Belongings wanted, Set<RowPlace> copied) throws IOException {
    Set<RowPlace> places = new HashSet<>();
    if (files.files().isEmpty()) {
      return;
    }
    StoreFiles.rows(session, files.of(), files.files())
        .select(StoredRuns.FILE, StoredRuns.ROW)
        .collectAsList()
        .forEach(row -> places.add(new RowPlace(row.getString(0), row.getLong(1))));
    Set<RowPlace> chosen = new HashSet<>(wanted.olderRows());
    chosen.addAll(wanted.shownRows());
    chosen.removeAll(copied);
    copyRows(files, chosen, places);
  }

  /** Files all of whose rows are chosen are copied as they are, of others the chosen rows. */
  private void copyRows(StoreFiles files, Set<RowPlace> chosen, Set<RowPlace> all)
      throws IOException {
    Map<String, List<RowPlace>> rest =
        all.stream()
            .filter(place -> !chosen.contains(place))
            .collect(Collectors.groupingBy(RowPlace::file));
    Set<String> named = chosen.stream().map(RowPlace::file).collect(Collectors.toSet());
    RowFiles target = new RowFiles(session, to);
    for (String name : named) {
      Path file = new RowPlace(name, 0).path();
      Path place = place(file);
      List<RowPlace> others = rest.getOrDefault(name, List.of());
      if (others.isEmpty()) {
        bytes += FileCopy.of(file, place, hadoop).bytes();
      } else {
        Dataset<Row> rows = StoreFiles.rows(session, files.of(), List.of(file));
        bytes += target.write(StoredRuns.without(rows, others), place);
      }
    }
  }

  /** The same path below the other store. */
  private Path place(Path file) throws IOException {
    Path root = new Path(from.root());
    Path whole = root.getFileSystem(hadoop).makeQualified(file);
    return new Path(to.root(), root.toUri().relativize(whole.toUri()).getPath());
  }

  /**
   * Of runs that are copied, and, where all are, of those that have no row yet, if the other store
   * has neither a row nor a state of them.
   */
  private int states(Set<String> copied, Set<String> held) throws IOException {
    SavedRuns source = new SavedRuns(from, hadoop);
    SavedRuns target = new SavedRuns(to, hadoop);
    Set<String> known = new HashSet<>();
    target.newest().forEach(state -> known.add(state.runId()));
    known.addAll(held);
    int states = 0;
    for (SavedState state : source.newest()) {
      boolean isWanted = isAll || copied.contains(state.runId());
      if (isWanted && !known.contains(state.runId()) && copy(state, source, target)) {
        states++;
      }
    }
    return states;
  }

  private boolean copy(SavedState state, SavedRuns source, SavedRuns target) {
    Path file = source.file(state);
    try {
      source.requireWhole(state);
      bytes += FileCopy.of(file, target.file(state), hadoop).bytes();
      return true;
    } catch (IOException | IllegalArgumentException e) {
      leftOut.add(StoreFiles.text(file) + " " + e.getMessage());
      return false;
    }
  }
}
