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

/**
 * What there is to ask of, found before it is asked.
 *
 * @param recorded how many steps each run recorded
 * @param hasOutOfDistribution whether any of those has a loss out of distribution
 * @param attention how many means of attention were recorded
 * @param analyses which were made
 */
record Contents(
    List<Integer> recorded,
    boolean hasOutOfDistribution,
    long attention,
    SortedSet<String> analyses) {
  private static final String RECORDED = "recorded_steps";
  private static final String ATTENTION = "recorded_attention";
  private static final String OUT_OF_DISTRIBUTION = "has_out_of_distribution";
  private static final String ANALYSES = "recorded_analyses";

  /**
   * The view {@code runs} without the arrays, and with columns about them: all that most questions
   * need.
   */
  static Dataset<Row> withoutArrays(Views views) {
    return views
        .runs()
        .withColumn(RECORDED, functions.expr("coalesce(size(metrics), 0)"))
        .withColumn(ATTENTION, functions.expr("coalesce(size(attention), 0)"))
        .withColumn(
            OUT_OF_DISTRIBUTION,
            functions.expr("coalesce(exists(metrics.ood_accuracy, a -> a IS NOT NULL), false)"))
        .withColumn(ANALYSES, functions.expr("array_distinct(measurements.analysis)"))
        .drop(RunsTable.ARRAYS.toArray(String[]::new));
  }

  /**
   * Of these runs.
   *
   * @param runs see {@link #withoutArrays}
   */
  static Contents of(Dataset<Row> runs, StoredAnalyses analyses) {
    List<Row> counts = runs.select(RECORDED, ATTENTION, OUT_OF_DISTRIBUTION).collectAsList();
    SortedSet<String> made = new TreeSet<>(analyses.found(runs));
    runs.select(functions.explode(functions.col(ANALYSES)).as("analysis"))
        .where("analysis IS NOT NULL")
        .distinct()
        .collectAsList()
        .forEach(row -> made.add(row.getString(0)));
    return new Contents(
        counts.stream().map(row -> row.getInt(0)).toList(),
        counts.stream().anyMatch(row -> row.getBoolean(2)),
        counts.stream().mapToLong(row -> row.getInt(1)).sum(),
        made);
  }

  /**
   * Every which recorded step of each run is to be kept, beside its last, so that no more than
   * {@code most} are.
   */
  int every(int most) {
    int every = 1;
    while (kept(every) > most && every < Integer.MAX_VALUE) {
      every++;
    }
    return every;
  }

  private long kept(int every) {
    return recorded.stream()
        .mapToLong(
            steps -> (steps + every - 1) / every + (Math.max(0, steps - 1) % every > 0 ? 1 : 0))
        .sum();
  }
}
