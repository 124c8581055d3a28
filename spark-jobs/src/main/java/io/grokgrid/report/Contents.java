package io.grokgrid.report;

import io.grokgrid.store.StoredAnalyses;
import io.grokgrid.store.Views;
import io.grokgrid.tables.RunsTable;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.storage.StorageLevel;

/**
 * What there is to ask of, found before it is asked: read once, for most questions need no more of
 * the store than this.
 *
 * @param runs the view {@code runs}, without the arrays and with columns about them; in memory
 *     until closed
 * @param recorded how many steps each run recorded
 * @param hasOutOfDistribution whether any of those has a loss out of distribution
 * @param attention how many means of attention were recorded
 * @param analyses which were made
 */
record Contents(
    Dataset<Row> runs,
    List<Integer> recorded,
    boolean hasOutOfDistribution,
    long attention,
    SortedSet<String> analyses)
    implements AutoCloseable {
  private static final String RECORDED = "recorded_steps";
  private static final String ATTENTION = "recorded_attention";
  private static final String OUT_OF_DISTRIBUTION = "has_out_of_distribution";
  private static final String ANALYSES = "recorded_analyses";

  static Contents of(Views views, StoredAnalyses analyses) {
    Dataset<Row> kept =
        views
            .runs()
            .withColumn(RECORDED, functions.expr("coalesce(size(metrics), 0)"))
            .withColumn(ATTENTION, functions.expr("coalesce(size(attention), 0)"))
            .withColumn(
                OUT_OF_DISTRIBUTION,
                functions.expr("coalesce(exists(metrics.ood_accuracy, a -> a IS NOT NULL), false)"))
            .withColumn(ANALYSES, functions.expr("array_distinct(measurements.analysis)"))
            .drop(RunsTable.ARRAYS.toArray(String[]::new))
            .persist(StorageLevel.MEMORY_AND_DISK());
    List<Row> counts = kept.select(RECORDED, ATTENTION, OUT_OF_DISTRIBUTION).collectAsList();
    SortedSet<String> found = new TreeSet<>(analyses.found(kept));
    Dataset<Row> names = kept.select(functions.explode(functions.col(ANALYSES))).distinct();
    names.collectAsList().stream()
        .filter(row -> !row.isNullAt(0))
        .forEach(row -> found.add(row.getString(0)));
    return new Contents(
        kept,
        counts.stream().map(row -> row.getInt(0)).toList(),
        counts.stream().anyMatch(row -> row.getBoolean(2)),
        counts.stream().mapToLong(row -> row.getInt(1)).sum(),
        found);
  }

  @Override
  public void close() {
    runs.unpersist();
  }

  /** See below, of all that was recorded. */
  int every(int most) {
    return every(recorded, most);
  }

  /**
   * Every which recorded step of each run is to be kept, beside its last, so that no more than
   * {@code most} are.
   */
  static int every(List<Integer> recorded, int most) {
    int every = 1;
    while (kept(recorded, every) > most && every < Integer.MAX_VALUE) {
      every++;
    }
    return every;
  }

  private static long kept(List<Integer> recorded, int every) {
    return recorded.stream()
        .mapToLong(
            steps -> (steps + every - 1) / every + (Math.max(0, steps - 1) % every > 0 ? 1 : 0))
        .sum();
  }
}
