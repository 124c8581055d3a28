package io.grokgrid.tables;

import io.grokgrid.base.Problem;
import io.grokgrid.base.Refused;
import io.grokgrid.keys.Key;
import io.grokgrid.keys.RunId;
import io.grokgrid.math.PairedTimes;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Whether a key makes runs generalise, or reach a test accuracy, sooner: for each two of its
 * values, the pairs of runs that have one of them each and are equal otherwise, seed included, by
 * {@link PairedTimes}. What is {@code auto} and follows the key, such as {@code d_head} with {@code
 * d_model}, may differ; so may what is recorded of a run. Failed runs are left out; a run without a
 * grok step is censored, a diverged one at its planned last step.
 *
 * <p>{@code ratio} is the step of {@code second} over that of {@code first}, {@code ratio_low} and
 * {@code ratio_high} an interval of 95 % for this comparison by itself, {@code p} its p-value, and
 * {@code p_holm} the same corrected for the number of comparisons in the answer (Holm 1979). The
 * {@code sentence} calls it a difference where that is at most {@link PairedTimes#LEVEL}, and says
 * so where {@code p} alone is; it names what else differs from pair to pair ("24 pairs over p").
 */
final class Effects {
  private static final String SENTENCE =
      """
      CASE
        WHEN pairs = 0 THEN 'no two runs differ in %1$s alone'
        WHEN usable = 0 THEN format_string('no telling which is sooner in any of %%d pairs', pairs)
        ELSE concat(
          CASE
            WHEN ratio IS NULL THEN format_string('%%s %4$s sooner than %%s in %%d, later in %%d',
              lead, other, greatest(first_sooner, second_sooner), least(first_sooner, second_sooner))
            WHEN times < 1.005 THEN format_string('%%s %4$s as soon as %%s', lead, other)
            ELSE format_string('%%s %4$s %%s%%.2f times sooner than %%s', lead,
              CASE WHEN ratio_is = 'estimate' THEN '' WHEN first_leads = (ratio_is = 'at_least')
                THEN 'at least ' ELSE 'at most ' END, times, other)
          END,
          if(low IS NULL AND high IS NULL, '', format_string(' [%%s, %%s]',
            if(low IS NULL, '..', format_string('%%.2f', low)), if(high IS NULL, '..', format_string('%%.2f', high)))),
          if(usable = pairs, format_string(', %%d pairs', pairs),
            format_string(', %%d of %%d pairs', usable, pairs)),
          if(pooled = '', '', concat(' over ', pooled)), ': ',
          CASE
            WHEN rule = 'sign' AND usable < %2$d THEN 'too few to tell'
            WHEN p_holm <= %3$s THEN 'a difference'
            WHEN p <= %3$s THEN format_string(
              'a difference by itself, but not among %%d comparisons', comparisons)
            ELSE 'no difference shown'
          END)
      END""";

  private final Key key;
  private final String runs;
  private final String step;
  private final String reaches;

  private Effects(Key key, String runs, String step, String reaches) {
    this.key = key;
    this.runs = runs;
    this.step = step;
    this.reaches = reaches;
  }

  /** By the grok step. */
  static Effects ofGrokking(Key key) {
    return new Effects(key, "runs", "grok_step", "groks");
  }

  /** By the first recorded step of at least this test accuracy. */
  static Effects ofReaching(double accuracy, Key key) {
    String reaches = "reaches %s accuracy".formatted(RunId.number(accuracy));
    return new Effects(key, GrokSteps.reaching(accuracy), "step", reaches);
  }

  /** A row each two values of the key; refused where it does not vary. */
  String sql(List<String> varying) {
    List<String> axes = Clauses.ofRun(List.of(), varying);
    if (!axes.contains(key.column())) {
      String which =
          axes.isEmpty()
              ? "none: they are alike, or there are none"
              : "these vary: " + String.join(", ", axes);
      String rule = "must be a key that varies and tells results apart (" + which + ")";
      throw new Refused(List.of(new Problem("--axis", rule, key.column())));
    }
    // Beside the seeds, for who takes the pairs for one experiment: what may differ from pair to
    // pair.
    List<String> others =
        Clauses.axes(varying).stream().filter(other -> !other.equals(key.column())).toList();
    return """
    WITH ended AS (
      SELECT `%1$s` AS value, %2$s AS others, %3$s AS time, %7$s IS NOT NULL AS reached%9$s
      FROM %8$s WHERE outcome <> 'failed' AND `%1$s` IS NOT NULL
    ),
    settings AS (SELECT DISTINCT value FROM ended),
    comparisons AS (
      SELECT a.value AS first, b.value AS second
      FROM settings AS a JOIN settings AS b ON a.value < b.value
    ),
    pairs AS (
      SELECT a.value AS first, b.value AS second, a.time AS first_time,
        a.reached AS first_reached, b.time AS second_time, b.reached AS second_reached%10$s
      FROM ended AS a JOIN ended AS b ON a.others = b.others AND a.value < b.value
    ),
    effects AS (
      SELECT first, second, concat_ws(', '%11$s) AS pooled,
        inline(array(paired_ratio(first_time, first_reached, second_time, second_reached)))
      FROM comparisons LEFT JOIN pairs USING (first, second) GROUP BY first, second
    ),
    ranked AS (
      SELECT *, count_if(usable > 0) OVER () AS comparisons,
        row_number() OVER (ORDER BY usable = 0, p, first, second) AS rank
      FROM effects
    ),
    corrected AS (
      SELECT * EXCEPT (p, rank), if(usable > 0, p, null) AS p,
        if(usable > 0,
          least(1, max(p * (comparisons + 1 - rank)) OVER (
            ORDER BY rank ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)),
          null) AS p_holm,
        coalesce(ratio >= 1, first_sooner >= second_sooner) AS first_leads
      FROM ranked
    ),
    oriented AS (
      SELECT *, %4$s AS lead, %5$s AS other, if(first_leads, ratio, 1 / ratio) AS times,
        if(first_leads, ratio_low, 1 / ratio_high) AS low,
        if(first_leads, ratio_high, 1 / ratio_low) AS high
      FROM corrected
    )
    SELECT first, second, pairs, usable, first_sooner, second_sooner, ties, ratio, ratio_low,
      ratio_high, p, comparisons, p_holm, rule, ratio_is,
      %6$s AS sentence
    FROM oriented ORDER BY first, second
    """
        .formatted(
            key.column(),
            RunFunctions.conditionBut(key),
            Clauses.time(step),
            name("if(first_leads, first, second)"),
            name("if(first_leads, second, first)"),
            SENTENCE.formatted(key.column(), PairedTimes.FEWEST_SIGNS, PairedTimes.LEVEL, reaches),
            step,
            runs,
            each(others, ", `%1$s`"),
            each(others, ", if(a.`%1$s` <=> b.`%1$s`, a.`%1$s`, null) AS `%1$s`"),
            each(others, ", if(min(`%1$s`) <> max(`%1$s`), '%1$s', null)"));
  }

  /** SQL for each of these keys. */
  private static String each(List<String> keys, String sql) {
    return keys.stream().map(sql::formatted).collect(Collectors.joining());
  }

  /** A value in a sentence: what is no name by itself goes with that of its key. */
  private String name(String value) {
    String text = "regexp_replace(string(%s), '[.]0$', '')".formatted(value);
    return key.constants().isEmpty() ? "concat('%s ', %s)".formatted(key.column(), text) : text;
  }
}
