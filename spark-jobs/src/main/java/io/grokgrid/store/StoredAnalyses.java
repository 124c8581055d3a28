package io.grokgrid.store;

import io.grokgrid.store.StoredRuns.RowPlace;
import io.grokgrid.tables.RunsTable;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;

/**
 * What analyses found of a store's checkpoints. What one found of a checkpoint counts once: the
 * newest.
 *
 * @param rows with {@link Store#ANALYSES_COLUMNS}
 * @param hasRows whether there is any file of them
 * @param older what of the rows does not count
 * @param damages files that are left out
 */
public record StoredAnalyses(
    Dataset<Row> rows, boolean hasRows, List<Older> older, List<Damage> damages) {
  private static final String FILE = "analysed_file";
  private static final String ROW = "analysed_row";
  private static final String RUN = "analysed_run";

  private static final StructType PLACE =
      StructType.fromDDL("older_file STRING, older_row BIGINT, older_analysis STRING");

  /** An analysis of a row that another, newer row has too. */
  public record Older(RowPlace place, String runId, int step, String analysis) {}

  /** A checkpoint by its run and step. */
  public record Step(String runId, int step) {}

  /** Reads them. Damaged files are looked for only where some file cannot be read. */
  public static StoredAnalyses of(SparkSession session, Store store) throws IOException {
    StoreFiles files = StoreFiles.ofAnalyses(store, session.sparkContext().hadoopConfiguration());
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

  /** Those of files that are whole. */
  public static StoredAnalyses of(SparkSession session, StoreFiles files) {
    Economy economy = Economy.of(files.bytes());
    if (economy == Economy.MANY_ROWS) {
      economy.settle(session); // beside however few runs
    }
    Dataset<Row> rows = economy.of(files.rows(session));
    boolean hasRows = !files.files().isEmpty();
    return new StoredAnalyses(
        rows.where("run_id IS NOT NULL AND step IS NOT NULL AND analyses IS NOT NULL"),
        hasRows,
        hasRows ? older(rows) : List.of(),
        files.damages());
  }

  /**
   * Found with a narrow query, so that no measurement is shuffled for it. Nearly every checkpoint
   * has one row, and that cannot be older than any.
   */
  private static List<Older> older(Dataset<Row> rows) {
    Column rank =
        functions
            .row_number()
            .over(
                Window.partitionBy("run_id", "step", "analysis")
                    .orderBy(
                        // Before the time, which goes back where a clock is set back.
                        functions.col(RunsTable.SUBMISSION).desc(),
                        functions.col("started_at").desc_nulls_last(),
                        functions.col("file").desc(),
                        functions.col("row").desc()));
    return rows
        .where("run_id IS NOT NULL AND step IS NOT NULL")
        .select(
            StoredRuns.FILE.as("file"),
            StoredRuns.ROW.as("row"),
            functions.col("run_id"),
            functions.col("step"),
            functions.col(RunsTable.SUBMISSION),
            functions.col("started_at"),
            functions.col("analyses"),
            functions.count("*").over(Window.partitionBy("run_id", "step")).as("rows"))
        .where("rows > 1")
        .withColumn("analysis", functions.explode(functions.expr("array_distinct(analyses)")))
        .withColumn("rank", rank)
        .where("rank > 1 AND analysis IS NOT NULL")
        .select("file", "row", "run_id", "step", "analysis")
        .orderBy("run_id", "step", "analysis")
        .collectAsList()
        .stream()
        .map(StoredAnalyses::older)
        .toList();
  }

  private static Older older(Row row) {
    RowPlace place = new RowPlace(row.getString(0), row.getLong(1));
    return new Older(place, row.getString(2), row.getInt(3), row.getString(4));
  }

  /** Which analyses there are of each checkpoint. */
  public Map<Step, Set<String>> done() {
    Map<Step, Set<String>> done = new HashMap<>();
    rows.select("run_id", "step", "analyses")
        .collectAsList()
        .forEach(
            row ->
                done.computeIfAbsent(
                        new Step(row.getString(0), row.getInt(1)), none -> new HashSet<>())
                    .addAll(row.getList(2)));
    return done;
  }

  /**
   * run_id, step and each analysis that found something, by these names of columns: a few rows a
   * checkpoint. Those that had nothing to say are not among them.
   */
  Dataset<Row> keys(String... names) {
    return rows.select(
            functions.col("run_id"),
            functions.col("step"),
            functions.expr("explode(array_intersect(analyses, measurements.analysis))"))
        .toDF(names);
  }

  /** Those that found something of any of these runs. */
  public List<String> found(Dataset<Row> runs) {
    return hasRows
        ? keys("later_run", "later_step", "analysis")
            .join(runs, functions.expr("later_run = run_id"), "left_semi")
            .select("analysis")
            .where("analysis IS NOT NULL")
            .distinct()
            .as(Encoders.STRING())
            .collectAsList()
        : List.of();
  }

  /**
   * All measurements that count.
   *
   * @param runs columns of the runs that they are to stand beside
   */
  Dataset<Row> measurements(Dataset<Row> runs) {
    Dataset<Row> found =
        rows.select(
            StoredRuns.FILE.as(FILE),
            StoredRuns.ROW.as(ROW),
            functions.col("run_id").as(RUN),
            functions.col("measurements").as("found"));
    Dataset<Row> beside = runs.join(found, functions.expr("run_id = " + RUN));
    Column[] columns =
        Stream.concat(
                Stream.concat(Stream.of(runs.columns()), Stream.of(FILE, ROW)).map(functions::col),
                Stream.of(functions.expr("inline(found)")))
            .toArray(Column[]::new);
    return newest(beside.select(columns)).drop(FILE, ROW);
  }

  private Dataset<Row> newest(Dataset<Row> measurements) {
    if (older.isEmpty()) {
      return measurements;
    }
    List<Row> places =
        older.stream()
            .map(each -> RowFactory.create(each.place.file(), each.place.row(), each.analysis))
            .toList();
    return measurements.join(
        functions.broadcast(measurements.sparkSession().createDataFrame(places, PLACE)),
        functions.expr(
            "%s = older_file AND %s = older_row AND analysis = older_analysis"
                .formatted(FILE, ROW)),
        "left_anti");
  }
}
