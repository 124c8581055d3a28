package io.grokgrid.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.grokgrid.config.PlannedRun;
import io.grokgrid.config.Study;
import io.grokgrid.experiment.RunResult;
import io.grokgrid.tables.Example;
import io.grokgrid.tables.RunsTable;
import io.grokgrid.tables.Sparks;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class RowCheckTest {
  private final SparkSession session = Sparks.session();
  private final Study study = Example.study();

  /** Column, what it is made, and the check that says so. */
  private static final List<List<String>> CONTRADICTIONS =
      List.of(
          List.of("weight_decay", "7.0D", RowCheck.ID),
          List.of("run_id", "CAST(NULL AS STRING)", RowCheck.ID),
          List.of("p", "14", RowCheck.ID),
          List.of("encoding", "'spiral'", RowCheck.ID),
          List.of("d_model", "-1", RowCheck.ID),
          List.of("parameters", "parameters + 1", RowCheck.SIZES),
          List.of("parameters", "CAST(NULL AS INT)", RowCheck.SIZES),
          List.of("train_examples", "train_examples - 1", RowCheck.SIZES),
          List.of("last_step", "CAST(NULL AS INT)", RowCheck.STEPS),
          List.of("metrics", "slice(metrics, 1, 3)", RowCheck.LAST),
          List.of("metrics", "CAST(NULL AS STRING)", RowCheck.LAST),
          List.of("metrics", "filter(metrics, m -> m.step <> 100)", RowCheck.STEPS),
          List.of("metrics", "reverse(metrics)", RowCheck.STEPS),
          List.of("metrics", "concat(metrics, slice(metrics, 5, 1))", RowCheck.STEPS),
          List.of("metrics", with("test_accuracy", "1.5D"), RowCheck.VALUES),
          List.of("metrics", with("train_accuracy", "double('NaN')"), RowCheck.VALUES),
          List.of("metrics", with("test_loss", "double('inf')"), RowCheck.VALUES),
          List.of("metrics", with("train_loss", "CAST(NULL AS DOUBLE)"), RowCheck.VALUES),
          List.of("metrics", with("gradient_norm", "-1D"), RowCheck.VALUES),
          List.of("final_test_loss", "final_test_loss + 1e-9", RowCheck.FINALS),
          List.of("final_train_accuracy", "CAST(NULL AS DOUBLE)", RowCheck.FINALS),
          List.of("best_test_accuracy", "0.5D", RowCheck.FINALS),
          List.of("best_test_step", "400", RowCheck.FINALS),
          List.of("memorised_step", "0", RowCheck.OUTCOME),
          List.of("grok_step", "200", RowCheck.OUTCOME),
          List.of("grok_delay", "grok_delay + 100", RowCheck.OUTCOME),
          List.of("sustained_grok_step", "300", RowCheck.OUTCOME),
          List.of("outcome", "'confused'", RowCheck.OUTCOME),
          List.of("outcome", "'wonderful'", RowCheck.OUTCOME),
          List.of("outcome", "CAST(NULL AS STRING)", RowCheck.OUTCOME),
          List.of("outcome", "'failed'", RowCheck.OUTCOME),
          List.of("error", "'lost'", RowCheck.OUTCOME),
          List.of("attention", "slice(attention, 1, 12)", RowCheck.STEPS),
          List.of("attention", "slice(attention, 1, 23)", RowCheck.VALUES),
          List.of("attention", "concat(attention, slice(attention, 24, 1))", RowCheck.VALUES),
          List.of("attention", of("attention", "head", "7"), RowCheck.VALUES),
          List.of("attention", of("attention", "query", "0"), RowCheck.VALUES),
          List.of("measurements", of("measurements", "step", "77"), RowCheck.STEPS),
          List.of("measurements", of("measurements", "name", "NULL"), RowCheck.STEPS),
          List.of("measurements", "concat(measurements, measurements)", RowCheck.VALUES),
          List.of("seconds", "-1D", RowCheck.PROVENANCE),
          List.of("steps_per_second", "steps_per_second * 1.01", RowCheck.PROVENANCE),
          List.of("attempt", "0", RowCheck.PROVENANCE),
          List.of("resumed_from_step", "99999", RowCheck.PROVENANCE),
          List.of("host", "CAST(NULL AS STRING)", RowCheck.PROVENANCE),
          List.of("started_at", "CAST(NULL AS TIMESTAMP)", RowCheck.PROVENANCE));

  private static String with(String field, String value) {
    return of("metrics", field, value);
  }

  /** Every element of an array with another value in a field. */
  private static String of(String array, String field, String value) {
    List<String> fields = new ArrayList<>();
    ArrayType type = (ArrayType) RunsTable.SCHEMA.apply(array).dataType();
    for (String name : ((StructType) type.elementType()).fieldNames()) {
      fields.add("'%s', %s".formatted(name, name.equals(field) ? value : "x." + name));
    }
    return "transform(%s, x -> named_struct(%s))".formatted(array, String.join(", ", fields));
  }

  private Dataset<Row> rows(RunResult... results) {
    List<Row> rows = new ArrayList<>();
    for (RunResult result : results) {
      rows.add(Example.row(result));
    }
    return session
        .createDataFrame(rows, RunsTable.SCHEMA)
        .withColumn(RunsTable.SUBMISSION, functions.lit("20261121T231501Z-1a2b"));
  }

  @Test
  void findsNothingInRowsAsTheyAreWritten() {
    List<PlannedRun> runs = study.runs();
    Dataset<Row> rows =
        rows(
            Example.result(runs.get(0), 300),
            Example.result(runs.get(1), 200),
            Example.result(runs.get(2), 0),
            Example.diverged(runs.get(3)),
            Example.failed(runs.get(4), "lost", Example.START));
    for (Row row : rows.collectAsList()) {
      assertThat(RowCheck.of(row)).isEmpty();
    }
  }

  @Test
  void rowsFromBeforeThereWereColumnsOfTheBestStepAreWhole() {
    Dataset<Row> old =
        rows(Example.result(study.runs().get(0), 300))
            .withColumn("best_test_accuracy", functions.lit(null).cast("double"))
            .withColumn("best_test_step", functions.lit(null).cast("int"));
    assertThat(RowCheck.of(old.head())).isEmpty();
  }

  @Test
  void saysWhatOfARowContradictsTheRest() {
    Dataset<Row> row = rows(Example.result(study.runs().get(0), 300));
    for (List<String> each : CONTRADICTIONS) {
      String column = each.get(0);
      Dataset<Row> changed =
          row.withColumn(
              column,
              functions.expr(
                  "CAST(%s AS %s)"
                      .formatted(
                          each.get(1).startsWith("CAST(NULL") ? "NULL" : each.get(1),
                          RunsTable.SCHEMA.apply(column).dataType().sql())));
      assertThat(RowCheck.of(changed.head()))
          .as("%s = %s", column, each.get(1))
          .isNotEmpty()
          .extracting(RowCheck.Contradiction::check)
          .containsOnly(each.get(2));
    }
  }
}
