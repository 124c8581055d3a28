package io.grokgrid.verify;

import io.grokgrid.store.Damage;
import io.grokgrid.store.FileCheck;
import io.grokgrid.store.Kept;
import io.grokgrid.store.Store;
import io.grokgrid.store.StoreFiles;
import io.grokgrid.store.StoredAnalyses;
import io.grokgrid.store.StoredRuns;
import io.grokgrid.store.StoredRuns.RowPlace;
import io.grokgrid.tables.Coefficients;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.slf4j.LoggerFactory;

/**
 * Everything that is wrong with the analyses of a store.
 *
 * @param files of rows, without those that are damaged; has the damages
 * @param strays rows that are of no checkpoint that a run of the store kept, or contradict
 *     themselves, each with why
 * @param older analyses that a newer row has too
 */
public record AnalysesInspection(
    StoreFiles files, Map<RowPlace, String> strays, List<StoredAnalyses.Older> older) {

  /** What of a row contradicts the rest of it, or null. */
  private static final Column CONTRADICTION =
      functions.expr(
          """
          CASE
            WHEN coalesce(size(measurements), 0) > 0 AND coalesce(size(analyses), 0) <= 0
              THEN 'has measurements, but no analyses'
            WHEN exists(analyses, a -> a IS NULL)
                OR exists(measurements, m -> m.analysis IS NULL OR m.name IS NULL)
              THEN 'has an analysis or a measurement without a name'
            WHEN exists(measurements, m -> NOT (m.step <=> step))
              THEN 'has a measurement of another step'
            WHEN exists(measurements, m -> NOT array_contains(analyses, m.analysis))
              THEN 'has a measurement of an analysis that is not among its analyses'
            WHEN size(array_distinct(transform(measurements, m -> concat(m.analysis, ' ', m.name))))
                < size(measurements)
              THEN 'has a measurement twice'
            %s
          END
          """
              .formatted(Coefficients.contradictions()));

  /** Reads them to their end. */
  public static AnalysesInspection of(SparkSession session, Store store) throws IOException {
    StoreFiles listed = StoreFiles.ofAnalyses(store, session.sparkContext().hadoopConfiguration());
    List<Damage> broken = FileCheck.broken(session, listed);
    StoreFiles files = listed.without(broken);
    if (files.files().isEmpty()) {
      return new AnalysesInspection(files, Map.of(), List.of());
    }
    return new AnalysesInspection(
        files, strays(session, store, files), StoredAnalyses.of(session, files).older());
  }

  private static Map<RowPlace, String> strays(SparkSession session, Store store, StoreFiles files)
      throws IOException {
    Map<String, Set<Integer>> kept = kept(session, store);
    Map<RowPlace, String> strays = new LinkedHashMap<>();
    files
        .rows(session)
        .select(
            StoredRuns.FILE,
            StoredRuns.ROW,
            functions.col("run_id"),
            functions.col("step"),
            CONTRADICTION.as("contradiction"))
        .orderBy("run_id", "step")
        .collectAsList()
        .forEach(
            row -> {
              String why = stray(row, kept);
              if (!why.isEmpty()) {
                strays.put(new RowPlace(row.getString(0), row.getLong(1)), why);
              }
            });
    return strays;
  }

  /**
   * The steps of every run's checkpoints, those of rows that others took the place of too; a row
   * that is wrong is found by others.
   */
  private static Map<String, Set<Integer>> kept(SparkSession session, Store store)
      throws IOException {
    Map<String, Set<Integer>> kept = new HashMap<>();
    for (Row row : StoredRuns.of(session, store).all().select(Kept.columns()).collectAsList()) {
      add(row, kept);
    }
    return kept;
  }

  private static void add(Row row, Map<String, Set<Integer>> kept) {
    try {
      Kept run = Kept.of(row);
      kept.computeIfAbsent(run.runId(), none -> new HashSet<>()).addAll(run.steps());
    } catch (IllegalArgumentException | ArithmeticException e) {
      LoggerFactory.getLogger(AnalysesInspection.class).debug("a row that cannot be", e);
    }
  }

  /** Why there can be no such row, or nothing. */
  private static String stray(Row row, Map<String, Set<Integer>> kept) {
    String runId = row.getAs("run_id");
    Integer step = row.getAs("step");
    String contradiction = row.getAs("contradiction");
    if (runId == null || step == null) {
      return "a row without a run_id or a step";
    }
    Set<Integer> steps = kept.get(runId);
    if (steps == null) {
      return runId + " is no run of the store";
    }
    if (!steps.contains(step)) {
      return runId + " kept no checkpoint of step " + step;
    }
    return contradiction == null ? "" : runId + ", step " + step + " " + contradiction;
  }

  /** Files and folders that are not as this program wrote them, and how. */
  public List<String> damagedFiles() {
    return files.damages().stream().map(damage -> damage.path() + " " + damage.what()).toList();
  }

  /** Why there can be no such rows, each reason once. */
  public List<String> strayRows() {
    return strays.values().stream().distinct().toList();
  }

  /** Which analyses are there twice. */
  public List<String> doubled() {
    return older.stream()
        .map(each -> "%s of %s, step %d".formatted(each.analysis(), each.runId(), each.step()))
        .distinct()
        .toList();
  }

  /** Rows that are to be taken out. */
  List<RowPlace> rowsToTakeOut() {
    return Stream.concat(strays.keySet().stream(), older.stream().map(each -> each.place()))
        .distinct()
        .collect(Collectors.toList());
  }
}
