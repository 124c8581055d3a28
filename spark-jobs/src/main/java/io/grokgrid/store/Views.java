package io.grokgrid.store;

import static java.util.Locale.ROOT;

import io.grokgrid.config.Study;
import io.grokgrid.keys.Key;
import io.grokgrid.net.ModelKind;
import io.grokgrid.tables.RunsTable;
import io.grokgrid.tables.SqlFunction;
import io.grokgrid.task.TaskKind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.jspecify.annotations.Nullable;

/**
 * The views that SQL sees: {@code runs}, one row a run, and its arrays flattened, {@code metrics},
 * {@code attention} and {@code measurements}, beside every other column of the run; among the
 * measurements also what analyses found of checkpoints; and the functions of {@link SqlFunction}.
 *
 * @param runs the rows of the view {@code runs}
 * @param damages what of the store they leave out
 */
public record Views(Dataset<Row> runs, List<Damage> damages) {
  /**
   * Which of a store's runs the views show.
   *
   * @param sweeps only those that belong to any of the sweeps of these names, if there are any
   * @param where only those for which this SQL condition over the columns of a run holds
   * @param grid only those with these ids
   * @param listed the ids of those that belong to the sweeps, whichever trained them; see {@link
   *     #with}
   */
  public record Restriction(
      List<String> sweeps, @Nullable String where, @Nullable Set<String> grid, Set<String> listed) {
    public static final Restriction NONE = new Restriction(null, null);

    private static final String ID = "chosen_id";

    /** Of one sweep; until it is told of lists, those that the sweep itself trained. */
    public Restriction(@Nullable String sweep, @Nullable String where) {
      this(sweep == null ? List.of() : List.of(sweep), where, null, Set.of());
    }

    /** Only those of a study's grid, or their twins. */
    public Restriction within(Study study) {
      return new Restriction(sweeps, where, SweepLists.ids(study), listed);
    }

    /** With the runs that belong to the sweeps by these lists, too. */
    public Restriction with(SweepLists lists) {
      Set<String> ids = new HashSet<>(listed);
      sweeps.forEach(sweep -> ids.addAll(lists.of(sweep)));
      return new Restriction(sweeps, where, grid, Set.copyOf(ids));
    }

    /** Those of these runs. */
    public Dataset<Row> of(Dataset<Row> runs) {
      Dataset<Row> chosen = sweeps.isEmpty() ? runs : ofSweeps(runs);
      if (grid != null) {
        chosen = chosen.join(ids(runs, grid), functions.expr("run_id = " + ID), "left_semi");
      }
      return where == null ? chosen : chosen.where(where);
    }

    private Dataset<Row> ofSweeps(Dataset<Row> runs) {
      Column trained = functions.col("sweep").isin(sweeps.toArray());
      return listed.isEmpty()
          ? runs.where(trained)
          : runs.join(ids(runs, listed), functions.expr("run_id = " + ID), "left_outer")
              .where(trained.or(functions.col(ID).isNotNull()))
              .drop(ID);
    }

    /** A join, for there may be many: each value of a condition is a part of the plan. */
    private static Dataset<Row> ids(Dataset<Row> runs, Set<String> ids) {
      return functions.broadcast(
          runs.sparkSession().createDataset(List.copyOf(ids), Encoders.STRING()).toDF(ID));
    }

    /** Whether a run that has no row is among them; no condition holds for one. */
    public boolean hasPending(String runId) {
      return where == null
          && (grid == null || grid.contains(runId))
          && (sweeps.isEmpty() || listed.contains(runId));
    }
  }

  /**
   * Registers the view {@code sweeps}: which run ({@code run_id}) belongs to which sweep, by its
   * row or by a list, whether it was trained yet or not.
   */
  public static void registerSweeps(SparkSession session, StoredRuns stored, SweepLists lists) {
    sweeps(session, stored, lists).createOrReplaceTempView("sweeps");
  }

  /** See {@link #registerSweeps}. */
  public static Dataset<Row> sweeps(SparkSession session, StoredRuns stored, SweepLists lists) {
    List<Row> listed = new ArrayList<>();
    lists.runs().forEach((name, ids) -> ids.forEach(id -> listed.add(RowFactory.create(name, id))));
    Dataset<Row> trained = stored.rows().select("sweep", "run_id");
    return listed.isEmpty()
        ? trained
        : trained.union(session.createDataFrame(listed, trained.schema())).distinct();
  }

  /**
   * Of the recorded steps with a test accuracy the one where it is highest, the first of equals.
   */
  private static final String BEST =
      "array_max(transform(filter(metrics, m -> NOT isnan(m.test_accuracy)),"
          + " m -> struct(m.test_accuracy AS accuracy, -m.step AS minus)))";

  /** Registers the views over what was read of a store as temporary ones of the session. */
  public static Views register(
      SparkSession session, StoredRuns stored, StoredAnalyses analyses, Restriction restriction) {
    Views views = register(session, stored, restriction);
    if (analyses.hasRows()) {
      measurements(views.runs, analyses).createOrReplaceTempView("measurements");
    }
    List<Damage> damages = new ArrayList<>(stored.damages());
    damages.addAll(analyses.damages());
    return new Views(views.runs, List.copyOf(damages));
  }

  /** What an analysis measured in a run gives way to what it found of the same step later. */
  private static Dataset<Row> measurements(Dataset<Row> runs, StoredAnalyses analyses) {
    Column[] plain =
        Stream.of(runs.columns())
            .filter(column -> !RunsTable.ARRAYS.contains(column))
            .map(functions::col)
            .toArray(Column[]::new);
    Dataset<Row> later = analyses.keys("later_run", "later_step", "later_analysis");
    return flattened(runs, "measurements")
        .join(
            later,
            functions.expr(
                "run_id = later_run AND step = later_step AND analysis = later_analysis"),
            "left_anti")
        .unionByName(analyses.measurements(runs.select(plain)));
  }

  /** The same without what analyses found of checkpoints. */
  public static Views register(SparkSession session, StoredRuns stored, Restriction restriction) {
    Dataset<Row> runs = restriction.of(withBest(stored.rows()));
    runs.createOrReplaceTempView("runs");
    for (String array : RunsTable.ARRAYS) {
      flattened(runs, array).createOrReplaceTempView(array);
    }
    SqlFunction.register(session);
    return new Views(runs, stored.damages());
  }

  /**
   * Rows that were written before there were columns of the best step have them from their curves.
   */
  private static Dataset<Row> withBest(Dataset<Row> rows) {
    return rows.withColumn(
            "best_test_accuracy",
            functions.expr("coalesce(best_test_accuracy, (%s).accuracy)".formatted(BEST)))
        .withColumn(
            "best_test_step",
            functions.expr("coalesce(best_test_step, -(%s).minus)".formatted(BEST)));
  }

  private static Dataset<Row> flattened(Dataset<Row> runs, String array) {
    List<Column> columns = new ArrayList<>();
    for (String column : runs.columns()) {
      if (!RunsTable.ARRAYS.contains(column)) {
        columns.add(functions.col(column));
      }
    }
    columns.add(functions.expr("inline(" + array + ")"));
    return runs.select(columns.toArray(Column[]::new));
  }

  /**
   * The keys of {@code run} that have more than one value among the runs whose kinds have the key,
   * without those that only follow others: whose default is worked out from other keys, and which
   * have it in every run. A row that was written before a key was there has its default.
   */
  public List<String> varying() {
    Column[] columns =
        Key.ALL.stream().map(key -> functions.col(key.column())).toArray(Column[]::new);
    Object[] first = new Object[columns.length];
    boolean[] varies = new boolean[columns.length];
    boolean[] follows = new boolean[columns.length];
    for (int i = 0; i < columns.length; i++) {
      follows[i] = Key.ALL.get(i).standard().isEmpty();
    }
    runs.select(columns)
        .toLocalIterator()
        .forEachRemaining(row -> compare(row, first, varies, follows));
    return IntStream.range(0, columns.length)
        .filter(i -> varies[i] && !follows[i])
        .mapToObj(i -> Key.ALL.get(i).column())
        .toList();
  }

  private static void compare(
      Row row, @Nullable Object[] first, boolean[] varies, boolean[] follows) {
    Optional<TaskKind> task = kind(row, "task", TaskKind.values());
    Optional<ModelKind> model = kind(row, "model", ModelKind.values());
    if (task.isEmpty() || model.isEmpty()) {
      return;
    }
    for (int i = 0; i < first.length; i++) {
      Key key = Key.ALL.get(i);
      if (!key.appliesTo(task.get(), model.get())) {
        continue;
      }
      Object value = value(row, key);
      Object known = first[i];
      varies[i] |= known != null && !isSame(known, value);
      first[i] = value;
      follows[i] = follows[i] && isSame(value, key.standard(other -> value(row, other)));
    }
  }

  private static Object value(Row row, Key key) {
    Object value = row.getAs(key.column());
    return value == null ? key.standard(other -> value(row, other)) : value;
  }

  private static boolean isSame(Object one, Object other) {
    if (one instanceof Number a && other instanceof Number b && !(one instanceof Long)) {
      return Double.compare(a.doubleValue() + 0.0, b.doubleValue() + 0.0) == 0; // -0.0 is 0.0
    }
    return one.equals(other);
  }

  private static <K extends Enum<K>> Optional<K> kind(Row row, String column, K[] kinds) {
    String name = row.getAs(column);
    return Stream.of(kinds).filter(kind -> kind.name().toLowerCase(ROOT).equals(name)).findFirst();
  }
}
