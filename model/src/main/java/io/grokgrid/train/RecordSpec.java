package io.grokgrid.train;

import io.grokgrid.base.Check;
import io.grokgrid.base.IdleWhere;
import io.grokgrid.base.Nearest;
import io.grokgrid.base.OnlyFor;
import io.grokgrid.base.Several;
import io.grokgrid.train.Milestones.Mark;
import java.io.Serializable;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is recorded, and how often.
 *
 * @param metricsEvery steps between recorded metrics
 * @param attentionEvery steps between recorded attention means; 0 records none
 * @param measurementsEvery steps between measurements; 0 makes none
 * @param analyses which are measured then: {@code auto}, {@code all}, or names with commas in
 *     between
 * @param checkpoints how many times the weights are kept, evenly spaced on a logarithmic scale
 * @param checkpointSteps steps at which they are kept, too; as text, ascending
 * @param checkpointsAt which {@link Milestones.Mark}s they are kept at, too; as text, in their
 *     order
 * @param evaluationBatches of which each evaluation on sequences is made
 * @param oodEvery steps between evaluations out of distribution; 0 for the last step only
 * @param stateEverySeconds seconds between saved states, from which a run that was cut goes on; 0
 *     saves none
 */
public record RecordSpec(
    int metricsEvery,
    int attentionEvery,
    int measurementsEvery,
    @IdleWhere("record.measurements_every = 0") String analyses,
    int checkpoints,
    @Several String checkpointSteps,
    @Several String checkpointsAt,
    @OnlyFor("task.kind = sequence") int evaluationBatches,
    @OnlyFor("task.kind = sequence") int oodEvery,
    double stateEverySeconds)
    implements Serializable {
  private static final int MOST_CHECKPOINTS = 10_000;

  public RecordSpec {
    Check check =
        new Check()
            .atLeast("metrics_every", metricsEvery, 1)
            .atLeast("attention_every", attentionEvery, 0)
            .atLeast("measurements_every", measurementsEvery, 0)
            .between("checkpoints", checkpoints, 0, MOST_CHECKPOINTS)
            .between("evaluation_batches", evaluationBatches, 1, 10_000)
            .atLeast("ood_every", oodEvery, 0)
            .atLeast("state_every_seconds", stateEverySeconds, 0);
    checkSteps(check, several(checkpointSteps));
    checkMarks(check, several(checkpointsAt));
    check.done();
    checkpointSteps = text(exactSteps(checkpointSteps));
    checkpointsAt = text(marks(checkpointsAt).stream().map(RecordSpec::name).toList());
  }

  private static List<String> several(String text) {
    return text.isBlank() ? List.of() : Stream.of(text.split(",", -1)).map(String::strip).toList();
  }

  private static String text(Collection<?> values) {
    return values.stream().map(Object::toString).collect(Collectors.joining(", "));
  }

  private static void checkSteps(Check check, List<String> steps) {
    String rule = "must be whole numbers of at least 0";
    for (String step : steps) {
      check.that(step.matches("0*[0-9]{1,9}"), "checkpoint_steps", rule, "\"" + step + "\"");
    }
    check.that(
        steps.size() <= MOST_CHECKPOINTS,
        "checkpoint_steps",
        "must be at most " + MOST_CHECKPOINTS,
        steps.size());
  }

  private static void checkMarks(Check check, List<String> names) {
    List<String> known = Stream.of(Mark.values()).map(RecordSpec::name).toList();
    String rule = "must be some of " + String.join(", ", known);
    for (String name : names) {
      String hint = Nearest.to(name, known).map(near -> "; did you mean " + near + "?").orElse("");
      check.that(known.contains(name), "checkpoints_at", rule, "\"" + name + "\"" + hint);
    }
  }

  private static String name(Mark mark) {
    return mark.name().toLowerCase(Locale.ROOT);
  }

  private static SortedSet<Integer> exactSteps(String text) {
    return several(text).stream()
        .map(Integer::valueOf)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<Mark> marks(String text) {
    List<String> names = several(text);
    Set<Mark> marks = EnumSet.allOf(Mark.class);
    marks.removeIf(mark -> !names.contains(name(mark)));
    return marks;
  }

  /** The milestones at which weights are kept. */
  public Set<Mark> marks() {
    return marks(checkpointsAt);
  }

  /** The last of {@link #checkpointSteps}, 0 of none. */
  public int lastExactStep() {
    SortedSet<Integer> steps = exactSteps(checkpointSteps);
    return steps.isEmpty() ? 0 : steps.last();
  }

  /** Whether weights are kept at all. */
  public boolean keepsWeights() {
    return checkpoints > 0 || !checkpointSteps.isEmpty() || !checkpointsAt.isEmpty();
  }

  /**
   * The steps at which weights are kept whatever happens, but for the last one made: those that are
   * named; and of n {@code checkpoints} step 0 and {@code steps} to the powers of 1 / (n - 1), 2 /
   * (n - 1), .. and 1, of which several may round to one; of one {@code steps} alone.
   */
  public SortedSet<Integer> plannedSteps(int steps) {
    SortedSet<Integer> kept = exactSteps(checkpointSteps);
    if (checkpoints > 1) {
      kept.add(0);
    }
    for (int i = 1; i < checkpoints - 1; i++) {
      kept.add(power(steps, i / (checkpoints - 1.0)));
    }
    if (checkpoints > 0) {
      kept.add(steps);
    }
    return kept;
  }

  /**
   * The same as versions had it that knew {@code checkpoints} alone: from step 1 on, so that of
   * three there was none in the middle.
   */
  public SortedSet<Integer> plannedStepsOfOld(int steps) {
    SortedSet<Integer> kept = new TreeSet<>();
    if (checkpoints > 1) {
      kept.add(0);
    }
    for (int i = 0; i < checkpoints - 2; i++) {
      kept.add(power(steps, i / (checkpoints - 2.0)));
    }
    if (checkpoints > 0) {
      kept.add(steps);
    }
    return kept;
  }

  private static int power(int steps, double exponent) {
    return (int) Math.round(Math.exp(exponent * Math.log(steps)));
  }
}
