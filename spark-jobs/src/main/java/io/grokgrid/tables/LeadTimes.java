package io.grokgrid.tables;

/**
 * Which sign of grokking comes first: for each measurement, the first recorded step at which it has
 * gone half of its way, from its first recorded value to its last, against the grok step of the
 * same run.
 *
 * <p>{@code lead} is the grok step minus that step, {@code ratio} the one over the other; rows are
 * sorted by the median ratio, so that the first sign comes first. Medians have an interval of 95 %
 * by order statistics, which takes 6 runs, {@code earlier} counts the runs with a lead above 0, its
 * share has Wilson's interval, and {@code sign_p} is the p-value of the sign test of leads above 0
 * against those below. A recording every n steps sees a crossing up to n steps late.
 *
 * <p>What moves while the training set is memorised may cross half of its way then: {@code
 * late_lead} and {@code late_ratio} are the same of the way from the value at the first recorded
 * step that is not before the memorised step.
 *
 * <p>Of runs that reached their grok step and did not fail. A measurement needs {@link #FEWEST}
 * recorded finite values in a run, and must end elsewhere than it began. Measurements of single
 * frequencies, tensors and components are left out, those of single heads are taken as their mean
 * over heads, which are numbered anew in every run; {@code train_*} tell of memorisation alone. A
 * loss spans decades and has a second row, {@code log_*}, of its logarithm, without steps at which
 * it is 0.
 */
final class LeadTimes {
  /** A series of fewer recorded values says nothing of when it moved. */
  private static final int FEWEST = 5;

  /** Attention's measures of one head, such as {@code answer_gap.2}; patterns are slow, so last. */
  private static final String OF_A_HEAD =
      """
      substring_index(name, '.', 1) IN ('symmetry', 'position_invariance', 'answer_gap', 'mean_gap',
            'complementarity', 'attention_complementarity') AND name RLIKE '^[^.]+[.][0-9.]+$'""";

  private static final String OF_THE_WHOLE = "name RLIKE '^[a-z][a-z0-9_]*$'";

  private static final String LEAD =
      """
      median(%1$slead) AS %1$slead_median, median_low(%1$slead) AS %1$slead_low,
        median_high(%1$slead) AS %1$slead_high, median(%1$sratio) AS %1$sratio_median,
        median_low(%1$sratio) AS %1$sratio_low, median_high(%1$sratio) AS %1$sratio_high""";

  static final String SQL =
      """
      WITH finite AS (
        SELECT run_id, grok_step, memorised_step, analysis, step,
          substring_index(name, '.', 1) AS measure, value
        FROM measurements
        WHERE grok_step > 0 AND outcome <> 'failed' AND abs(value) < double('infinity')
          AND if(contains(name, '.'), %1$s, %2$s)
          AND NOT startswith(name, 'train_')
        DISTRIBUTE BY run_id
      ),
      means AS (
        SELECT run_id, grok_step, memorised_step, analysis, measure, step, avg(value) AS value
        FROM finite GROUP BY ALL
      ),
      forms AS (
        SELECT run_id, grok_step, memorised_step, analysis, step,
          inline(filter(
            array(
              named_struct('measure', measure, 'value', value),
              named_struct('measure', 'log_' || measure, 'value',
                if(endswith(measure, 'loss'), ln(value), null))),
            form -> form.value IS NOT NULL)) AS (measure, value)
        FROM means
      ),
      ways AS (
        SELECT *, count(*) OVER series AS recorded, max_by(value, step) OVER series AS finish,
          min_by(value, step) OVER series AS start,
          min_by(value, if(step >= memorised_step, step, null)) OVER series AS late_start
        FROM forms WINDOW series AS (PARTITION BY run_id, analysis, measure)
      ),
      crossings AS (
        SELECT run_id, grok_step, analysis, measure, start, finish,
          min(step) FILTER (
            WHERE start <> finish
              AND sign(finish - start) * (value - (start + finish) / 2) >= 0) AS crossed,
          min(step) FILTER (
            WHERE step >= memorised_step AND late_start <> finish
              AND sign(finish - late_start) * (value - (late_start + finish) / 2) >= 0)
            AS late_crossed
        FROM ways WHERE recorded >= %3$d
        GROUP BY run_id, grok_step, analysis, measure, start, finish
      ),
      leads AS (
        SELECT analysis, measure, start, finish, grok_step - crossed AS lead,
          crossed / grok_step AS ratio, grok_step - late_crossed AS late_lead,
          late_crossed / grok_step AS late_ratio
        FROM crossings WHERE crossed IS NOT NULL
      )
      SELECT analysis, measure, count(*) AS runs, median(start) AS start_median,
        median(finish) AS end_median, %4$s,
        count_if(lead > 0) AS earlier, count_if(lead > 0) / count(*) AS earlier_share,
        wilson_low(count_if(lead > 0), count(*)) AS earlier_low,
        wilson_high(count_if(lead > 0), count(*)) AS earlier_high,
        sign_test(count_if(lead > 0), count_if(lead < 0)) AS sign_p,
        count(late_lead) AS late_runs, %5$s
      FROM leads GROUP BY analysis, measure ORDER BY ratio_median, analysis, measure
      """
          .formatted(OF_A_HEAD, OF_THE_WHOLE, FEWEST, LEAD.formatted(""), LEAD.formatted("late_"));

  private LeadTimes() {}
}
