package io.grokgrid.store;

import io.grokgrid.experiment.Outcome;
import io.grokgrid.tables.RunsTable;
import java.io.IOException;
import java.io.Serializable;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;

/**
 * What a store holds: one row a run, a finished one before one that was out of time, that before a
 * failed one, then the newest.
 *
 * @param rows with {@link Store#COLUMNS}
 * @param all also the other rows of the same runs
 * @param damages files and rows that are left out
 */
public record StoredRuns(Dataset<Row> rows, Dataset<Row> all, List<Damage> damages) {
  public static final Column FILE = functions.col("_metadata.file_path");
  public static final Column ROW = functions.col("_metadata.row_index");

  private static final StructType PLACE =
      StructType.fromDDL("left_out_file STRING, left_out_row BIGINT");

  /** No row without a run, and none whose outcome a newer version may have thought of. */
  private static final Column KNOWN =
      functions.coalesce(
          functions
              .col("outcome")
              .isin(Arrays.stream(Outcome.values()).map(Outcome::column).toArray())
              .and(functions.col("run_id").isNotNull()),
          functions.lit(false));

  /**
   * Where a row is.
   *
   * @param file a URI, as Spark gives it
   * @param row in the file, from 0
   */
  public record RowPlace(String file, long row) implements Serializable {
    public Path path() {
      return new Path(URI.create(file));
    }
  }

  /** Reads a store. Damaged files are looked for only where some file cannot be read. */
  public static StoredRuns of(SparkSession session, Store store) throws IOException {
    StoreFiles files = StoreFiles.of(store, session.sparkContext().hadoopConfiguration());
    try {
      return of(session, files);
    } catch (Exception e) {
      // Spark throws its own, Parquet's and Hadoop's exceptions, declared by none.
      List<Damage> broken = FileCheck.broken(session, files);
      if (broken.isEmpty()) {
        throw e;
      }
      return of(session, files.without(broken));
    }
  }

  /**
   * Which rows are to be left out is found with a narrow query, so that the nested arrays are never
   * shuffled.
   */
  public static StoredRuns of(SparkSession session, StoreFiles files) {
    Economy economy = Economy.of(files.bytes());
    economy.settle(session);
    Dataset<Row> all = files.rows(session);
    if (files.files().isEmpty() || isEachRunOnce(all)) {
      return new StoredRuns(economy.of(all), all, files.damages());
    }
    List<Row> leftOut =
        ranked(all, KNOWN, functions.lit("")).where("rank > 1 OR NOT counts").collectAsList();
    List<Damage> damages = new ArrayList<>(files.damages());
    List<Row> strange = leftOut.stream().filter(row -> !row.getBoolean(4)).toList();
    damages.addAll(strange(strange));
    Dataset<Row> rows = economy.of(without(all, places(leftOut)));
    return new StoredRuns(rows, without(all, places(strange)), damages);
  }

  /** As in nearly every store; seen at once, where ranks take a shuffle. */
  private static boolean isEachRunOnce(Dataset<Row> all) {
    Set<String> seen = new HashSet<>();
    return all.select(functions.col("run_id"), KNOWN).collectAsList().stream()
        .allMatch(row -> row.getBoolean(1) && seen.add(row.getString(0)));
  }

  /**
   * Where each row is (file, row), its run_id and outcome, whether it counts, and its rank among
   * those of its run that count as it does: 1 is the one to show. And whether it is alike to the
   * next one before it by that rank.
   *
   * @param alike rows of one run are alike where they have one value of it
   */
  public static Dataset<Row> ranked(Dataset<Row> rows, Column counts, Column alike) {
    WindowSpec newestFirst =
        Window.partitionBy("run_id", "counts")
            .orderBy(
                functions.expr("CASE outcome WHEN 'failed' THEN 2 WHEN 'out_of_time' THEN 1 END"),
                // Before the time, which goes back where a clock is set back.
                functions.col(RunsTable.SUBMISSION).desc(),
                functions.col("started_at").desc_nulls_last(),
                functions.col("attempt").desc(),
                functions.col("file").desc(),
                functions.col("row").desc());
    return rows.select(
            FILE.as("file"),
            ROW.as("row"),
            functions.col("run_id"),
            functions.col("outcome"),
            counts.as("counts"),
            alike.as("alike"),
            functions.col("started_at"),
            functions.col(RunsTable.SUBMISSION),
            functions.col("attempt"))
        .withColumn("rank", functions.row_number().over(newestFirst))
        .withColumn(
            "again", functions.expr("alike").equalTo(functions.lag("alike", 1).over(newestFirst)))
        .select("file", "row", "run_id", "outcome", "counts", "rank", "again");
  }

  /** Of rows that begin with file and row. */
  static List<RowPlace> places(List<Row> rows) {
    return rows.stream().map(row -> new RowPlace(row.getString(0), row.getLong(1))).toList();
  }

  /** All rows but those at these places. */
  public static Dataset<Row> without(Dataset<Row> rows, List<RowPlace> places) {
    if (places.isEmpty()) {
      return rows;
    }
    Dataset<Row> leftOut =
        rows.sparkSession()
            .createDataFrame(
                places.stream().map(p -> RowFactory.create(p.file(), p.row())).toList(), PLACE);
    return rows.join(
        functions.broadcast(leftOut),
        FILE.equalTo(leftOut.col("left_out_file")).and(ROW.equalTo(leftOut.col("left_out_row"))),
        "left_anti");
  }

  /** One damage a file and outcome. */
  private static List<Damage> strange(List<Row> unknown) {
    Map<String, Long> counts = new TreeMap<>();
    for (Row row : unknown) {
      String path = StoreFiles.text(places(List.of(row)).get(0).path());
      String what =
          row.isNullAt(2)
              ? "without a run_id"
              : "with the outcome " + row.getString(3) + ", which this version does not know";
      counts.merge(path + "\n" + what, 1L, Long::sum);
    }
    return counts.entrySet().stream()
        .map(
            entry -> {
              String[] parts = entry.getKey().split("\n", 2);
              return new Damage(parts[0], "has " + entry.getValue() + " row(s) " + parts[1], true);
            })
        .collect(Collectors.toList());
  }
}
