package io.grokgrid.tables;

import io.grokgrid.base.Nearest;
import io.grokgrid.base.Problem;
import io.grokgrid.base.Refused;
import io.grokgrid.keys.Key;
import io.grokgrid.keys.RunId;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Parts of SQL that questions share. */
public final class Clauses {
  /** Repetitions of a run differ in these. */
  static final List<String> SEEDS = List.of("seed", "split_seed");

  /** When a run that did not reach a step was last seen; a diverged one never would have. */
  private static final String LAST_SEEN = "if(outcome = 'diverged', steps, last_step)";

  private static final String KAPLAN_MEIER = "%s(%s, %s) FILTER (WHERE outcome <> 'failed')";

  private Clauses() {}

  /**
   * The keys in {@code always}, then every other one that varies, without the seeds and without
   * what leaves a run's result as it is, such as what is recorded.
   */
  static List<String> ofResult(List<String> always, List<String> varying) {
    List<String> keys = new ArrayList<>(always);
    Key.ALL.stream()
        .filter(RunId::covers)
        .map(Key::column)
        .filter(key -> varying.contains(key) && !keys.contains(key) && !SEEDS.contains(key))
        .forEach(keys::add);
    return keys;
  }

  /** The keys among these that tell results apart but for the seeds, in the order of all keys. */
  public static List<String> axes(List<String> varying) {
    return ofResult(List.of(), varying);
  }

  /** The seeds among these keys. */
  public static List<String> seeds(List<String> varying) {
    return SEEDS.stream().filter(varying::contains).toList();
  }

  /** As {@link #ofResult}, then the seeds that vary: what tells one run from another. */
  static List<String> ofRun(List<String> always, List<String> varying) {
    List<String> keys = ofResult(always, varying);
    keys.addAll(seeds(varying));
    return keys;
  }

  /**
   * The two arguments of functions that respect censoring: {@link #time}, and whether it was
   * reached.
   */
  private static String timeAndReached(String step) {
    return time(step) + ", " + step + " IS NOT NULL";
  }

  /** When a run reached the step in this column, or was last seen without it. */
  static String time(String step) {
    return "coalesce(%s, %s)".formatted(step, LAST_SEEN);
  }

  /**
   * What groups of runs have in common, failed ones counted apart: how many there are and how many
   * reached the step in a column; Kaplan-Meier quantiles of it; the median delay since memorising;
   * and intervals of 95 % of the share that reached it (Wilson) and of the median step.
   *
   * @param step the column, null where it was not reached; the names of results begin with it
   * @param reached what those that reached it are called
   */
  static String ofGroup(String step, String reached) {
    return """
    count(*) AS runs, count(%1$s) AS %2$s,
      count_if(outcome = 'diverged') AS diverged, count_if(outcome = 'failed') AS failed,
      %3$s AS %1$s_p25, %4$s AS %1$s_median, %5$s AS %1$s_p75,
      median(%1$s - memorised_step) AS delay_median, %6$s, %7$s"""
        .formatted(
            step,
            reached,
            quantile(step, 0.25),
            quantile(step, 0.5),
            quantile(step, 0.75),
            shareInterval(step, reached),
            medianInterval(step));
  }

  /** The ends of Wilson's interval of the share that reached a step. */
  static String shareInterval(String step, String reached) {
    return """
    wilson_low(%1$s) AS %2$s_low, wilson_high(%1$s) AS %2$s_high"""
        .formatted(
            "count(%s) FILTER (WHERE outcome <> 'failed'), count_if(outcome <> 'failed')"
                .formatted(step),
            reached);
  }

  /** The Kaplan-Meier median of a step. */
  static String median(String step) {
    return quantile(step, 0.5) + " AS " + step + "_median";
  }

  /** The ends of its interval. */
  static String medianInterval(String step) {
    return "%2$s AS %1$s_median_low, %3$s AS %1$s_median_high"
        .formatted(step, ofMedian("km_low", step), ofMedian("km_high", step));
  }

  private static String quantile(String step, double quantile) {
    return KAPLAN_MEIER.formatted("km_quantile", timeAndReached(step), quantile);
  }

  private static String ofMedian(String function, String step) {
    return KAPLAN_MEIER.formatted(function, timeAndReached(step), 0.5);
  }

  /**
   * The key of {@code run} that a user names, by its column or its path.
   *
   * @param field what takes it, in messages
   */
  static Key key(String name, String field) {
    List<String> columns = Key.ALL.stream().map(Key::column).toList();
    String meant =
        Nearest.to(name, columns).map(near -> " (did you mean %s?)".formatted(near)).orElse("");
    return Key.ALL.stream()
        .filter(key -> List.of(key.column(), key.path(), key.fullPath()).contains(name))
        .findFirst()
        .orElseThrow(
            () -> new Refused(List.of(new Problem(field, "must be a key of run" + meant, name))));
  }

  /**
   * The columns of two keys that a user names with a comma in between.
   *
   * @param field what takes them, in messages
   */
  static List<String> twoKeys(String names, String field) {
    List<String> keys =
        Stream.of(names.split(",", -1)).map(name -> key(name, field).column()).toList();
    if (keys.size() != 2 || keys.get(0).equals(keys.get(1))) {
      throw new Refused(List.of(new Problem(field, "must be two keys of run, as A,B", names)));
    }
    return keys;
  }

  /** As SQL names them, with commas. */
  public static String columns(List<String> names) {
    return "`" + String.join("`, `", names) + "`";
  }
}
