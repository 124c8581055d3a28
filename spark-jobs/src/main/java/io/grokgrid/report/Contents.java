package io.grokgrid.report;

import java.util.List;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * What there is to ask of, found before it is asked.
 *
 * @param recorded how many steps each run recorded
 * @param hasOutOfDistribution whether any of those has a loss out of distribution
 * @param attention how many means of attention were recorded
 * @param analyses which were made
 */
record Contents(
    List<Integer> recorded, boolean hasOutOfDistribution, long attention, List<String> analyses) {
  private static final String RUNS =
      """
      SELECT coalesce(size(metrics), 0), coalesce(size(attention), 0),
        coalesce(exists(metrics, m -> m.ood_accuracy IS NOT NULL), false)
      FROM runs
      """;

  private static final String ANALYSES =
      "SELECT DISTINCT analysis FROM measurements WHERE analysis IS NOT NULL ORDER BY analysis";

  static Contents of(SparkSession session) {
    List<Row> runs = session.sql(RUNS).collectAsList();
    return new Contents(
        runs.stream().map(row -> row.getInt(0)).toList(),
        runs.stream().anyMatch(row -> row.getBoolean(2)),
        runs.stream().mapToLong(row -> row.getInt(1)).sum(),
        session.sql(ANALYSES).as(Encoders.STRING()).collectAsList());
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
