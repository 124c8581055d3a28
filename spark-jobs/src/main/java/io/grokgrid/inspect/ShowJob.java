package io.grokgrid.inspect;

import io.grokgrid.base.Nearest;
import io.grokgrid.console.Table;
import io.grokgrid.keys.Key;
import io.grokgrid.keys.RunSpecs;
import io.grokgrid.run.RunSpec;
import io.grokgrid.session.SparkRows;
import io.grokgrid.sql.RefusedSql;
import io.grokgrid.store.BrokenStore;
import io.grokgrid.store.Checkpoints;
import io.grokgrid.store.Damage;
import io.grokgrid.store.SavedRuns;
import io.grokgrid.store.SavedRuns.SavedState;
import io.grokgrid.store.Store;
import io.grokgrid.store.StoredAnalyses;
import io.grokgrid.store.StoredRuns;
import io.grokgrid.store.SweepLists;
import io.grokgrid.store.Views;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.jspecify.annotations.Nullable;

/** Finds a run by the beginning of its id, and all that a store has of it. */
final class ShowJob {
  /** A message names this many runs. */
  private static final int NAMED = 5;

  private static final String MEASURED =
      """
      SELECT analysis, count(DISTINCT name) AS names, count(DISTINCT step) AS steps,
        min(step) AS first_step, max(step) AS last_step
      FROM measurements GROUP BY analysis ORDER BY analysis
      """;

  private final SparkSession session;
  private final Store store;
  private final String prefix;
  private final Configuration hadoop;

  /** A run, and what of the store is left out. */
  record Found(ShownRun run, List<Damage> damages) {}

  /**
   * @param prefix hex digits
   */
  ShowJob(SparkSession session, Store store, String prefix) {
    this.session = session;
    this.store = store;
    this.prefix = prefix;
    hadoop = session.sparkContext().hadoopConfiguration();
  }

  /**
   * Finds it.
   *
   * @throws RefusedSql if there is no such run, or more than one; names those that may be meant
   * @throws BrokenStore if its row cannot be
   */
  Found run() throws IOException {
    StoredRuns stored = StoredRuns.of(session, store);
    Dataset<Row> ids = stored.rows().select("run_id");
    List<String> found = list(ids.where(functions.col("run_id").startsWith(prefix)));
    if (found.size() != 1) {
      throw new RefusedSql(found.isEmpty() ? unknown(list(ids)) : ambiguous(found));
    }
    String id = found.get(0);
    Views.Restriction one = new Views.Restriction(List.of(), null, Set.of(id), Set.of());
    Views views = Views.register(session, stored, StoredAnalyses.of(session, store), one);
    Map<String, @Nullable Object> row =
        objects(
                stored
                    .rows()
                    .where(functions.col("run_id").equalTo(id))
                    .drop("attention", "measurements"))
            .get(0);
    SweepLists lists = SweepLists.of(store, hadoop);
    List<Damage> damages = new ArrayList<>(views.damages());
    damages.addAll(lists.damages());
    ShownRun run =
        new ShownRun(
            row,
            spec(id, row),
            sweeps(id, row, lists),
            Checkpoints.kept(store.qualified(hadoop), id, hadoop),
            objects(session.sql(MEASURED)));
    return new Found(run, damages);
  }

  private static List<String> list(Dataset<Row> ids) {
    return ids.as(Encoders.STRING()).collectAsList().stream().sorted().toList();
  }

  private String ambiguous(List<String> found) {
    return "RUN_ID must be the beginning of one id, was %s, with which %d begin: %s"
        .formatted(prefix, found.size(), named(found));
  }

  private String unknown(List<String> all) throws IOException {
    Optional<SavedState> underWay =
        new SavedRuns(store, hadoop)
            .newest().stream().filter(state -> state.runId().startsWith(prefix)).findFirst();
    if (underWay.isPresent()) {
      return "run %s has no row yet: it is under way, saved at step %d"
          .formatted(underWay.get().runId(), underWay.get().step());
    }
    List<String> nearest =
        all.stream()
            .sorted(
                Comparator.comparingInt(
                    (String id) -> Nearest.distance(prefix, id.substring(0, prefix.length()))))
            .toList();
    return "RUN_ID must begin the id of a run of the store %s, was %s; %s"
        .formatted(
            store.root(),
            prefix,
            all.isEmpty() ? "it holds no runs yet" : "there is " + named(nearest));
  }

  private static String named(List<String> ids) {
    return ids.stream().limit(NAMED).collect(Collectors.joining(", "))
        + (ids.size() > NAMED ? ", .. (%d in all)".formatted(ids.size()) : "");
  }

  private static List<String> sweeps(
      String id, Map<String, @Nullable Object> row, SweepLists lists) {
    List<String> sweeps = new ArrayList<>();
    if (row.get("sweep") instanceof String trainer) {
      sweeps.add(trainer);
    }
    lists
        .runs()
        .forEach(
            (name, ids) -> {
              if (ids.contains(id) && !sweeps.contains(name)) {
                sweeps.add(name);
              }
            });
    return sweeps;
  }

  private static RunSpec spec(String id, Map<String, @Nullable Object> row) {
    Map<String, Object> values = new HashMap<>();
    for (Key key : Key.ALL) {
      Object value = row.get(key.column());
      if (value != null) {
        values.put(key.path(), value);
      }
    }
    try {
      return RunSpecs.of(values);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new BrokenStore("run " + id + " has a row that cannot be: " + e.getMessage());
    }
  }

  private static List<Map<String, @Nullable Object>> objects(Dataset<Row> rows) {
    Table table = SparkRows.table(rows);
    List<Map<String, @Nullable Object>> objects = new ArrayList<>();
    for (List<@Nullable Object> row : table.rows()) {
      Map<String, @Nullable Object> object = new LinkedHashMap<>();
      for (int i = 0; i < row.size(); i++) {
        object.put(table.columns().get(i), row.get(i));
      }
      objects.add(object);
    }
    return objects;
  }
}
