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
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
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
    }
    return wrong;
  }

  private void require(boolean holds, String check, String detail) {
    if (!holds) {
      wrong.add(new Contradiction(check, row.getAs("run_id") + ": " + detail));
    }
  }

  private void requireSame(String check, String name, @Nullable Object implied) {
    Object value = row.getAs(name);
    require(Objects.equals(value, implied), check, name + " is " + value + ", not " + implied);
  }

  private int integer(String name) {
    return row.<Integer>getAs(name);
  }

  private List<Row> items(String array) {
    int column = row.fieldIndex(array);
    return row.isNullAt(column) ? List.of() : row.getList(column);
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
        "%s has %s".formatted(array, firstDifference(steps, expected)));
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

  private static List<Integer> distinctSteps(List<Row> rows) {
    List<Integer> steps = new ArrayList<>();
    for (int step : rows.stream().map(RowCheck::step).toList()) {
      if (steps.isEmpty() || steps.get(steps.size() - 1) != step) {
        steps.add(step);
      }
    }
    return steps;
  }

  /** Of an array's element, -1 if it has none. */
  private static int step(Row at) {
    Integer step = at.getAs("step");
    return step == null ? -1 : step;
  }

  private void checkMetrics() {
    List<Integer> steps = metrics.stream().map(RowCheck::step).toList();
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
          "%s is %s at step %s".formatted(name, value, step));
    }
    for (String name : List.of("train_accuracy", "test_accuracy", "ood_accuracy")) {
      require(
          isShare(at.getAs(name), name.startsWith("ood"), mayBeOdd),
          VALUES,
          "%s is %s at step %s".formatted(name, at.getAs(name), step));
    }
    Double norm = at.getAs("gradient_norm");
    boolean first = Integer.valueOf(0).equals(step);
    require(
        first ? norm == null : norm != null && (mayBeOdd || norm >= 0),
        VALUES,
        "gradient_norm is %s at step %s".formatted(norm, step));
  }

  private static boolean isShare(@Nullable Double value, boolean mayBeNull, boolean mayBeOdd) {
    if (value == null) {
      return mayBeNull;
    }
    return value.isNaN() ? mayBeOdd : value >= 0 && value <= 1;
  }

  /** Every head's pairs of positions that are not masked, at every step that is due. */
  private void checkAttention() {
    List<Row> attention = items("attention");
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
    checkPlaces(attention);
    for (Row at : attention) {
      require(isPlace(at, run.model()), VALUES, "attention has no such place: " + place(at));
    }
  }

  private void checkPlaces(List<Row> attention) {
    Collection<Long> counts =
        attention.stream()
            .collect(Collectors.groupingBy(RowCheck::step, Collectors.counting()))
            .values();
    long distinct = attention.stream().map(RowCheck::place).distinct().count();
    require(distinct == attention.size(), VALUES, "attention has a pair of positions twice");
    boolean alike = counts.stream().distinct().count() <= 1;
    require(alike, VALUES, "attention has unlike numbers of pairs");
  }

  private boolean isPlace(Row at, Model model) {
    return isBelow(at, "layer", model.attentionLayers())
        && isBelow(at, "head", model.heads())
        && isBelow(at, "query", run.signature().length())
        && isBelow(at, "key", run.signature().length())
        && model.sees(at.<Integer>getAs("query"), at.<Integer>getAs("key"));
  }

  private static List<@Nullable Object> place(Row at) {
    List<@Nullable Object> place = new ArrayList<>();
    for (String name : List.of("step", "layer", "head", "query", "key")) {
      place.add(at.getAs(name));
    }
    return place;
  }

  private static boolean isBelow(Row at, String name, int bound) {
    Integer value = at.getAs(name);
    return value != null && value >= 0 && value < bound;
  }

  private void checkMeasurements() {
    Set<Integer> due = due(run.record().measurementsEvery());
    due.addAll(due(run.record().attentionEvery()));
    Map<Object, Integer> seen = new HashMap<>();
    for (Row at : items("measurements")) {
      Integer step = at.getAs("step");
      boolean named = at.getAs("analysis") != null && at.getAs("name") != null;
      require(
          named && step != null && due.contains(step),
          STEPS,
          "measurement %s.%s at step %s".formatted(at.getAs("analysis"), at.getAs("name"), step));
      Object name = List.of(String.valueOf(step), "" + at.getAs("analysis"), "" + at.getAs("name"));
      require(seen.merge(name, 1, Integer::sum) == 1, VALUES, "measured twice: " + name);
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
}
