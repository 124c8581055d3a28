package io.grokgrid.tables;

import io.grokgrid.base.Check;
import io.grokgrid.experiment.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** When runs reach a test accuracy, by groups of runs that differ in their seeds only. */
public final class GrokSteps {
  private static final List<String> ALWAYS =
      List.of("operation", "p", "train_fraction", "encoding", "weight_decay");

  /** From what is hoped for to what is not. */
  private static final List<Outcome> OUTCOMES =
      List.of(
          Outcome.GROKKED,
          Outcome.COMPREHENDED,
          Outcome.MEMORISED,
          Outcome.CONFUSED,
          Outcome.DIVERGED,
          Outcome.OUT_OF_TIME,
          Outcome.FAILED);

  private GrokSteps() {}

  /** By {@code key}, within groups of whatever else varies but the seeds. */
  static String versus(String key, List<String> varying) {
    List<String> always = new ArrayList<>(ALWAYS);
    always.remove(key);
    always.add(key);
    varying.stream()
        .filter(other -> !always.contains(other) && !Clauses.SEEDS.contains(other))
        .forEach(always::add);
    return by(always);
  }

  /** By these keys alone, as columns, but for the seeds; of none, all runs are one group. */
  public static String byAxes(List<String> keys) {
    return by(keys.stream().filter(Clauses.axes(keys)::contains).toList());
  }

  private static String by(List<String> keys) {
    return grouped(keys, "", Clauses.ofGroup("grok_step", "generalised"), "runs");
  }

  /** By these keys: how many runs ended how, one column an outcome, and the median grok step. */
  static String phaseDiagram(List<String> axes) {
    String outcomes =
        OUTCOMES.stream()
            .map(Outcome::column)
            .map("count_if(outcome = '%1$s') AS %1$s"::formatted)
            .collect(Collectors.joining(", "));
    String results =
        "count(*) AS runs, %s, count(grok_step) AS generalised, %s, %s"
            .formatted(outcomes, Clauses.median("grok_step"), Clauses.medianInterval("grok_step"));
    return grouped(axes, "", results, "runs");
  }

  /**
   * By every key that varies. A run that stopped after its grok step is censored there, as others
   * are at their last step.
   *
   * @param accuracy the test accuracy
   */
  static String threshold(double accuracy, List<String> varying) {
    return grouped(
        Clauses.ofResult(List.of(), varying),
        "any_value(double(%s)) AS at, ".formatted(accuracy),
        Clauses.ofGroup("step", "reached"),
        reaching(accuracy));
  }

  /** The runs, beside their first recorded {@code step} of at least this test accuracy. */
  static String reaching(double accuracy) {
    return """
    (SELECT *, try_element_at(
        filter(metrics, m -> m.test_accuracy >= %s AND NOT isnan(m.test_accuracy)), 1).step AS step
      FROM runs)"""
        .formatted(accuracy);
  }

  /** What a user gave as {@code --at}. */
  static double accuracy(String at) {
    double value = Double.NaN;
    try {
      value = Double.parseDouble(at);
    } catch (NumberFormatException e) {
      // said below
    }
    new Check()
        .that(value > 0 && value <= 1, "--at", "must be a test accuracy above 0 and at most 1", at)
        .done();
    return value;
  }

  private static String grouped(List<String> keys, String first, String results, String from) {
    if (keys.isEmpty()) {
      return "SELECT %s%s FROM %s HAVING count(*) > 0".formatted(first, results, from);
    }
    return "SELECT %1$s, %2$s%3$s FROM %4$s GROUP BY %1$s ORDER BY %1$s"
        .formatted(Clauses.columns(keys), first, results, from);
  }
}
