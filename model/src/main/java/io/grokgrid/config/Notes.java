package io.grokgrid.config;

import io.grokgrid.hocon.Place;
import io.grokgrid.keys.RunId;
import io.grokgrid.run.RunSpec;
import io.grokgrid.task.TableTask;
import io.grokgrid.task.Task;
import io.grokgrid.train.Milestones;
import java.util.HashMap;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What a reader of a grid may expect of its runs, and will not get. */
final class Notes {
  /** Of which one per cent is five, as the milestones' accuracy is 0.99. */
  private static final int FEW_ANSWERS = 500;

  private final List<RunSpec> runs;
  private final Map<Object, Boolean> commutative = new HashMap<>();

  Notes(List<PlannedRun> runs) {
    this.runs = runs.stream().map(PlannedRun::spec).toList();
  }

  /**
   * A line each.
   *
   * @param splitSeed where {@code task.split_seed} was written
   */
  List<String> lines(Place splitSeed) {
    return Stream.of(
            sharedSplit(splitSeed),
            equalFractions(),
            fewAnswers(),
            blindToOrder(),
            fewRecords(),
            earlyStop(),
            endlessWarmup())
        .flatMap(Optional::stream)
        .toList();
  }

  private Optional<String> sharedSplit(Place place) {
    Set<Long> splits = tables().map(TableTask::splitSeed).collect(Collectors.toSet());
    long seeds =
        runs.stream()
            .filter(run -> run.task().asTable().isPresent())
            .map(run -> run.training().seed())
            .distinct()
            .count();
    return seeds > 1 && splits.size() == 1
        ? Optional.of(
            "all %d seeds share one split, by task.split_seed = %d (%s); auto gives each its own"
                .formatted(seeds, splits.iterator().next(), place))
        : Optional.empty();
  }

  private Stream<TableTask> tables() {
    return runs.stream().flatMap(run -> run.task().asTable().stream());
  }

  /** Shares of a table that round to as many examples. */
  private Optional<String> equalFractions() {
    Map<String, Set<Double>> fractions = new TreeMap<>();
    tables()
        .forEach(
            table ->
                fractions
                    .computeIfAbsent(
                        table.trainExamples() + " of " + table.examples(), none -> new TreeSet<>())
                    .add(table.trainFraction()));
    List<String> equal =
        fractions.entrySet().stream()
            .filter(each -> each.getValue().size() > 1)
            .map(each -> texts(each.getValue()) + " (" + each.getKey() + ")")
            .toList();
    return equal.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "train_fraction takes as many examples with " + String.join(", with ", equal));
  }

  private static String texts(Set<Double> numbers) {
    return numbers.stream().map(RunId::number).collect(Collectors.joining(" and "));
  }

  /**
   * Runs of which something holds.
   *
   * @param count how many
   * @param least of a number that each has
   */
  private record Found(long count, long least) {}

  private Optional<Found> find(Predicate<RunSpec> holds, ToLongFunction<RunSpec> number) {
    LongSummaryStatistics found = runs.stream().filter(holds).mapToLong(number).summaryStatistics();
    return found.getCount() == 0
        ? Optional.empty()
        : Optional.of(new Found(found.getCount(), found.getMin()));
  }

  private String share(Found found) {
    return found.count() == runs.size()
        ? runs.size() == 1 ? "the one run" : "all runs"
        : found.count() + " of " + runs.size() + " runs";
  }

  private Optional<String> fewAnswers() {
    return find(run -> run.testAnswers() < FEW_ANSWERS, RunSpec::testAnswers)
        .map(
            found ->
                ("fewer than %d test answers (%s): accuracy 0.99 allows %d wrong of %d in the"
                        + " smallest test set, and may be out of reach")
                    .formatted(FEW_ANSWERS, share(found), allowed(found.least()), found.least()));
  }

  /** How many of n answers may be wrong where accuracy has reached its threshold. */
  private static int allowed(long n) {
    int wrong = 0;
    while ((double) (n - wrong - 1) / n >= Milestones.REACHED) {
      wrong++;
    }
    return wrong;
  }

  private Optional<String> blindToOrder() {
    return find(run -> run.model().isBlindToOrder() && !isCommutative(run.task()), run -> 0)
        .map(
            found ->
                ("the network sees both operands without their order (%s): it cannot tell (a, b) from"
                        + " (b, a), whose answers differ")
                    .formatted(share(found)));
  }

  /** Sequences have no two operands. */
  private boolean isCommutative(Task task) {
    return task.match(
        table ->
            commutative.computeIfAbsent(
                List.of(table.operation(), table.elements()), none -> isSymmetric(table)),
        none -> true);
  }

  private static boolean isSymmetric(TableTask task) {
    int n = task.elements();
    int[] table = task.table();
    return IntStream.range(0, n * n)
        .allMatch(
            pair -> {
              int other = table[pair % n * n + pair / n];
              return table[pair] < 0 || other < 0 || table[pair] == other;
            });
  }

  private Optional<String> fewRecords() {
    return find(
            run -> recordsAfterTheFirst(run) < Milestones.SUSTAINED_STEPS,
            Notes::recordsAfterTheFirst)
        .map(
            found ->
                ("metrics_every leaves %s after step 0 (%s): sustained_grok_step needs"
                        + " six in a row")
                    .formatted(recorded(found.least()), share(found)));
  }

  private static String recorded(long steps) {
    return steps == 1 ? "1 recorded step" : steps + " recorded steps";
  }

  private static int recordsAfterTheFirst(RunSpec run) {
    return records(run.training().steps(), run);
  }

  /** Recorded steps of so many, the last one included. */
  private static int records(int steps, RunSpec run) {
    int every = run.record().metricsEvery();
    return steps / every + (steps % every == 0 ? 0 : 1);
  }

  private Optional<String> earlyStop() {
    return find(
            run ->
                run.training().stopAfterGrok() >= 0
                    && recordsFromGrok(run) < Milestones.SUSTAINED_STEPS
                    && recordsAfterTheFirst(run) >= Milestones.SUSTAINED_STEPS,
            Notes::recordsFromGrok)
        .map(
            found ->
                ("stop_after_grok leaves %s from the grok step on (%s):"
                        + " sustained_grok_step needs six in a row")
                    .formatted(recorded(found.least()), share(found)));
  }

  private static int recordsFromGrok(RunSpec run) {
    return 1 + records(run.training().stopAfterGrok(), run);
  }

  private Optional<String> endlessWarmup() {
    return find(run -> run.training().steps() <= run.training().warmupSteps(), run -> 0)
        .map(
            found ->
                ("warmup_steps lasts as long as the training (%s): the learning rate never reaches"
                        + " its value")
                    .formatted(share(found)));
  }
}
