package io.grokgrid.inspect;

import io.grokgrid.config.Study;
import io.grokgrid.store.Store;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/**
 * Whether the runs of a grid still come out as they did: bit for bit those that were trained on one
 * kind of processor, and on its cores, both times; by their outcomes and a log-rank test of their
 * grok steps the others.
 *
 * @param baseline runs that it has of the grid
 * @param same runs with the same bits
 * @param otherBits runs with other bits on the same kind of processor
 * @param otherOutcome runs with another outcome on another one
 * @param logRank p of the grok steps of runs with other bits on another one, null of none
 */
public record Drift(
    int baseline,
    int same,
    List<String> otherBits,
    List<String> otherOutcome,
    @Nullable Double logRank) {
  /** Chance alone makes as large a difference less often than this. */
  private static final double LEVEL = 0.01;

  /**
   * Holds a store's runs of a grid against another's; those that one of them lacks, or that failed
   * or were out of time, do not count.
   *
   * @param baseline a store, as a path or URI
   */
  public static Drift of(SparkSession session, Study study, String baseline, Store store)
      throws IOException {
    Side then = new Side(baseline, new Store(baseline), false, study);
    Side now = new Side(store.root(), store, false, study);
    return of(new CompareJob(session, then, now).run().comparison());
  }

  static Drift of(Comparison comparison) {
    List<String> otherBits = new ArrayList<>();
    List<String> otherOutcome = new ArrayList<>();
    Map<String, ComparedRun> then = new LinkedHashMap<>();
    Map<String, ComparedRun> now = new LinkedHashMap<>();
    int same = 0;
    for (ComparedRun run : comparison.first().values()) {
      ComparedRun other = comparison.second().get(run.id());
      if (other == null || !saysHowItComesOut(run) || !saysHowItComesOut(other)) {
        continue;
      }
      if (comparison.isSame(run.id())) {
        same++;
      } else if (run.isOfSameProcessor(other)) {
        otherBits.add(run.id());
      } else {
        then.put(run.id(), run);
        now.put(run.id(), other);
        if (!run.outcome().equals(other.outcome())) {
          otherOutcome.add(run.id());
        }
      }
    }
    Comparison elsewhere = new Comparison(then, now, comparison.curves(), comparison.keys());
    Double logRank = elsewhere.cells().isEmpty() ? null : elsewhere.inAll().pValue();
    return new Drift(comparison.first().size(), same, otherBits, otherOutcome, logRank);
  }

  /** When a run fails or is out of time is not a matter of its arithmetic. */
  private static boolean saysHowItComesOut(ComparedRun run) {
    return !run.outcome().equals("failed") && !run.outcome().equals("out_of_time");
  }

  public boolean hasDrifted() {
    return !otherBits.isEmpty() || !otherOutcome.isEmpty() || (logRank != null && logRank < LEVEL);
  }

  /** As an object of JSON. */
  public Map<String, @Nullable Object> json() {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("drifted", hasDrifted());
    json.put("baseline_runs", baseline);
    json.put("same_bits", same);
    json.put("other_bits", otherBits);
    json.put("other_outcome", otherOutcome);
    json.put("log_rank_p", logRank);
    return json;
  }
}
