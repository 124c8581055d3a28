package io.grokgrid.tables;

import io.grokgrid.store.Store;
import io.grokgrid.store.StoreFiles;
import java.io.IOException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
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

  /** Every row of every submission that is not damaged. */
  public static Dataset<Row> rows(Store store) throws IOException {
    SparkSession session = session();
    return StoreFiles.of(store, session.sparkContext().hadoopConfiguration()).rows(session);
  }
}
