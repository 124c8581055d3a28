package io.grokgrid.tables;

import io.grokgrid.experiment.RunResult;
import io.grokgrid.keys.Key;
import io.grokgrid.net.AttentionMean;
import io.grokgrid.run.RunSpec;
import io.grokgrid.task.TableTask;
import io.grokgrid.train.Measurement;
import io.grokgrid.train.Metrics;
import io.grokgrid.train.Milestones;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * The one table: a row is a finished run, with everything that was recorded of it nested inside.
 * Every column may be null, as Spark reads Parquet; a comment on each gives its unit.
 */
public final class RunsTable {
  /** The arrays, each flattened by a view of the same name. */
  public static final List<String> ARRAYS = List.of("metrics", "attention", "measurements");

  /**
   * The partition directory, and so the column that {@link io.grokgrid.store.Store#read} adds at
   * the end.
   */
  public static final String SUBMISSION = "submission";

  private static final StructType METRICS =
      struct(
          field("step", DataTypes.IntegerType, "updates made before this was recorded"),
          field("train_loss", DataTypes.DoubleType, "mean cross entropy, nats"),
          field("train_accuracy", DataTypes.DoubleType, "share, 0 to 1"),
          field("test_loss", DataTypes.DoubleType, "mean cross entropy, nats"),
          field("test_accuracy", DataTypes.DoubleType, "share, 0 to 1"),
          field("ood_loss", DataTypes.DoubleType, "out of distribution (sequences), nats"),
          field("ood_accuracy", DataTypes.DoubleType, "out of distribution, share, 0 to 1"),
          field("weight_norm", DataTypes.DoubleType, "Euclidean, over all parameters"),
          field(
              "gradient_norm",
              DataTypes.DoubleType,
              "Euclidean, of the update that led here, before clipping"));

  private static final StructType ATTENTION =
      struct(
          field("step", DataTypes.IntegerType, "updates made before this was recorded"),
          field("layer", DataTypes.IntegerType, "from 0"),
          field("head", DataTypes.IntegerType, "from 0"),
          field("query", DataTypes.IntegerType, "position that attends, from 0"),
          field("key", DataTypes.IntegerType, "position attended to, from 0"),
          field("mean_score", DataTypes.DoubleType, "what enters the softmax, mean over inputs"),
          field("mean_weight", DataTypes.DoubleType, "what multiplies V, mean over inputs"));

  private static final StructType MEASUREMENTS =
      struct(
          field("step", DataTypes.IntegerType, "updates made before this was measured"),
          field("analysis", DataTypes.StringType, "which analysis"),
          field("name", DataTypes.StringType, "which of its numbers"),
          field("value", DataTypes.DoubleType, "in the unit of the analysis"));

  private static final StructType VERSIONS =
      struct(
          field("code", DataTypes.StringType, "this program, as git describes it"),
          field("spark", DataTypes.StringType, "version"),
          field("djl", DataTypes.StringType, "version"),
          field("pytorch", DataTypes.StringType, "version"),
          field("java", DataTypes.StringType, "version"));

  /** Of the files below a submission's directory. */
  public static final StructType SCHEMA = schema();

  private RunsTable() {}

  /** The row of a finished run; {@code sweep} is the name of the sweep that trained it. */
  public static Row toRow(RunResult result, String sweep, Provenance provenance) {
    Milestones milestones = result.milestones();
    List<@Nullable Object> values = new ArrayList<>();
    values.add(result.runId());
    values.add(sweep);
    Key.ALL.forEach(key -> values.add(key.value(result.spec())));
    values.add(trainExamples(result.spec()));
    values.add(result.parameters());
    values.add(milestones.memorisedStep());
    values.add(milestones.grokStep());
    values.add(milestones.sustainedGrokStep());
    values.add(milestones.grokDelay());
    values.add(result.outcome().column());
    values.add(result.error());
    values.add(result.lastStep());
    values.addAll(finals(result.last()));
    values.add(rows(result.metrics(), RunsTable::metricsRow));
    values.add(rows(result.attention(), RunsTable::attentionRow));
    values.add(rows(result.measurements(), RunsTable::measurementRow));
    values.add(Timestamp.from(result.startedAt()));
    values.add(result.seconds());
    values.add(result.stepsPerSecond());
    values.add(provenance.host());
    values.add(provenance.device());
    values.add(provenance.gpuAddress());
    values.add(result.attempt());
    values.add(result.resumedFromStep());
    values.add(versionsRow(provenance.versions()));
    return RowFactory.create(values.toArray());
  }

  /**
   * The configuration that a row says it is of.
   *
   * @return every key's path and value; keys that are null in the row are left out
   */
  public static Map<String, Object> configuration(Row row) {
    Map<String, Object> values = new HashMap<>();
    for (Key key : Key.ALL) {
      Object value = row.getAs(key.column());
      if (value != null) {
        values.put(key.path(), value);
      }
    }
    return values;
  }

  /** The columns that are keys of {@code run}, in their order. */
  public static List<String> keyColumns() {
    return Key.ALL.stream().map(Key::column).toList();
  }

  private static StructType schema() {
    List<StructField> fields = new ArrayList<>();
    fields.add(field("run_id", DataTypes.StringType, "first 16 hex digits of the run's hash"));
    fields.add(field("sweep", DataTypes.StringType, "name of the sweep that trained it"));
    for (Key key : Key.ALL) {
      fields.add(field(key.column(), type(key), "run." + key.path() + ", see reference.conf"));
    }
    fields.add(
        field(
            "train_examples",
            DataTypes.IntegerType,
            "size of the training set; null for sequences"));
    fields.add(field("parameters", DataTypes.IntegerType, "trained numbers of the network"));
    fields.add(field("memorised_step", DataTypes.IntegerType, "first with train accuracy 0.99"));
    fields.add(field("grok_step", DataTypes.IntegerType, "first with test accuracy 0.99"));
    fields.add(
        field(
            "sustained_grok_step",
            DataTypes.IntegerType,
            "first of six in a row with test accuracy 0.95"));
    fields.add(field("grok_delay", DataTypes.IntegerType, "steps, grok_step - memorised_step"));
    fields.add(field("outcome", DataTypes.StringType, "how the run ended, first that holds"));
    fields.add(field("error", DataTypes.StringType, "what went wrong, of failed runs"));
    fields.add(field("last_step", DataTypes.IntegerType, "updates made"));
    fields.add(field("final_train_loss", DataTypes.DoubleType, "last recorded, nats"));
    fields.add(field("final_test_loss", DataTypes.DoubleType, "last recorded, nats"));
    fields.add(field("final_train_accuracy", DataTypes.DoubleType, "last recorded, share"));
    fields.add(field("final_test_accuracy", DataTypes.DoubleType, "last recorded, share"));
    fields.add(field("metrics", array(METRICS), "the recorded steps, ascending"));
    fields.add(field("attention", array(ATTENTION), "means over all inputs"));
    fields.add(field("measurements", array(MEASUREMENTS), "what analyses found"));
    fields.add(field("started_at", DataTypes.TimestampType, "begin of the first attempt, UTC"));
    fields.add(field("seconds", DataTypes.DoubleType, "training time of all attempts"));
    fields.add(field("steps_per_second", DataTypes.DoubleType, "of training"));
    fields.add(field("host", DataTypes.StringType, "name of the machine"));
    fields.add(field("device", DataTypes.StringType, "cpu, or gpu:N as used"));
    fields.add(field("gpu_address", DataTypes.StringType, "assigned by Spark, if any"));
    fields.add(field("attempt", DataTypes.IntegerType, "1 for a run that was never cut"));
    fields.add(field("resumed_from_step", DataTypes.IntegerType, "null if it was not resumed"));
    fields.add(field("versions", VERSIONS, "the programs involved"));
    return new StructType(fields.toArray(StructField[]::new));
  }

  /** None of sequences, which are drawn anew for every step. */
  private static @Nullable Integer trainExamples(RunSpec run) {
    return run.task() instanceof TableTask table ? table.trainExamples() : null;
  }

  private static List<@Nullable Object> finals(@Nullable Metrics last) {
    List<@Nullable Object> finals = new ArrayList<>();
    finals.add(last == null ? null : last.trainLoss());
    finals.add(last == null ? null : last.testLoss());
    finals.add(last == null ? null : last.trainAccuracy());
    finals.add(last == null ? null : last.testAccuracy());
    return finals;
  }

  private static Row metricsRow(Metrics at) {
    return RowFactory.create(
        at.step(),
        at.trainLoss(),
        at.trainAccuracy(),
        at.testLoss(),
        at.testAccuracy(),
        at.oodLoss(),
        at.oodAccuracy(),
        at.weightNorm(),
        at.gradientNorm());
  }

  private static Row attentionRow(AttentionMean at) {
    return RowFactory.create(
        at.step(), at.layer(), at.head(), at.query(), at.key(), at.meanScore(), at.meanWeight());
  }

  private static Row measurementRow(Measurement at) {
    return RowFactory.create(at.step(), at.analysis(), at.name(), at.value());
  }

  private static Row versionsRow(Versions of) {
    return RowFactory.create(of.code(), of.spark(), of.djl(), of.pytorch(), of.java());
  }

  /** An array, because Spark cannot encode a list inside a row. */
  private static <T> Row[] rows(List<T> items, Function<T, Row> toRow) {
    return items.stream().map(toRow).toArray(Row[]::new);
  }

  private static DataType type(Key key) {
    Class<?> type = key.type();
    if (type.isEnum() || type == String.class) {
      return DataTypes.StringType;
    }
    return switch (type.getName()) {
      case "int", "java.lang.Integer" -> DataTypes.IntegerType;
      case "long", "java.lang.Long" -> DataTypes.LongType;
      case "double", "java.lang.Double" -> DataTypes.DoubleType;
      case "boolean", "java.lang.Boolean" -> DataTypes.BooleanType;
      default -> throw new IllegalStateException(key.path() + " has no column type: " + type);
    };
  }

  private static StructType struct(StructField... fields) {
    return new StructType(fields);
  }

  private static DataType array(StructType element) {
    return DataTypes.createArrayType(element);
  }

  private static StructField field(String name, DataType type, String comment) {
    return new StructField(name, type, true, Metadata.empty()).withComment(comment);
  }
}
