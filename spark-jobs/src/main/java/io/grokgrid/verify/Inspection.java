package io.grokgrid.verify;

import io.grokgrid.store.Damage;
import io.grokgrid.store.FileCheck;
import io.grokgrid.store.Finished;
import io.grokgrid.store.Store;
import io.grokgrid.store.StoreFiles;
import io.grokgrid.store.StoredRuns;
import io.grokgrid.store.StoredRuns.RowPlace;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;

/**
 * Everything that is wrong with a store, found by reading all of it.
 *
 * @param files of rows, without those that are damaged; has the damages
 * @param wrong rows, and rows whose checkpoints are
 * @param doubled rows of finished runs that have another, newer one, each with its run's id
 */
public record Inspection(
    StoreFiles files, List<RowScan.WrongRow> wrong, Map<RowPlace, String> doubled) {

  /**
   * Reads a store to its end. Looking at all rows makes rows of all files, so those that are whole
   * and cannot be read are looked for only where that fails.
   */
  public static Inspection of(SparkSession session, Store store) throws IOException {
    StoreFiles listed = StoreFiles.of(store, session.sparkContext().hadoopConfiguration());
    StoreFiles files = listed.without(FileCheck.damaged(session, listed));
    try {
      return of(session, store, files);
    } catch (Exception e) {
      // Spark throws its own, Parquet's and Hadoop's exceptions, declared by none.
      List<Damage> unreadable = FileCheck.unreadable(session, files);
      if (unreadable.isEmpty()) {
        throw e;
      }
      return of(session, store, files.without(unreadable));
    }
  }

  private static Inspection of(SparkSession session, Store store, StoreFiles files)
      throws IOException {
    List<RowScan.WrongRow> wrong = current(session, store, scan(session, store, files));
    return new Inspection(files, wrong, doubled(session, files, places(wrong)));
  }

  private static List<RowScan.WrongRow> scan(SparkSession session, Store store, StoreFiles files)
      throws IOException {
    return files.files().isEmpty() ? List.of() : RowScan.of(session, store, files.rows(session));
  }

  /**
   * Only the row that the views show of a run must have its checkpoints: one that a newer row took
   * the place of may have ended sooner, or have been asked for others.
   */
  private static List<RowScan.WrongRow> current(
      SparkSession session, Store store, List<RowScan.WrongRow> wrong) throws IOException {
    if (wrong.stream().allMatch(found -> found.checkpoints().isEmpty())) {
      return wrong;
    }
    Set<RowPlace> shown =
        StoredRuns.of(session, store)
            .rows()
            .select(StoredRuns.FILE, StoredRuns.ROW)
            .collectAsList()
            .stream()
            .map(row -> new RowPlace(row.getString(0), row.getLong(1)))
            .collect(Collectors.toSet());
    return wrong.stream()
        .filter(found -> found.checkpoints().isEmpty() || shown.contains(found.place()))
        .toList();
  }

  private static List<RowPlace> places(List<RowScan.WrongRow> wrong) {
    return wrong.stream()
        .filter(found -> !found.rows().isEmpty())
        .map(RowScan.WrongRow::place)
        .toList();
  }

  /**
   * Among rows that are whole, or the one to keep could be the wrong one. A run that was out of
   * time may have gone on later, and one that was recorded otherwise may have been trained again.
   */
  private static Map<RowPlace, String> doubled(
      SparkSession session, StoreFiles files, List<RowPlace> bad) {
    Map<RowPlace, String> doubled = new LinkedHashMap<>();
    if (!files.files().isEmpty()) {
      Dataset<Row> whole = StoredRuns.without(files.rows(session), bad);
      again(whole, Finished.settings())
          .where("counts")
          .orderBy("run_id", "file", "row")
          .collectAsList()
          .forEach(
              row -> doubled.put(new RowPlace(row.getString(0), row.getLong(1)), row.getString(2)));
    }
    return doubled;
  }

  /** Rows that are alike to the next newer one of their run. */
  private static Dataset<Row> again(Dataset<Row> rows, Column alike) {
    Column counts = functions.expr("outcome NOT IN ('failed', 'diverged', 'out_of_time')");
    return StoredRuns.ranked(rows, counts, alike).where("again");
  }

  /**
   * Rows of finished runs that have another, newer one, as {@link #doubled} has them, found without
   * reading all of every row; and rows, whatever their outcome, that are there twice by what tells
   * one training from another. Of a run that has a wrong row there are none.
   */
  public static List<RowPlace> doubled(SparkSession session, Store store, StoreFiles files)
      throws IOException {
    if (files.files().isEmpty()) {
      return List.of();
    }
    Column training =
        functions.to_json(
            functions.struct("submission", "started_at", "attempt", "last_step", "seconds"));
    Column alike =
        functions
            .when(functions.col("outcome").isin("failed", "diverged", "out_of_time"), training)
            .otherwise(Finished.settings());
    List<Row> found = again(files.rows(session), alike).where("run_id IS NOT NULL").collectAsList();
    if (found.isEmpty()) {
      return List.of();
    }
    List<Row> runs = found.stream().map(row -> RowFactory.create(row.getString(2))).toList();
    Dataset<Row> twice =
        files
            .rows(session)
            .join(
                functions.broadcast(
                    session.createDataFrame(runs, StructType.fromDDL("doubled_run STRING"))),
                functions.expr("run_id = doubled_run"),
                "left_semi");
    Set<String> bad = new HashSet<>();
    for (RowScan.WrongRow wrong : RowScan.of(session, store, twice)) {
      bad.add(wrong.rows().isEmpty() ? "" : wrong.runId());
    }
    return found.stream()
        .filter(row -> !bad.contains(row.getString(2)))
        .map(row -> new RowPlace(row.getString(0), row.getLong(1)))
        .toList();
  }

  /** Rows of whole files that are to be taken out: of runs without their checkpoints too. */
  List<RowPlace> rowsToTakeOut() {
    return Stream.concat(
            wrong.stream()
                .filter(found -> found.checkpoints().stream().noneMatch(c -> c.isDenied()))
                .map(RowScan.WrongRow::place),
            doubled.keySet().stream())
        .distinct()
        .toList();
  }

  /** Files and folders that are not as this program wrote them, and how. */
  public List<String> damagedFiles() {
    return files.damages().stream().map(damage -> damage.path() + " " + damage.what()).toList();
  }

  /** The runs of {@link #doubled}, each once. */
  public List<String> doubledRuns() {
    return doubled.values().stream().distinct().toList();
  }

  /** What is wrong with rows in this respect, one of {@link #checks}. */
  public List<String> wrongRows(String check) {
    return wrong.stream()
        .flatMap(found -> found.rows().stream())
        .filter(row -> row.check().equals(check))
        .map(RowCheck.Contradiction::detail)
        .toList();
  }

  /** What rows are checked for. */
  public static List<String> checks() {
    return RowCheck.ALL;
  }

  /** Checkpoints that runs say they have and that are missing or damaged. */
  public List<String> wrongCheckpoints() {
    return checkpoints().map(wrong -> wrong.path() + " " + wrong.what()).toList();
  }

  Stream<CheckpointCheck.Flaw> checkpoints() {
    return wrong.stream().flatMap(found -> found.checkpoints().stream()).distinct();
  }
}
