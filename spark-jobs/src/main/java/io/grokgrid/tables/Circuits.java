package io.grokgrid.tables;

import io.grokgrid.analysis.Verdict;
import java.util.List;

/**
 * Which algorithm networks learned: Clock or Pizza, by the bands of {@link Verdict}; what is
 * neither, such as high in both, is called so. An untrained network is near 1 in both, so of a run
 * that never reached its grok step nothing but {@code not_learned} is said.
 *
 * <p>A run is judged at the last step at which both were measured, or, where that is none, at the
 * last at which any was; then its verdict is null, and so it is where one of both is not defined.
 */
final class Circuits {
  /** Null of what is not a number, which SQL would take for the largest. */
  private static final String DEFINED = "nullif(last.%1$s, double('NaN')) AS %1$s";

  /**
   * {@code judged}: of each run that has any, the measures at one step, and how many key
   * frequencies there were at the last step at which they were looked for.
   */
  private static final String JUDGED =
      """
      measured AS (
        SELECT run_id, step,
          min(value) FILTER (WHERE analysis = 'gradient_symmetricity') AS gradient_symmetricity,
          min(value) FILTER (WHERE analysis = 'distance_irrelevance') AS distance_irrelevance,
          min(value) FILTER (WHERE analysis = 'circularity') AS circularity,
          count_if(startswith(name, 'key_frequency.') AND value > 0) AS key_frequencies,
          count_if(analysis <> 'progress') > 0 AS has_measures,
          count_if(analysis = 'progress') > 0 AS has_frequencies
        FROM measurements
        WHERE analysis = 'progress' OR (analysis, name) IN (('gradient_symmetricity', 'mean'),
          ('distance_irrelevance', 'correct_logit'), ('circularity', 'mean'))
        GROUP BY run_id, step
      ),
      ends AS (
        SELECT run_id,
          max_by(
            struct(step, gradient_symmetricity, distance_irrelevance, circularity),
            struct(
              gradient_symmetricity IS NOT NULL AND distance_irrelevance IS NOT NULL, step))
            FILTER (WHERE has_measures) AS last,
          max_by(key_frequencies, step) FILTER (WHERE has_frequencies) AS key_frequencies
        FROM measured GROUP BY run_id
      ),
      judged AS (
        SELECT run_id, last.step AS measured_step, %s, %s, %s, key_frequencies FROM ends
      )"""
          .formatted(
              DEFINED.formatted("gradient_symmetricity"),
              DEFINED.formatted("distance_irrelevance"),
              DEFINED.formatted("circularity"));

  private Circuits() {}

  /**
   * A row a run that has any of the measures, beside the medians over its cell: the runs of equal
   * settings but for the seeds that generalised and have both measures ({@code learned} is their
   * number). {@code median_verdict} is of the medians. Single runs scatter: it is the medians that
   * should be believed. Failed runs are left out.
   */
  static String clockOrPizza(List<String> varying) {
    List<String> always = List.of("operation", "p", "attention_rate");
    return """
    WITH %1$s,
    ended AS (
      SELECT run_id, %2$s, outcome, final_test_accuracy, measured_step, gradient_symmetricity,
        distance_irrelevance, circularity,
        %3$s AS verdict,
        grok_step IS NOT NULL
          AND gradient_symmetricity + distance_irrelevance IS NOT NULL AS has_learned
      FROM runs JOIN judged USING (run_id)
      WHERE measured_step IS NOT NULL AND outcome <> 'failed'
    ),
    medians AS (
      SELECT *, count_if(has_learned) OVER cell AS learned,
        median(if(has_learned, gradient_symmetricity, null)) OVER cell
          AS median_gradient_symmetricity,
        median(if(has_learned, distance_irrelevance, null)) OVER cell
          AS median_distance_irrelevance,
        median(if(has_learned, circularity, null)) OVER cell AS median_circularity
      FROM ended WINDOW cell AS (PARTITION BY %4$s)
    )
    SELECT * EXCEPT (has_learned),
      %5$s AS median_verdict
    FROM medians ORDER BY %2$s, run_id
    """
        .formatted(
            JUDGED,
            Clauses.columns(Clauses.ofRun(always, varying)),
            verdict("grok_step IS NOT NULL", ""),
            Clauses.columns(Clauses.ofResult(always, varying)),
            verdict("learned > 0", "median_"));
  }

  /**
   * A row a cell of equal settings but for the seeds. {@code runs} are all of them; shares are of
   * those that did not fail, intervals Wilson's of 95 %. {@code measured} are the runs that
   * generalised and have a verdict, and {@code clock}, {@code pizza} and {@code neither} their
   * shares. Key frequencies are those with a neuron cluster at the last step at which {@code
   * progress} was measured, of runs that generalised; their number is a median.
   */
  static String census(List<String> varying) {
    return """
    WITH %1$s,
    ended AS (
      SELECT *,
        %3$s AS verdict
      FROM runs LEFT JOIN judged USING (run_id)
    ),
    cells AS (
      SELECT %2$s, count(*) AS runs, count_if(outcome = 'diverged') AS diverged,
        count_if(outcome = 'failed') AS failed, count_if(outcome <> 'failed') AS ended,
        count(grok_step) FILTER (WHERE outcome <> 'failed') AS generalised,
        %4$s, %5$s,
        count_if(verdict <> 'not_learned') AS measured, count_if(verdict = 'clock') AS clocks,
        count_if(verdict = 'pizza') AS pizzas, count_if(verdict = 'neither') AS others,
        median(key_frequencies) FILTER (
          WHERE grok_step IS NOT NULL AND outcome <> 'failed') AS key_frequencies_median
      FROM ended GROUP BY %2$s
    )
    SELECT %2$s, runs, diverged, failed, generalised,
      try_divide(generalised, ended) AS generalised_share,
      wilson_low(generalised, ended) AS generalised_low,
      wilson_high(generalised, ended) AS generalised_high, grok_step_median,
      grok_step_median_low, grok_step_median_high, measured,
      try_divide(clocks, measured) AS clock, try_divide(pizzas, measured) AS pizza,
      try_divide(others, measured) AS neither, key_frequencies_median
    FROM cells ORDER BY %2$s
    """
        .formatted(
            JUDGED,
            Clauses.columns(Clauses.ofResult(List.of("weight_decay", "train_fraction"), varying)),
            verdict("grok_step IS NOT NULL AND outcome <> 'failed'", ""),
            Clauses.median("grok_step"),
            Clauses.medianInterval("grok_step"));
  }

  private static String verdict(String hasLearned, String prefix) {
    return """
    CASE WHEN NOT (%1$s) THEN 'not_learned'
          WHEN %2$sgradient_symmetricity + %2$sdistance_irrelevance IS NULL THEN null
          WHEN %2$sdistance_irrelevance < %3$s AND %2$sgradient_symmetricity >= %4$s THEN 'pizza'
          WHEN %2$sdistance_irrelevance >= %3$s AND %2$sgradient_symmetricity < %4$s THEN 'clock'
          ELSE 'neither' END"""
        .formatted(hasLearned, prefix, Verdict.DISTANCE_IRRELEVANCE, Verdict.GRADIENT_SYMMETRICITY);
  }
}
