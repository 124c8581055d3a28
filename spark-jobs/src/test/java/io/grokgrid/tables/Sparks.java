package io.grokgrid.tables;

import org.apache.spark.sql.SparkSession;

/** The Spark session that all tests of this JVM share. */
public final class Sparks {
  private Sparks() {}

  /** A running one; a new one if a test has stopped the last. */
  public static SparkSession session() {
    return SparkSession.builder()
        .master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.warehouse.dir", "target/warehouse")
        .getOrCreate();
  }
}
