package io.grokgrid.tables;

import io.grokgrid.keys.Key;
import io.grokgrid.keys.RunId;
import io.grokgrid.keys.RunSpecs;
import io.grokgrid.run.RunSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.DataTypes;
import org.jspecify.annotations.Nullable;

/**
 * What follows from the configuration of a row, for named queries alone. Null where the row's keys
 * contradict each other.
 */
final class RunFunctions {
  private static final String CONDITION_BUT = "condition_but";
  private static final String TEST_EXAMPLES = "test_examples";

  /** Every key of a row, as {@link RunsTable#configuration} reads them. */
  private static final String KEYS =
      "struct(" + Clauses.columns(Key.ALL.stream().map(Key::column).toList()) + ")";

  private static final int MOST_FOUND = 10_000;
  private static final Map<List<@Nullable Object>, Optional<String>> FOUND =
      new ConcurrentHashMap<>();

  private RunFunctions() {}

  /** SQL for what is the same in runs that differ in {@code key} only, and in what follows it. */
  static String conditionBut(Key key) {
    return "%s('%s', %s)".formatted(CONDITION_BUT, key.path(), KEYS);
  }

  /** SQL for the size of the test set; null of sequences. */
  static String testExamples() {
    return TEST_EXAMPLES + "(" + KEYS + ")";
  }

  static boolean isCalledBy(String sql) {
    return sql.contains(CONDITION_BUT + "(") || sql.contains(TEST_EXAMPLES + "(");
  }

  static void register(SparkSession session) {
    UDF2<String, Row, @Nullable String> conditionBut =
        (path, row) -> conditionBut(Key.of(path), row).orElse(null);
    UDF1<Row, @Nullable Integer> testExamples =
        row ->
            ofAllSeeds(TEST_EXAMPLES, row, run -> testExamples(run).map(String::valueOf))
                .map(Integer::valueOf)
                .orElse(null);
    session.udf().register(CONDITION_BUT, conditionBut, DataTypes.StringType);
    session.udf().register(TEST_EXAMPLES, testExamples, DataTypes.IntegerType);
  }

  private static Optional<String> conditionBut(Key key, Row row) {
    Function<RunSpec, Optional<String>> but = run -> Optional.of(RunId.canonicalBut(run, key));
    if (Clauses.SEEDS.contains(key.column())) {
      return of(row, but);
    }
    // The seeds come first: what differs early is sorted and compared sooner.
    String seeds =
        Clauses.SEEDS.stream()
            .map(seed -> String.valueOf(row.<@Nullable Object>getAs(seed)))
            .collect(Collectors.joining(" "));
    return ofAllSeeds(key.path(), row, but).map(rest -> seeds + " " + rest);
  }

  private static Optional<Integer> testExamples(RunSpec run) {
    return run.task().asTable().map(table -> table.examples() - table.trainExamples());
  }

  /**
   * What is so of a run whatever its seeds: found once for all runs that differ in nothing else, of
   * which a grid has many.
   *
   * @param what is found, a name
   */
  private static Optional<String> ofAllSeeds(
      String what, Row row, Function<RunSpec, Optional<String>> found) {
    List<@Nullable Object> values = new ArrayList<>(row.length() + 1);
    for (int i = 0; i < row.length(); i++) {
      values.add(row.get(i));
    }
    for (String seed : Clauses.SEEDS) {
      int place = row.fieldIndex(seed);
      if (!row.isNullAt(place)) {
        values.set(place, 0L);
      }
    }
    values.add(what);
    if (FOUND.size() >= MOST_FOUND) {
      FOUND.clear();
    }
    return FOUND.computeIfAbsent(
        values,
        none ->
            of(
                new GenericRowWithSchema(values.subList(0, row.length()).toArray(), row.schema()),
                found));
  }

  private static <T> Optional<T> of(Row row, Function<RunSpec, Optional<T>> value) {
    try {
      return value.apply(RunSpecs.of(RunsTable.configuration(row)));
    } catch (IllegalArgumentException | ArithmeticException e) {
      return Optional.empty();
    }
  }
}
