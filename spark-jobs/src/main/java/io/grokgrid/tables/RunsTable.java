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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * The one table: a row is a finished run, with everything that was recorded of it nested inside.
 * Every column may be null, as Spark reads Parquet; a comment on each gives its unit.
 */
public final class RunsTable {
  /** The arrays, each flattened by a view of the same name. */
  public static final List<String> ARRAYS = List.of("metrics", "attention", "measurements");

  /** The partition directory, and so the column that reading adds at the end. */
  public static final String SUBMISSION = "submission";

  private static final Columns<Metrics> METRICS =
      new Columns<Metrics>()
          .integer("step", "updates made before this was recorded", Metrics::step)
          .real("train_loss", "mean loss, see run.training.loss", Metrics::trainLoss)
          .real("train_accuracy", "share, 0 to 1", Metrics::trainAccuracy)
          .real("test_loss", "mean loss, see run.training.loss", Metrics::testLoss)
          .real("test_accuracy", "share, 0 to 1", Metrics::testAccuracy)
          .real("ood_loss", "out of distribution (sequences), nats", Metrics::oodLoss)
          .real("ood_accuracy", "out of distribution, share, 0 to 1", Metrics::oodAccuracy)
          .real("weight_norm", "Euclidean, over all parameters", Metrics::weightNorm)
          .real(
              "gradient_norm",
              "Euclidean, of the update that led here, before clipping",
              Metrics::gradientNorm);

  private static final Columns<AttentionMean> ATTENTION =
      new Columns<AttentionMean>()
          .integer("step", "updates made before this was recorded", AttentionMean::step)
          .integer("layer", "from 0", AttentionMean::layer)
          .integer("head", "from 0", AttentionMean::head)
          .integer("query", "position that attends, from 0", AttentionMean::query)
          .integer("key", "position attended to, from 0", AttentionMean::key)
          .real("mean_score", "what enters the softmax, mean over inputs", AttentionMean::meanScore)
          .real("mean_weight", "what multiplies V, mean over inputs", AttentionMean::meanWeight);

  static final Columns<Measurement> MEASUREMENTS =
      new Columns<Measurement>()
          .integer("step", "updates made before this was measured", Measurement::step)
          .text("analysis", "which analysis", Measurement::analysis)
          .text("name", "which of its numbers", Measurement::name)
          .real("value", "in the unit of the analysis", Measurement::value);

  static final Columns<Versions> VERSIONS =
      new Columns<Versions>()
          .text("code", "this program, as git describes it", Versions::code)
          .text("spark", "version", Versions::spark)
          .text("djl", "version", Versions::djl)
          .text("pytorch", "version", Versions::pytorch)
          .text("java", "version", Versions::java)
          .integer("arithmetic", "other numbers: results differ", Versions::arithmetic);

  private static final Columns<Trained> COLUMNS = columns();

  /** Of the files below a submission's directory. */
  public static final StructType SCHEMA = COLUMNS.schema();

  private RunsTable() {}

  /** What a row is made of. */
  private record Trained(RunResult result, Milestones milestones, String sweep, Provenance by) {
    RunSpec spec() {
      return result.spec();
    }

    /** None of sequences, which are drawn anew for every step. */
    @Nullable Integer trainExamples() {
      return spec().task().asTable().map(TableTask::trainExamples).orElse(null);
    }

    /** Of the last recorded step, if any. */
    @Nullable Double last(ToDoubleFunction<Metrics> value) {
      Metrics last = result.last();
      return last == null ? null : (Double) value.applyAsDouble(last);
    }

    @Nullable Double bestTestAccuracy() {
      Metrics best = Metrics.best(result.metrics());
      return best == null ? null : (Double) best.testAccuracy();
    }

    @Nullable Integer bestTestStep() {
      Metrics best = Metrics.best(result.metrics());
      return best == null ? null : (Integer) best.step();
    }
  }

  /** The row of a finished run; {@code sweep} is the name of the sweep that trained it. */
  public static Row toRow(RunResult result, String sweep, Provenance provenance) {
    return COLUMNS.row(new Trained(result, result.milestones(), sweep, provenance));
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

  private static Columns<Trained> columns() {
    Columns<Trained> columns =
        new Columns<Trained>()
            .text("run_id", "first 16 hex digits of the run's hash", r -> r.result.runId())
            .text("sweep", "name of the sweep that trained it", Trained::sweep);
    for (Key key : Key.ALL) {
      String comment = "run." + key.path() + ", see reference.conf";
      columns.add(key.column(), type(key), comment, r -> key.value(r.spec()));
    }
    addResult(columns);
    addRecorded(columns);
    addProvenance(columns);
    return columns;
  }

  private static void addResult(Columns<Trained> columns) {
    columns
        .integer(
            "train_examples",
            "size of the training set; null for sequences",
            Trained::trainExamples)
        .integer("parameters", "trained numbers of the network", r -> r.result.parameters())
        .integer(
            "memorised_step", "first with train accuracy 0.99", r -> r.milestones.memorisedStep())
        .integer("grok_step", "first with test accuracy 0.99", r -> r.milestones.grokStep())
        .integer(
            "sustained_grok_step",
            "first of six in a row with test accuracy 0.95",
            r -> r.milestones.sustainedGrokStep())
        .integer("grok_delay", "steps, grok_step - memorised_step", r -> r.milestones.grokDelay())
        .text("outcome", "how the run ended, first that holds", r -> r.result.outcome().column())
        .text("error", "what went wrong, of failed runs", r -> r.result.error())
        .integer("last_step", "updates made", r -> r.result.lastStep())
        .real("final_train_loss", "last recorded, nats", r -> r.last(Metrics::trainLoss))
        .real("final_test_loss", "last recorded, nats", r -> r.last(Metrics::testLoss))
        .real("final_train_accuracy", "last recorded, share", r -> r.last(Metrics::trainAccuracy))
        .real("final_test_accuracy", "last recorded, share", r -> r.last(Metrics::testAccuracy))
        .real("best_test_accuracy", "highest recorded, share", Trained::bestTestAccuracy)
        .integer("best_test_step", "first with that accuracy", Trained::bestTestStep);
  }

  private static void addRecorded(Columns<Trained> columns) {
    columns
        .structs("metrics", "the recorded steps, ascending", METRICS, r -> r.result.metrics())
        .structs("attention", "means over all inputs", ATTENTION, r -> r.result.attention())
        .structs("measurements", "what analyses found", MEASUREMENTS, r -> r.result.measurements());
  }

  private static void addProvenance(Columns<Trained> columns) {
    columns
        .add(
            "started_at",
            DataTypes.TimestampType,
            "begin of the first attempt, UTC",
            r -> Timestamp.from(r.result.startedAt()))
        .real("seconds", "training time of all attempts", r -> r.result.seconds())
        .real("steps_per_second", "of training", r -> r.result.stepsPerSecond())
        .text("host", "name of the machine", r -> r.by.host())
        .text("processor", "its kind, as Linux describes it", r -> r.by.processor())
        .text("device", "cpu, or gpu:N as used", r -> r.by.device())
        .text("gpu_address", "assigned by Spark, if any", r -> r.by.gpuAddress())
        .integer("attempt", "1 for a run that was never cut", r -> r.result.attempt())
        .integer("resumed_from_step", "null if it was not resumed", r -> r.result.resumedFromStep())
        .struct("versions", "the programs involved", VERSIONS, r -> r.by.versions());
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
}
