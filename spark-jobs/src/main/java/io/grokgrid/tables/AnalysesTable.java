package io.grokgrid.tables;

import java.sql.Timestamp;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The table of analyses: a row is what some of them found of one checkpoint of a run. Every column
 * may be null, as Spark reads Parquet; a comment on each gives its unit.
 */
public final class AnalysesTable {
  private static final Columns<Found> COLUMNS =
      new Columns<Found>()
          .text("run_id", "of the run that kept the checkpoint", f -> f.of.runId())
          .integer("step", "updates made before the weights were kept", f -> f.of.step())
          .add(
              "analyses",
              DataTypes.createArrayType(DataTypes.StringType),
              "those that were asked, idle ones too",
              f -> f.of.analyses().toArray(String[]::new))
          .structs(
              "measurements", "what they found", RunsTable.MEASUREMENTS, f -> f.of.measurements())
          .real("seconds", "that they took", f -> f.of.seconds())
          .text("host", "name of the machine", Found::host)
          .add(
              "started_at",
              DataTypes.TimestampType,
              "begin, UTC",
              f -> Timestamp.from(f.of.startedAt()))
          .struct("versions", "the programs involved", RunsTable.VERSIONS, Found::versions);

  /** Of the files below a submission's directory. */
  public static final StructType SCHEMA = COLUMNS.schema();

  private AnalysesTable() {}

  /** What a row is made of. */
  private record Found(Analysed of, String host, Versions versions) {}

  public static Row toRow(Analysed found, String host, Versions versions) {
    return COLUMNS.row(new Found(found, host, versions));
  }
}
