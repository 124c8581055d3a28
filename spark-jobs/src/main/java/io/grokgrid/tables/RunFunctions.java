package io.grokgrid.tables;

import io.grokgrid.keys.Key;
import io.grokgrid.keys.RunId;
import io.grokgrid.keys.RunSpecs;
import io.grokgrid.run.RunSpec;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.api.java.UDF2;
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
        (path, row) -> of(row, run -> RunId.canonicalBut(run, Key.of(path))).orElse(null);
    UDF1<Row, @Nullable Integer> testExamples =
        row -> of(row, RunFunctions::testExamples).flatMap(Function.identity()).orElse(null);
    session.udf().register(CONDITION_BUT, conditionBut, DataTypes.StringType);
    session.udf().register(TEST_EXAMPLES, testExamples, DataTypes.IntegerType);
  }

  private static Optional<Integer> testExamples(RunSpec run) {
    return run.task().asTable().map(table -> table.examples() - table.trainExamples());
  }

  private static <T> Optional<T> of(Row row, Function<RunSpec, T> value) {
    try {
      return Optional.of(value.apply(RunSpecs.of(RunsTable.configuration(row))));
    } catch (IllegalArgumentException | ArithmeticException e) {
      return Optional.empty();
    }
  }
}
