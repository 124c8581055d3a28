package io.grokgrid.tables;

import java.util.ArrayList;
import java.util.List;

/**
 * Loss spikes after memorisation, and whether they come in cycles (Thilak et al. 2022,
 * arXiv:2206.04817). A spike begins where the train loss is at least 10 times that of the recorded
 * step before and train accuracy below 0.99, and lasts until train accuracy is back at 0.99;
 * first_spike_step, last_spike_step and mean_period (steps) are of beginnings. A test spike begins,
 * after the grok step, where the test loss is above 20 times that of the recorded step before, and
 * lasts while it goes on rising so; a rise from 0 is one however small, so see largest_test_loss.
 * The largest losses are the largest finite ones after memorisation (train) and grokking (test);
 * norm_growth is the weight norm at the last recorded step over that at the memorised step. Null
 * where there is nothing to say; runs that recorded no step are left out.
 */
public final class Slingshots {
  /** {@code onsets}: {@code metrics} with {@code train_onset} and {@code test_onset}. */
  private static final String ONSETS =
      """
      WITH jumps AS (
        SELECT *,
          step > memorised_step AND train_accuracy < 0.99
            AND train_loss >= 10 * lag(train_loss) OVER steps
            AND train_loss < double('infinity') AS train_jump,
          step > grok_step AND test_loss > 20 * lag(test_loss) OVER steps
            AND test_loss < double('infinity') AS test_jump
        FROM %s WINDOW steps AS (PARTITION BY run_id ORDER BY step)
      ),
      onsets AS (
        SELECT *,
          train_jump AND coalesce(
            max(if(train_jump, step, null)) OVER earlier
              < max(if(train_accuracy >= 0.99, step, null)) OVER earlier,
            true) AS train_onset,
          test_jump AND NOT lag(test_jump) OVER steps AS test_onset
        FROM jumps
        WINDOW steps AS (PARTITION BY run_id ORDER BY step),
          earlier AS (
            PARTITION BY run_id ORDER BY step ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
      )""";

  /** The steps of runs that may have a spike; those of others need not be sorted. */
  private static final String RESTLESS =
      """
      (SELECT *, inline(metrics) FROM runs
          WHERE exists(metrics, m -> m.step > memorised_step AND m.train_accuracy < 0.99)
            OR grok_step IS NOT NULL AND exists(sequence(1, size(metrics)), i ->
              get(metrics, i).step > grok_step
                AND get(metrics, i).test_loss > 20 * get(metrics, i - 1).test_loss))""";

  private Slingshots() {}

  static String sql(List<String> varying) {
    List<String> last = List.of("loss_precision", "epsilon", "outcome");
    List<String> keys = new ArrayList<>(List.of("run_id"));
    varying.stream().filter(key -> !last.contains(key)).forEach(keys::add);
    return """
    %3$s,
    spikes AS (
      SELECT %1$s, %2$s, count_if(train_onset) AS spikes, count_if(test_onset) AS test_spikes,
        min(step) FILTER (WHERE train_onset) AS first_spike_step,
        max(step) FILTER (WHERE train_onset) AS last_spike_step,
        max(train_loss) FILTER (
          WHERE step > memorised_step AND train_loss < double('infinity')) AS largest_train_loss,
        max(test_loss) FILTER (
          WHERE step > grok_step AND test_loss < double('infinity')) AS largest_test_loss,
        max_by(weight_norm, step) AS last_norm,
        max(weight_norm) FILTER (WHERE step = memorised_step) AS memorised_norm
      FROM onsets GROUP BY %1$s, %2$s
    )
    SELECT %1$s, spikes, test_spikes, first_spike_step, last_spike_step,
      try_divide(last_spike_step - first_spike_step, spikes - 1) AS mean_period,
      largest_train_loss, largest_test_loss,
      try_divide(last_norm, memorised_norm) AS norm_growth, %2$s
    FROM spikes ORDER BY spikes DESC, test_spikes DESC, run_id
    """
        .formatted(Clauses.columns(keys), Clauses.columns(last), ONSETS.formatted("metrics"));
  }

  /**
   * A row a spike that {@link #sql} counts: the run, the step it begins at, train or test. Reads
   * the array {@code metrics} of runs.
   */
  public static String spikes() {
    return """
    %s
    SELECT run_id, step, 'train' AS kind FROM onsets WHERE train_onset
    UNION ALL
    SELECT run_id, step, 'test' AS kind FROM onsets WHERE test_onset
    ORDER BY run_id, step, kind
    """
        .formatted(ONSETS.formatted(RESTLESS));
  }
}
