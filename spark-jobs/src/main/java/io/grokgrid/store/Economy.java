package io.grokgrid.store;

import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * How much Spark prepares before it computes. What pays for many rows, compiling each query and
 * spreading it over tasks that exchange rows, takes seconds, of which a few rows need none.
 */
enum Economy {
  FEW_ROWS,
  MANY_ROWS;

  private static final long FEW_BYTES = 32 << 20;

  private static final Map<String, String> FOR_FEW =
      Map.of(
          "spark.sql.codegen.wholeStage", "false",
          "spark.sql.codegen.factoryMode", "NO_CODEGEN",
          "spark.sql.adaptive.enabled", "false");

  /** The one for files of so many bytes. */
  static Economy of(long bytes) {
    return bytes <= FEW_BYTES ? FEW_ROWS : MANY_ROWS;
  }

  /** The session follows it from now on, but for what its user has set. */
  void settle(SparkSession session) {
    FOR_FEW.forEach(
        (name, value) -> {
          if (session.sparkContext().conf().contains(name)) {
            return;
          }
          if (this == FEW_ROWS) {
            session.conf().set(name, value);
          } else {
            session.conf().unset(name);
          }
        });
  }

  /** The rows, in one partition where they are few: then nothing is shuffled. */
  Dataset<Row> of(Dataset<Row> rows) {
    return this == FEW_ROWS ? rows.coalesce(1) : rows;
  }
}
