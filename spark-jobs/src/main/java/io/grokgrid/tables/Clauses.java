package io.grokgrid.tables;

import io.grokgrid.keys.Key;
import io.grokgrid.keys.RunId;
import java.util.ArrayList;
import java.util.List;

/** Parts of SQL that named queries share. */
final class Clauses {
  /** Repetitions of a run differ in these. */
  private static final List<String> SEEDS = List.of("seed", "split_seed");

  /** Censored at its last step, a diverged one at its planned last step; failed runs left out. */
  private static final String GROK_STEP_QUANTILE =
      "km_quantile(coalesce(grok_step, if(outcome = 'diverged', steps, last_step)), "
          + "grok_step IS NOT NULL, %s) FILTER (WHERE outcome <> 'failed')";

  private Clauses() {}

  /** The keys in {@code always}, then every other one that varies but the seeds. */
  static List<String> grouping(List<String> always, List<String> varying) {
    List<String> keys = new ArrayList<>(always);
    varying.stream().filter(key -> !keys.contains(key) && !SEEDS.contains(key)).forEach(keys::add);
    return keys;
  }

  /**
   * As {@link #grouping}, without what leaves a run's result as it is, such as what is recorded.
   */
  static List<String> ofResult(List<String> always, List<String> varying) {
    List<String> covered =
        Key.ALL.stream().filter(RunId::covers).map(Key::column).filter(varying::contains).toList();
    return grouping(always, covered);
  }

  /** As {@link #ofResult}, then the seeds that vary: what tells one run from another. */
  static List<String> ofRun(List<String> always, List<String> varying) {
    List<String> keys = ofResult(always, varying);
    SEEDS.stream().filter(varying::contains).forEach(keys::add);
    return keys;
  }

  /** The Kaplan-Meier quantile of the grok step, of a group of runs. */
  static String grokStepQuantile(double quantile) {
    return GROK_STEP_QUANTILE.formatted(quantile);
  }

  static String columns(List<String> names) {
    return "`" + String.join("`, `", names) + "`";
  }
}
