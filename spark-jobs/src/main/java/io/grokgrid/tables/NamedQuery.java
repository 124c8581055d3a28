package io.grokgrid.tables;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The questions that have a name: SQL over the views of {@link Views}. */
public enum NamedQuery {
  GROK_STEP_VS_WEIGHT_DECAY("when runs grok, by weight decay") {
    @Override
    public String sql(List<String> varying) {
      return grokStep(
          List.of("operation", "p", "train_fraction", "encoding", "weight_decay"), varying);
    }
  },
  GROK_STEP_VS_TRAIN_FRACTION("when runs grok, by the share of the table that is trained on") {
    @Override
    public String sql(List<String> varying) {
      return grokStep(
          List.of("operation", "p", "encoding", "weight_decay", "train_fraction"), varying);
    }
  },
  GROK_STEP_VS_P("when runs grok, by the modulus") {
    @Override
    public String sql(List<String> varying) {
      return grokStep(
          List.of("operation", "train_fraction", "encoding", "weight_decay", "p"), varying);
    }
  },
  FAILURES("the runs that failed or diverged, newest first, and why") {
    @Override
    public String sql(List<String> varying) {
      return """
      SELECT run_id, sweep, outcome, error, last_step, %sstarted_at, host, attempt
      FROM runs WHERE outcome IN ('failed', 'diverged') ORDER BY started_at DESC, run_id
      """
          .formatted(varying.isEmpty() ? "" : columns(varying) + ", ");
    }
  };

  /** Repetitions of a run differ in these. */
  private static final List<String> SEEDS = List.of("seed", "split_seed");

  /** Censored at its last step, a diverged one at its planned last step; failed runs left out. */
  private static final String GROK_STEP_QUANTILE =
      "km_quantile(coalesce(grok_step, if(outcome = 'diverged', steps, last_step)), "
          + "grok_step IS NOT NULL, %s) FILTER (WHERE outcome <> 'failed')";

  private final String description;

  NamedQuery(String description) {
    this.description = description;
  }

  /**
   * The query.
   *
   * @param varying the keys of {@code run} that vary in the chosen runs, see {@link Views#varying}
   */
  public abstract String sql(List<String> varying);

  /** The name in the command line. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** One line. */
  public String description() {
    return description;
  }

  public static Optional<NamedQuery> named(String key) {
    return Arrays.stream(values()).filter(query -> query.key().equals(key)).findFirst();
  }

  private static String grokStep(List<String> always, List<String> varying) {
    List<String> keys = new ArrayList<>(always);
    varying.stream().filter(key -> !keys.contains(key) && !SEEDS.contains(key)).forEach(keys::add);
    return """
    SELECT %1$s, count(*) AS runs, count(grok_step) AS grokked,
      count_if(outcome = 'diverged') AS diverged, count_if(outcome = 'failed') AS failed,
      %2$s AS grok_step_p25, %3$s AS grok_step_median, %4$s AS grok_step_p75,
      median(grok_delay) AS delay_median
    FROM runs GROUP BY %1$s ORDER BY %1$s
    """
        .formatted(columns(keys), quantile(0.25), quantile(0.5), quantile(0.75));
  }

  private static String quantile(double quantile) {
    return GROK_STEP_QUANTILE.formatted(quantile);
  }

  private static String columns(List<String> names) {
    return "`" + String.join("`, `", names) + "`";
  }
}
