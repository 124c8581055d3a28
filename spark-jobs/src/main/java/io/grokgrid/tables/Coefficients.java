package io.grokgrid.tables;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Estimates of the local learning coefficient as measurements: analyses called {@code llc}, or
 * {@code llc_LABEL} of those with other settings, a row of {@link AnalysesTable} a checkpoint.
 */
public final class Coefficients {
  private static final String ANALYSIS = "llc";

  /** 1 where moves could be rejected, else 0. */
  public static final String METROPOLIS = "metropolis";

  /** The settings of an estimate, each a measurement of this name. */
  public static final List<String> SETTINGS =
      List.of(
          METROPOLIS,
          "step_size",
          "localization",
          "n_beta",
          "chains",
          "draws",
          "burn_in",
          "batch_size",
          "seed");

  /** What {@code llc.label} can be. */
  public static final Pattern LABEL = Pattern.compile("[a-z0-9_]*");

  private static final String IS_ONE = "(%1$s = 'llc' OR startswith(%1$s, 'llc_'))";

  private Coefficients() {}

  /** What the analysis is called. */
  public static String analysis(String label) {
    return label.isEmpty() ? ANALYSIS : ANALYSIS + "_" + label;
  }

  /** A branch of CASE over a row of analyses: what of its estimates contradicts itself. */
  public static String contradictions() {
    String exists = "exists(analyses, a -> " + IS_ONE.formatted("a") + " AND %s)";
    String number = "size(filter(measurements, m -> m.analysis = a AND %s))";
    String verdicts = number.formatted("startswith(m.name, 'verdict.')");
    String settings =
        number.formatted(
            "m.name IN (%s)"
                .formatted(
                    SETTINGS.stream()
                        .map(name -> "'" + name + "'")
                        .collect(Collectors.joining(", "))));
    return """
    WHEN %s THEN 'has an estimate without one verdict'
    WHEN %s THEN 'has a coefficient that is not sound, or is sound without a coefficient'
    WHEN %s THEN 'has an estimate without its settings'
    """
        .formatted(
            exists.formatted(verdicts + " <> 1"),
            exists.formatted(
                number.formatted("m.name = 'mean'")
                    + " <> "
                    + number.formatted("m.name = 'verdict.sound'")),
            exists.formatted(settings + " <> " + SETTINGS.size()));
  }

  /**
   * A line an estimate: {@code llc} is null where the verdict is not sound, {@code unverified} is
   * what the chains gave all the same; {@code of_grok_step} is step / grok step, and the losses are
   * those that the run recorded at this step, if it did.
   */
  static String ofCheckpoints(List<String> varying) {
    List<String> keys = new ArrayList<>(List.of("run_id"));
    keys.addAll(Clauses.ofRun(List.of(), varying));
    return estimates(keys)
        + "SELECT %1$s, analysis, step, of_grok_step, llc, std, verdict, r_hat, acceptance, error,"
            .formatted(Clauses.columns(keys))
        + " unverified, localized, train_loss, test_loss FROM estimates ORDER BY %1$s, analysis, step"
            .formatted(
                Clauses.columns(
                    Stream.concat(keys.stream().skip(1), keys.stream().limit(1)).toList()));
  }

  /**
   * A line a cell of settings and step: medians over seeds, of the coefficient over sound estimates
   * alone, with an interval of 95 %; and how many runs had which verdict.
   */
  static String ofCells(List<String> varying) {
    List<String> cell =
        Clauses.ofResult(List.of("operation", "p", "train_fraction", "weight_decay"), varying);
    List<String> all = new ArrayList<>(List.of("run_id"));
    all.addAll(cell);
    return estimates(all)
        + """
        SELECT %1$s, analysis, step, median(of_grok_step) AS of_grok_step, count(*) AS runs,
          median(llc) AS llc, median_low(llc) AS llc_low, median_high(llc) AS llc_high,
          median(train_loss) AS train_loss, median(test_loss) AS test_loss,
          count_if(verdict = 'sound') AS sound, count_if(verdict = 'not_a_minimum') AS not_a_minimum,
          count_if(verdict = 'diverged') AS diverged, count_if(verdict = 'unmixed') AS unmixed,
          count_if(verdict = 'too_short') AS too_short
        FROM estimates GROUP BY %1$s, analysis, step ORDER BY %1$s, analysis, step
        """
            .formatted(Clauses.columns(cell));
  }

  private static String estimates(List<String> keys) {
    return """
    WITH found AS (
      SELECT %1$s, analysis, step, step / grok_step AS of_grok_step,
        any_value(value) FILTER (WHERE name = 'mean') AS llc,
        any_value(value) FILTER (WHERE name = 'std') AS std,
        any_value(substring(name, length('verdict.') + 1))
          FILTER (WHERE name LIKE 'verdict.%%') AS verdict,
        any_value(value) FILTER (WHERE name = 'r_hat') AS r_hat,
        any_value(value) FILTER (WHERE name = 'acceptance') AS acceptance,
        any_value(value) FILTER (WHERE name = 'error') AS error,
        any_value(value) FILTER (WHERE name = 'unverified_mean') AS unverified,
        any_value(value) FILTER (WHERE name = 'localized') AS localized
      FROM measurements WHERE %2$s
      GROUP BY %1$s, analysis, step, grok_step
    ),
    recorded AS (SELECT run_id, step, train_loss, test_loss FROM metrics),
    estimates AS (SELECT * FROM found LEFT JOIN recorded USING (run_id, step))
    """
        .formatted(Clauses.columns(keys), IS_ONE.formatted("analysis"));
  }
}
