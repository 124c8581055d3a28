package io.grokgrid.verify;

import io.grokgrid.experiment.Outcome;
import io.grokgrid.keys.RunId;
import io.grokgrid.keys.RunSpecs;
import io.grokgrid.net.Model;
import io.grokgrid.run.RunSpec;
import io.grokgrid.tables.RunsTable;
import io.grokgrid.task.TableTask;
import io.grokgrid.train.Metrics;
import io.grokgrid.train.Milestones;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** Holds a row against itself and against what its own configuration implies. */
final class RowCheck {
  /** What a row can be wrong in, as findings name it. */
  static final String ID = "run_id is not that of the row's configuration";

  static final String SIZES = "sizes are not those of the configuration";
  static final String STEPS = "recorded steps are not those of the configuration";
  static final String VALUES = "recorded values are out of their range";
  static final String LAST = "last metrics are not of the last step";
  static final String FINALS = "final values are not the last metrics";
  static final String OUTCOME = "outcome does not follow from metrics";
  static final String PROVENANCE = "provenance is missing or contradicts itself";

  /** Every check, in the order of the findings. */
  static final List<String> ALL =
      List.of(ID, SIZES, STEPS, VALUES, LAST, FINALS, OUTCOME, PROVENANCE);

  /** Relative; a rate is a quotient of two columns. */
  private static final double RATE_ERROR = 1e-6;

  /** What is wrong, and how. */
  record Contradiction(String check, String detail) implements Serializable {}

  private final Row row;
  private final RunSpec run;
  private final Outcome outcome;
  private final List<Row> metrics;
  private final List<Contradiction> wrong = new ArrayList<>();

  private RowCheck(Row row, RunSpec run, Outcome outcome) {
    this.row = row;
    this.run = run;
    this.outcome = outcome;
    metrics = items("metrics");
  }

  /** Everything that is wrong with a row of {@link RunsTable#SCHEMA}. */
  static List<Contradiction> of(Row row) {
    try {
      RunSpec run = RunSpecs.of(RunsTable.configuration(row));
      String id = RunId.of(run);
      if (!id.equals(row.getAs("run_id"))) {
        return List.of(new Contradiction(ID, row.getAs("run_id") + ", not " + id));
      }
      Outcome outcome = outcome(row.getAs("outcome"));
      return outcome == null
          ? List.of(new Contradiction(OUTCOME, row.getAs("outcome") + " is no outcome"))
          : new RowCheck(row, run, outcome).all();
    } catch (IllegalArgumentException | ArithmeticException e) {
      return List.of(new Contradiction(ID, row.getAs("run_id") + ": " + e.getMessage()));
    }
  }

  /** The run of a row that {@link #of} found nothing wrong with. */
  static RunSpec run(Row row) {
    return RunSpecs.of(RunsTable.configuration(row));
  }

  private static @Nullable Outcome outcome(@Nullable String column) {
    return Stream.of(Outcome.values())
        .filter(outcome -> outcome.column().equals(column))
        .findFirst()
        .orElse(null);
  }

  private List<Contradiction> all() {
    require(row.getAs("last_step") != null, STEPS, "last_step is null");
    checkSizes();
    checkProvenance();
    if (wrong.isEmpty()) {
      checkMetrics();
    }
    if (wrong.isEmpty()) {
      checkAttention();
      checkMeasurements();
    }
    if (wrong.isEmpty()) {
      checkOutcome();
      checkFinals();
      checkBest();
    }
    return wrong;
  }

  private void require(boolean holds, String check, String detail) {
    require(holds, check, () -> detail);
  }

  /** Of what is checked many times a row, the detail is made only where it is needed. */
  private void require(boolean holds, String check, Supplier<String> detail) {
    if (!holds) {
      wrong.add(new Contradiction(check, row.getAs("run_id") + ": " + detail.get()));
    }
  }

  private void requireSame(String check, String name, @Nullable Object implied) {
    Object value = row.getAs(name);
    require(
        Objects.equals(value, implied), check, () -> name + " is " + value + ", not " + implied);
  }

  private int integer(String name) {
    return row.<Integer>getAs(name);
  }

  private List<Row> items(String array) {
    int column = row.fieldIndex(array);
    return row.isNullAt(column) ? List.of() : row.getList(column);
  }

  /** Of each item the fields of these names. */
  private List<List<@Nullable Object>> items(String array, String... names) {
    List<List<@Nullable Object>> found = new ArrayList<>();
    List<Row> items = items(array);
    if (!items.isEmpty()) {
      int[] at = Stream.of(names).mapToInt(items.get(0)::fieldIndex).toArray();
      for (Row item : items) {
        List<@Nullable Object> fields = new ArrayList<>(at.length);
        for (int i : at) {
          fields.add(item.get(i));
        }
        found.add(fields);
      }
    }
    return found;
  }

  /** A run that could not begin has no parameters. */
  private void checkSizes() {
    boolean unmade =
        outcome == Outcome.FAILED && Integer.valueOf(0).equals(row.getAs("parameters"));
    if (!unmade) {
      requireSame(SIZES, "parameters", run.layout().size());
    }
    requireSame(
        SIZES, "train_examples", run.task().asTable().map(TableTask::trainExamples).orElse(null));
  }

  private void checkProvenance() {
    for (String name : List.of("sweep", "submission", "host", "device", "started_at", "versions")) {
      int column = row.schema().getFieldIndex(name).isEmpty() ? -1 : row.fieldIndex(name);
      require(column < 0 || !row.isNullAt(column), PROVENANCE, name + " is null");
    }
    Integer attempt = row.getAs("attempt");
    require(attempt != null && attempt >= 1, PROVENANCE, "attempt is " + attempt);
    Integer resumed = row.getAs("resumed_from_step");
    Integer last = row.getAs("last_step");
    require(
        resumed == null || (last != null && resumed >= 0 && resumed <= last),
        PROVENANCE,
        "resumed_from_step is " + resumed + " of " + last);
    Double seconds = row.getAs("seconds");
    Double rate = row.getAs("steps_per_second");
    require(seconds != null && seconds >= 0, PROVENANCE, "seconds is " + seconds);
    if (seconds != null && last != null) {
      double implied = last / Math.max(seconds, 1e-9);
      require(
          rate != null && Math.abs(rate - implied) <= RATE_ERROR * implied,
          PROVENANCE,
          "steps_per_second is " + rate + ", not " + implied);
    }
  }

  /** Whether the run ended where its configuration says that it may. */
  private void checkEnd(@Nullable Integer grok) {
    int last = integer("last_step");
    int steps = run.training().steps();
    require(last >= 0 && last <= steps, STEPS, "last_step is " + last + " of " + steps);
    int stop = run.training().stopAfterGrok();
    long planned = stop < 0 || grok == null ? steps : Math.min(steps, (long) grok + stop);
    boolean early = outcome.isFailure() || run.training().maxSeconds() > 0;
    require(early || last == planned, STEPS, "last_step is " + last + ", not " + planned);
  }

  /** The multiples of {@code every} up to the last step, and that one. */
  private Set<Integer> due(int every) {
    Set<Integer> due = new TreeSet<>();
    if (every > 0) {
      int last = integer("last_step");
      for (long step = 0; step <= last; step += every) {
        due.add((int) step);
      }
      due.add(last);
    }
    return due;
  }

  /** The steps of an array; a failed run's may end anywhere. */
  private void checkSteps(String array, List<Integer> steps, Set<Integer> due) {
    List<Integer> expected =
        outcome == Outcome.FAILED ? due.stream().limit(steps.size()).toList() : List.copyOf(due);
    boolean endsEarly = steps.size() < expected.size() && !steps.equals(expected);
    if (array.equals("metrics") && endsEarly && isPrefix(steps, expected)) {
      require(false, LAST, "metrics end at " + last(steps) + ", last_step is " + last(expected));
      return;
    }
    require(
        steps.equals(expected),
        STEPS,
        () -> "%s has %s".formatted(array, firstDifference(steps, expected)));
  }

  private static boolean isPrefix(List<Integer> steps, List<Integer> expected) {
    return expected.subList(0, steps.size()).equals(steps);
  }

  private static Object last(List<Integer> steps) {
    return steps.isEmpty() ? "none" : steps.get(steps.size() - 1);
  }

  private static String firstDifference(List<Integer> steps, List<Integer> expected) {
    int i = 0;
    while (i < Math.min(steps.size(), expected.size()) && steps.get(i).equals(expected.get(i))) {
      i++;
    }
    Object there = i < steps.size() ? "step " + steps.get(i) : "no step";
    Object due = i < expected.size() ? expected.get(i) : "none";
    return "%s where %s is due".formatted(there, due);
  }

  private static List<Integer> distinctSteps(List<List<@Nullable Object>> items) {
    List<Integer> steps = new ArrayList<>();
    for (List<@Nullable Object> item : items) {
      int step = step(item);
      if (steps.isEmpty() || steps.get(steps.size() - 1) != step) {
        steps.add(step);
      }
    }
    return steps;
  }

  /** The first field, -1 if it is null. */
  private static int step(List<@Nullable Object> item) {
    return item.get(0) instanceof Integer step ? step : -1;
  }

  private void checkMetrics() {
    List<Integer> steps = items("metrics", "step").stream().map(RowCheck::step).toList();
    checkSteps("metrics", steps, due(run.record().metricsEvery()));
    for (int i = 0; i < metrics.size(); i++) {
      boolean mayBeOdd = i == metrics.size() - 1 && outcome.isFailure();
      checkMetrics(metrics.get(i), mayBeOdd);
    }
  }

  private void checkMetrics(Row at, boolean mayBeOdd) {
    Object step = at.getAs("step");
    for (String name : List.of("train_loss", "test_loss", "weight_norm")) {
      Double value = at.getAs(name);
      require(
          value != null && (mayBeOdd || Double.isFinite(value)),
          VALUES,
          () -> "%s is %s at step %s".formatted(name, value, step));
    }
    for (String name : List.of("train_accuracy", "test_accuracy", "ood_accuracy")) {
      require(
          isShare(at.getAs(name), name.startsWith("ood"), mayBeOdd),
          VALUES,
          () -> "%s is %s at step %s".formatted(name, at.getAs(name), step));
    }
    Double norm = at.getAs("gradient_norm");
    boolean first = Integer.valueOf(0).equals(step);
    require(
        first ? norm == null : norm != null && (mayBeOdd || norm >= 0),
        VALUES,
        () -> "gradient_norm is %s at step %s".formatted(norm, step));
  }

  private static boolean isShare(@Nullable Double value, boolean mayBeNull, boolean mayBeOdd) {
    if (value == null) {
      return mayBeNull;
    }
    return value.isNaN() ? mayBeOdd : value >= 0 && value <= 1;
  }

  /** Every head's pairs of positions that are not masked, at every step that is due. */
  private void checkAttention() {
    List<List<@Nullable Object>> attention =
        items("attention", "step", "layer", "head", "query", "key");
    if (run.model().attentionLayers() == 0) {
      require(attention.isEmpty(), STEPS, "attention of a network that has none");
      return;
    }
    int every = run.record().attentionEvery();
    boolean lastOnly = run.task().drawsAnew() && every > 0;
    Set<Integer> due = lastOnly ? new TreeSet<>(Set.of(integer("last_step"))) : due(every);
    if (outcome.isFailure() && attention.isEmpty()) {
      return;
    }
    checkSteps("attention", distinctSteps(attention), due);
    Map<Integer, Integer> counts = new HashMap<>();
    attention.forEach(place -> counts.merge(step(place), 1, Integer::sum));
    boolean isDistinct = new HashSet<>(attention).size() == attention.size();
    require(isDistinct, VALUES, "attention has a pair of positions twice");
    boolean isAlike = new HashSet<>(counts.values()).size() <= 1;
    require(isAlike, VALUES, "attention has unlike numbers of pairs");
    int length = run.signature().length();
    for (List<@Nullable Object> place : attention) {
      require(
          isPlace(place, run.model(), length),
          VALUES,
          () -> "attention has no such place: " + place);
    }
  }

  /**
   * @param place step, layer, head, query, key
   * @param length of a sequence
   */
  private static boolean isPlace(List<@Nullable Object> place, Model model, int length) {
    return isBelow(place.get(1), model.attentionLayers())
        && isBelow(place.get(2), model.heads())
        && place.get(3) instanceof Integer query
        && place.get(4) instanceof Integer key
        && isBelow(query, length)
        && isBelow(key, length)
        && model.sees(query, key);
  }

  private static boolean isBelow(@Nullable Object value, int bound) {
    return value instanceof Integer number && number >= 0 && number < bound;
  }

  private void checkMeasurements() {
    Set<Integer> due = due(run.record().measurementsEvery());
    due.addAll(due(run.record().attentionEvery()));
    Set<List<@Nullable Object>> seen = new HashSet<>();
    for (List<@Nullable Object> measured : items("measurements", "step", "analysis", "name")) {
      require(
          !measured.contains(null) && due.contains(step(measured)),
          STEPS,
          () -> "measurement %2$s.%3$s at step %1$s".formatted(measured.toArray()));
      require(seen.add(measured), VALUES, () -> "measured twice: " + measured);
    }
  }

  private void checkOutcome() {
    Milestones milestones = Milestones.of(metrics.stream().map(RowCheck::metrics).toList());
    checkEnd(milestones.grokStep());
    requireSame(OUTCOME, "memorised_step", milestones.memorisedStep());
    requireSame(OUTCOME, "grok_step", milestones.grokStep());
    requireSame(OUTCOME, "sustained_grok_step", milestones.sustainedGrokStep());
    requireSame(OUTCOME, "grok_delay", milestones.grokDelay());
    require(
        (outcome == Outcome.FAILED) == (row.getAs("error") != null),
        OUTCOME,
        outcome.column() + (row.getAs("error") == null ? " without an error" : " with an error"));
    if (!outcome.isFailure()) {
      Outcome implied = Outcome.of(milestones, outcome == Outcome.OUT_OF_TIME);
      require(
          implied == outcome && (outcome != Outcome.OUT_OF_TIME || run.training().maxSeconds() > 0),
          OUTCOME,
          "is " + outcome.column() + ", metrics say " + implied.column());
    }
  }

  private static Metrics metrics(Row at) {
    return new Metrics(
        at.<Integer>getAs("step"),
        at.<Double>getAs("train_loss"),
        at.<Double>getAs("train_accuracy"),
        at.<Double>getAs("test_loss"),
        at.<Double>getAs("test_accuracy"),
        at.getAs("ood_loss"),
        at.getAs("ood_accuracy"),
        at.<Double>getAs("weight_norm"),
        at.getAs("gradient_norm"));
  }

  private void checkFinals() {
    Row last = metrics.isEmpty() ? null : metrics.get(metrics.size() - 1);
    for (String name : List.of("train_loss", "test_loss", "train_accuracy", "test_accuracy")) {
      requireSame(FINALS, "final_" + name, last == null ? null : last.getAs(name));
    }
  }

  /** Rows that were written before there were these columns have none. */
  private void checkBest() {
    Double best = row.getAs("best_test_accuracy");
    Integer step = row.getAs("best_test_step");
    if (best == null && step == null) {
      return;
    }
    Metrics highest = Metrics.best(metrics.stream().map(RowCheck::metrics).toList());
    requireSame(FINALS, "best_test_accuracy", highest == null ? null : highest.testAccuracy());
    requireSame(FINALS, "best_test_step", highest == null ? null : highest.step());
  }
}
