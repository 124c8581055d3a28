package io.grokgrid.store;

import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.types.StructType;

/**
 * Rows that a store keeps, in files {@code submission=ID/*.parquet} below a folder.
 *
 * @param columns of its rows, the submission's too
 */
public record DataSet(Path folder, StructType columns) {}
