package io.grokgrid.inspect;

import io.grokgrid.jobs.Restrictions;
import io.grokgrid.keys.Key;
import io.grokgrid.store.Damage;
import io.grokgrid.store.Store;
import io.grokgrid.store.StoredRuns;
import io.grokgrid.store.SweepLists;
import io.grokgrid.store.Views;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.jspecify.annotations.Nullable;

/** Holds two sets of runs against each other. */
final class CompareJob {
  private final SparkSession session;
  private final Side first;
  private final Side second;
  private final Map<String, StoredRuns> read = new HashMap<>();
  private final List<Damage> damages = new ArrayList<>();

  /** What came out, and what of the stores is left out. */
  record Compared(Comparison comparison, List<Damage> damages) {}

  CompareJob(SparkSession session, Side first, Side second) {
    this.session = session;
    this.first = first;
    this.second = second;
  }

  /**
   * Compares.
   *
   * @throws io.grokgrid.sql.RefusedSql if a side is no sweep and nothing else
   */
  Compared run() throws IOException {
    Dataset<Row> ofFirst = rows(first);
    Dataset<Row> ofSecond = rows(second);
    List<String> keys = varying(ofFirst, ofSecond);
    Map<String, ComparedRun> a = runs(ofFirst, keys);
    Map<String, ComparedRun> b = runs(ofSecond, keys);
    Map<String, CurveDifference> curves = new HashMap<>();
    Set<String> parted =
        a.values().stream()
            .filter(run -> b.containsKey(run.id()) && !run.isSameAs(other(b, run)))
            .map(ComparedRun::id)
            .collect(Collectors.toSet());
    if (!parted.isEmpty()) {
      curves(ofFirst, ofSecond, parted).forEach(each -> curves.put(each.runId(), each));
    }
    return new Compared(new Comparison(a, b, curves, keys), damages.stream().distinct().toList());
  }

  private static ComparedRun other(Map<String, ComparedRun> runs, ComparedRun run) {
    return runs.getOrDefault(run.id(), run);
  }

  private Dataset<Row> rows(Side given) throws IOException {
    Configuration hadoop = session.sparkContext().hadoopConfiguration();
    Side side = given;
    if (given.isWord()) {
      side = given.among(Restrictions.names(given.store(), stored(given.store()).rows()), hadoop);
    }
    Dataset<Row> rows = stored(side.store()).rows();
    if (side.study() != null) {
      return Views.Restriction.NONE.within(side.study()).of(rows);
    }
    return side.isStore() ? rows : ofSweep(side, rows, hadoop);
  }

  private Dataset<Row> ofSweep(Side side, Dataset<Row> rows, Configuration hadoop)
      throws IOException {
    SweepLists lists = SweepLists.of(side.store(), side.given(), hadoop);
    damages.addAll(lists.damages());
    return new Views.Restriction(side.given(), null).with(lists).of(rows);
  }

  private StoredRuns stored(Store store) throws IOException {
    StoredRuns stored = read.get(store.root());
    if (stored == null) {
      stored = StoredRuns.of(session, store);
      damages.addAll(stored.damages());
      read.put(store.root(), stored);
    }
    return stored;
  }

  private static List<String> varying(Dataset<Row> a, Dataset<Row> b) {
    Column[] keys = Key.ALL.stream().map(key -> functions.col(key.column())).toArray(Column[]::new);
    return new Views(a.select(keys).union(b.select(keys)), List.of()).varying();
  }

  private static Map<String, ComparedRun> runs(Dataset<Row> rows, List<String> keys) {
    String[] columns =
        Stream.concat(ComparedRun.COLUMNS.stream(), keys.stream().map(key -> "`" + key + "`"))
            .distinct()
            .toArray(String[]::new);
    Map<String, ComparedRun> runs = new LinkedHashMap<>();
    for (Row row : rows.selectExpr(columns).orderBy("run_id").collectAsList()) {
      ComparedRun run = ComparedRun.of(row, values(row, keys));
      runs.put(run.id(), run);
    }
    return runs;
  }

  /** A row that was written before a key was there has its default. */
  private static Map<String, @Nullable Object> values(Row row, List<String> keys) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    for (Key key : Key.ALL) {
      if (keys.contains(key.column())) {
        Object value = row.getAs(key.column());
        values.put(key.column(), value == null ? key.standard().orElse(null) : value);
      }
    }
    return values;
  }

  /** Only what was recorded of these runs is moved to be compared. */
  private static List<CurveDifference> curves(Dataset<Row> a, Dataset<Row> b, Set<String> ids) {
    Views.Restriction parted = new Views.Restriction(List.of(), null, ids, Set.of());
    Dataset<Row> others =
        parted.of(b.select("run_id", "metrics")).toDF("other_id", "other_metrics");
    return parted
        .of(a.select("run_id", "metrics"))
        .join(others, functions.expr("run_id = other_id"))
        .select("run_id", "metrics", "other_metrics")
        .javaRDD()
        .map(new Difference())
        .collect();
  }

  /** Of an id and two curves. */
  private static final class Difference implements Function<Row, CurveDifference> {
    private static final long serialVersionUID = 1L;

    @Override
    public CurveDifference call(Row row) {
      return CurveDifference.of(row.getString(0), curve(row, 1), curve(row, 2));
    }

    private static List<Row> curve(Row row, int column) {
      return row.isNullAt(column) ? List.of() : row.getList(column);
    }
  }
}
