package io.grokgrid.verify;

import io.grokgrid.store.Store;
import io.grokgrid.store.StoredRuns;
import io.grokgrid.store.StoredRuns.RowPlace;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.util.SerializableConfiguration;

/** Looks at every row of a store, where the rows are, with {@link RowCheck}. */
final class RowScan implements FlatMapFunction<Row, RowScan.WrongRow> {
  private static final long serialVersionUID = 1L;

  private final Store store;
  private final SerializableConfiguration hadoop;

  /**
   * A row that is wrong, or whose checkpoints are.
   *
   * @param runId as the row has it
   * @param rows what is wrong with the row itself
   * @param checkpoints what is wrong with its checkpoints; they are looked at only where the row is
   *     whole
   */
  record WrongRow(
      String runId,
      RowPlace place,
      ArrayList<RowCheck.Contradiction> rows,
      ArrayList<CheckpointCheck.Flaw> checkpoints)
      implements Serializable {}

  private RowScan(Store store, SerializableConfiguration hadoop) {
    this.store = store;
    this.hadoop = hadoop;
  }

  /** Everything that is wrong with these rows of files. */
  static List<WrongRow> of(SparkSession session, Store store, Dataset<Row> rows)
      throws IOException {
    var hadoop = session.sparkContext().hadoopConfiguration();
    RowScan scan = new RowScan(store.qualified(hadoop), new SerializableConfiguration(hadoop));
    return rows.select(functions.col("*"), StoredRuns.FILE.as("_file"), StoredRuns.ROW.as("_row"))
        .toJavaRDD()
        .flatMap(scan)
        .collect();
  }

  @Override
  public Iterator<WrongRow> call(Row row) throws IOException {
    List<RowCheck.Contradiction> wrong = RowCheck.of(row);
    List<CheckpointCheck.Flaw> checkpoints =
        wrong.isEmpty() ? CheckpointCheck.of(row, store, hadoop.value()) : List.of();
    if (wrong.isEmpty() && checkpoints.isEmpty()) {
      return List.<WrongRow>of().iterator();
    }
    RowPlace place = new RowPlace(row.getAs("_file"), row.getAs("_row"));
    String runId = String.valueOf(row.<String>getAs("run_id"));
    return List.of(new WrongRow(runId, place, new ArrayList<>(wrong), new ArrayList<>(checkpoints)))
        .iterator();
  }
}
