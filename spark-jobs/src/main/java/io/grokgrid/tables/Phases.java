package io.grokgrid.tables;

import java.util.List;

/**
 * Where one phase of training ends and the next begins, of runs that reached their grok step:
 * bounds that are derived from curves by a rule, to be compared with those that Nanda et al. 2023
 * (arXiv:2301.05217) drew by eye into the curves of their mainline: 1,400, 9,400 and 14,000.
 *
 * <ul>
 *   <li>{@code memorisation_end}, where circuits begin to form: the step before the grok step at
 *       which the excluded loss is lowest, the first of equals. {@code excluded} says which one:
 *       {@code progress.final_excluded_loss}, without the key frequencies of the run's end, as
 *       published, where checkpoints were analysed; else {@code answer_excluded_loss}, without all
 *       that the logits know of the answer. (Key frequencies of the step itself, as in {@code
 *       excluded_loss}, are none until a cluster of neurons is there)
 *   <li>{@code cleanup_start}: the last recorded step before the grok step with a test loss of at
 *       least half its {@code plateau}, the median of test losses from the memorisation's end to
 *       the grok step
 *   <li>{@code cleanup_end}: the first recorded step after that with a test loss below {@link
 *       #LEARNED} at which the sum of squared weights is still: since the recorded step before it
 *       changed by at most {@link #STILL} of what weight decay alone would take, 2 x learning rate
 *       x weight decay a step. Null if that never was
 * </ul>
 *
 * Runs without a measured excluded loss have no row. Failed runs are left out.
 */
final class Phases {
  /** Nats; the lowest that published curves are reported by. */
  private static final double LEARNED = 0.01;

  private static final double STILL = 0.01;

  private Phases() {}

  static String sql(List<String> varying) {
    List<String> always = List.of("operation", "p", "train_fraction", "weight_decay");
    return """
    WITH losses AS (
      SELECT run_id, step, value, name, max(name) OVER (PARTITION BY run_id) AS excluded
      FROM measurements
      WHERE analysis = 'progress' AND name IN ('answer_excluded_loss', 'final_excluded_loss')
        AND step < grok_step AND value < double('infinity') AND outcome <> 'failed'
    ),
    excluded AS (
      SELECT run_id, excluded, min_by(step, struct(value, step)) AS memorisation_end,
        min(value) AS lowest_excluded_loss
      FROM losses WHERE name = excluded
      GROUP BY run_id, excluded
    ),
    curves AS (
      SELECT *,
        median(if(step >= memorisation_end AND step < grok_step, test_loss, null)) OVER run
          AS plateau,
        2 * abs(ln(try_divide(weight_norm, lag(weight_norm) OVER steps)))
          <= %2$s * 2 * learning_rate * weight_decay * (step - lag(step) OVER steps) AS is_still
      FROM metrics JOIN excluded USING (run_id)
      WINDOW run AS (PARTITION BY run_id), steps AS (PARTITION BY run_id ORDER BY step)
    ),
    falls AS (
      SELECT *,
        max(if(step < grok_step AND test_loss >= plateau / 2, step, null)) OVER (
          PARTITION BY run_id) AS cleanup_start
      FROM curves
    )
    SELECT run_id, %1$s, memorised_step, memorisation_end, cleanup_start, grok_step,
      min(step) FILTER (WHERE step > cleanup_start AND test_loss < %3$s AND is_still)
        AS cleanup_end,
      last_step, excluded, lowest_excluded_loss, plateau
    FROM falls
    GROUP BY run_id, %1$s, memorised_step, memorisation_end, cleanup_start, grok_step, last_step,
      excluded, lowest_excluded_loss, plateau
    ORDER BY %1$s, run_id
    """
        .formatted(Clauses.columns(Clauses.ofRun(always, varying)), STILL, LEARNED);
  }
}
