package io.grokgrid.tables;

import java.util.ArrayList;
import java.util.List;

/**
 * Whether the grok delay y follows from how fast weight decay shrinks the weights: y = c x with x =
 * ln(norm at the memorised step / norm at the grok step) / (learning rate x weight decay), the norm
 * being that of all weights. Weights that do nothing but decay have c = 1.
 *
 * <p>Published of laws of this form, on other runs and not as this query computes it: R² of 0.97
 * over weight decays and 0.92 over learning rates, 34.6 % error where it was predicted at
 * memorisation (arXiv:2603.13331); 17.7 % error on held-out runs of the first-passage law, which is
 * c = 1 / kappa (arXiv:2605.18845).
 *
 * <p>A row a group of runs that have everything in common but weight decay, learning rate, train
 * fraction and seeds; a cell is a set of equal settings but for the seeds. {@code left_out} counts
 * runs that generalised and of which the law says nothing: no delay, no weight decay, or a norm
 * that did not fall. Fits through the origin: {@code constant} by least squares, whose {@code r2}
 * is 1 - sum (y - c x)² / sum (y - mean y)², and {@code log_constant} by least squares of ln y - ln
 * x, likewise. Errors are means over runs of |prediction - y| / y, where c is fitted to the other
 * cells of the group: {@code held_out_error} and {@code log_held_out_error} with the run's own norm
 * at its grok step, which nobody knows before; {@code forecast_error}, by {@code log_constant},
 * with the geometric mean of that norm in the other cells. Null of a single cell.
 */
final class DelayLaw {
  private static final List<String> ALWAYS =
      List.of("operation", "p", "train_fraction", "learning_rate", "weight_decay");

  /** What the law is about. */
  private static final List<String> POOLED =
      List.of("train_fraction", "learning_rate", "weight_decay");

  private static final String NORM_AT =
      "try_element_at(filter(metrics, at -> at.step = %s), 1).weight_norm";

  private DelayLaw() {}

  static String sql(List<String> varying) {
    List<String> cell = Clauses.ofResult(ALWAYS, varying);
    List<String> group = new ArrayList<>(cell);
    group.removeAll(POOLED);
    return """
    WITH ends AS (
      SELECT %1$s, struct(%1$s) AS cell, grok_delay, learning_rate * weight_decay AS rate,
        %3$s AS first_norm, %4$s AS last_norm
      FROM runs WHERE grok_step IS NOT NULL AND outcome <> 'failed'
    ),
    scaled AS (
      SELECT *, try_divide(ln(try_divide(first_norm, last_norm)), rate) AS scaled FROM ends
    ),
    points AS (
      SELECT *, if(is_point, scaled, null) AS x, if(is_point, double(grok_delay), null) AS y,
        if(is_point, ln(grok_delay) - ln(scaled), null) AS log_c,
        if(is_point, ln(last_norm), null) AS log_norm
      FROM (
        SELECT *, coalesce(
          grok_delay > 0 AND scaled > 0 AND scaled < double('infinity'), false) AS is_point
        FROM scaled)
    ),
    sums AS (
      SELECT *, count(x) OVER pool AS pool_n, count(x) OVER held AS held_n,
        sum(x * y) OVER pool AS pool_xy, sum(x * y) OVER held AS held_xy,
        sum(x * x) OVER pool AS pool_xx, sum(x * x) OVER held AS held_xx,
        sum(log_c) OVER pool AS pool_log_c, sum(log_c) OVER held AS held_log_c,
        sum(log_norm) OVER pool AS pool_log_norm, sum(log_norm) OVER held AS held_log_norm
      FROM points WINDOW pool AS (PARTITION BY %2$s), held AS (PARTITION BY %1$s)
    ),
    others AS (
      SELECT *, if(others_n > 0, try_divide(pool_xy - held_xy, pool_xx - held_xx), null) AS c,
        if(others_n > 0, exp((pool_log_c - held_log_c) / others_n), null) AS exp_log_c,
        if(others_n > 0, (pool_log_norm - held_log_norm) / others_n, null) AS others_log_norm
      FROM (SELECT *, pool_n - held_n AS others_n FROM sums)
    )
    SELECT %2$s, count(x) AS runs, count(DISTINCT if(x IS NOT NULL, cell, null)) AS cells,
      count_if(x IS NULL) AS left_out,
      try_divide(sum(x * y), sum(x * x)) AS constant,
      1 - try_divide(
        sum(pow(y - pool_xy / pool_xx * x, 2)), var_pop(y) * count(y)) AS r2,
      try_divide(covar_pop(x, y), stddev_pop(x) * stddev_pop(y)) AS correlation,
      avg(abs(c * x - y) / y) AS held_out_error,
      exp(avg(log_c)) AS log_constant,
      1 - try_divide(var_pop(log_c), var_pop(ln(y))) AS log_r2,
      try_divide(covar_pop(ln(x), ln(y)), stddev_pop(ln(x)) * stddev_pop(ln(y)))
        AS log_correlation,
      avg(abs(exp_log_c * x - y) / y) AS log_held_out_error,
      avg(abs(exp_log_c * (ln(first_norm) - others_log_norm) / rate - y) / y) AS forecast_error
    FROM others GROUP BY %2$s ORDER BY %2$s
    """
        .formatted(
            Clauses.columns(cell),
            Clauses.columns(group),
            NORM_AT.formatted("memorised_step"),
            NORM_AT.formatted("grok_step"));
  }
}
