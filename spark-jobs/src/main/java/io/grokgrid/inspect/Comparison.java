package io.grokgrid.inspect;

import io.grokgrid.console.Table;
import io.grokgrid.keys.Key;
import io.grokgrid.keys.RunId;
import io.grokgrid.math.KaplanMeier;
import io.grokgrid.math.KaplanMeier.Observation;
import io.grokgrid.math.LogRank;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Two sets of runs held against each other.
 *
 * @param first by id
 * @param second likewise
 * @param curves how recordings of one run differ, of those that do, by id
 * @param keys of {@code run} that vary among all
 */
record Comparison(
    Map<String, ComparedRun> first,
    Map<String, ComparedRun> second,
    Map<String, CurveDifference> curves,
    List<String> keys) {
  /** Repetitions differ in these. */
  private static final Set<String> SEEDS = Set.of("seed", "split_seed");

  /** A difference is beyond chance where chance makes as large a one less often than this. */
  private static final double LEVEL = 0.05;

  /**
   * Runs that are alike but for their seeds, of both sets.
   *
   * @param keys values of the keys that tell cells apart
   */
  record Cell(
      Map<String, @Nullable Object> keys, List<Observation> first, List<Observation> second) {
    LogRank test() {
      return LogRank.of(first, second);
    }
  }

  /** In both sets, with the same bits. */
  boolean isSame(String id) {
    ComparedRun run = first.get(id);
    ComparedRun other = second.get(id);
    return run != null && other != null && isSame(run, other);
  }

  /** Recorded otherwise, hashes differ where no number does. */
  private boolean isSame(ComparedRun run, ComparedRun other) {
    CurveDifference curve = curves.get(run.id());
    boolean sameCurve = run.hash() == other.hash() || (curve != null && curve.partsAt() == null);
    return sameCurve && run.outcome().equals(other.outcome()) && run.lastStep() == other.lastStep();
  }

  private Set<String> ids() {
    Set<String> ids = new TreeSet<>(first.keySet());
    ids.addAll(second.keySet());
    return ids;
  }

  private static List<ComparedRun> values(Map<String, ComparedRun> runs, Collection<String> ids) {
    return ids.stream().filter(runs::containsKey).map(runs::get).toList();
  }

  private List<String> differing() {
    return ids().stream().filter(id -> !isSame(id)).toList();
  }

  /** What there is to test: what is the same in both says nothing about their difference. */
  private List<ComparedRun> tested(Map<String, ComparedRun> runs) {
    return values(runs, differing()).stream().filter(ComparedRun::isObserved).toList();
  }

  /** Keys in which no run of one set is like any of the other: what is compared. */
  List<String> separating() {
    return cellKeys().stream()
        .filter(key -> values(first, key).stream().noneMatch(values(second, key)::contains))
        .toList();
  }

  private Set<@Nullable Object> values(Map<String, ComparedRun> runs, String key) {
    Set<@Nullable Object> values = new HashSet<>();
    tested(runs).forEach(run -> values.add(run.keys().get(key)));
    return values;
  }

  private List<String> cellKeys() {
    Set<String> covered =
        Key.ALL.stream().filter(RunId::covers).map(Key::column).collect(Collectors.toSet());
    return keys.stream().filter(key -> covered.contains(key) && !SEEDS.contains(key)).toList();
  }

  /** Those with runs of both sets that differ. */
  List<Cell> cells() {
    List<String> telling = new ArrayList<>(cellKeys());
    telling.removeAll(separating());
    Map<Map<String, @Nullable Object>, Cell> cells = new LinkedHashMap<>();
    tested(first).forEach(run -> cell(cells, run, telling).first.add(run.observation()));
    tested(second).forEach(run -> cell(cells, run, telling).second.add(run.observation()));
    return cells.values().stream()
        .filter(cell -> !cell.first.isEmpty() && !cell.second.isEmpty())
        .toList();
  }

  private static Cell cell(
      Map<Map<String, @Nullable Object>, Cell> cells, ComparedRun run, List<String> telling) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    telling.forEach(key -> values.put(key, run.keys().get(key)));
    return cells.computeIfAbsent(
        values, none -> new Cell(values, new ArrayList<>(), new ArrayList<>()));
  }

  /** A line a run that differs: first those that are in both. */
  Table runs() {
    List<String> columns = new ArrayList<>(List.of("run_id"));
    columns.addAll(keys);
    columns.addAll(List.of("differs", "outcome_a", "outcome_b", "grok_step_a", "grok_step_b"));
    columns.addAll(List.of("parts_at", "largest_difference", "of"));
    List<String> differing = differing();
    List<List<@Nullable Object>> rows =
        Stream.concat(
                differing.stream().filter(id -> first.containsKey(id) && second.containsKey(id)),
                differing.stream().filter(id -> !(first.containsKey(id) && second.containsKey(id))))
            .map(this::row)
            .toList();
    return new Table(columns, rows);
  }

  private List<@Nullable Object> row(String id) {
    ComparedRun a = first.get(id);
    ComparedRun b = second.get(id);
    ComparedRun any = a == null ? values(second, List.of(id)).get(0) : a;
    List<@Nullable Object> row = new ArrayList<>(List.of(id));
    keys.forEach(key -> row.add(any.keys().get(key)));
    CurveDifference curve = curves.get(id);
    row.addAll(
        Arrays.<@Nullable Object>asList(
            how(a, b),
            a == null ? null : a.outcome(),
            b == null ? null : b.outcome(),
            a == null ? null : a.grokStep(),
            b == null ? null : b.grokStep(),
            curve == null ? null : curve.partsAt(),
            curve == null || curve.of() == null ? null : curve.largest(),
            curve == null ? null : curve.of()));
    return row;
  }

  private static String how(@Nullable ComparedRun a, @Nullable ComparedRun b) {
    if (a == null || b == null) {
      return a == null ? "only in B" : "only in A";
    }
    return a.outcome().equals(b.outcome()) ? "numbers" : "outcome";
  }

  /** A line a cell. */
  Table tests() {
    List<Cell> cells = cells();
    List<String> columns =
        new ArrayList<>(cells.isEmpty() ? List.of() : cells.get(0).keys.keySet());
    columns.addAll(List.of("runs_a", "generalised_a", "grok_step_median_a"));
    columns.addAll(List.of("runs_b", "generalised_b", "grok_step_median_b", "log_rank_p"));
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (Cell cell : cells) {
      List<@Nullable Object> row = new ArrayList<>(cell.keys.values());
      for (List<Observation> group : List.of(cell.first, cell.second)) {
        row.add(group.size());
        row.add(group.stream().filter(Observation::reached).count());
        row.add(new KaplanMeier(group).quantile(0.5));
      }
      row.add(cell.test().pValue());
      rows.add(row);
    }
    return new Table(columns, rows);
  }

  /** The test over all cells. */
  LogRank inAll() {
    return LogRank.sum(cells().stream().map(Cell::test).toList());
  }

  /** What came out, in words; A and B are as they were given. */
  List<String> sentences(String a, String b) {
    long both = first.keySet().stream().filter(second::containsKey).count();
    long same = first.keySet().stream().filter(this::isSame).count();
    List<String> sentences = new ArrayList<>();
    sentences.add(
        "A is %s (%s), B is %s (%s): %d in both, %d in A only, %d in B only."
            .formatted(
                a,
                count(first.size(), "run"),
                b,
                count(second.size(), "run"),
                both,
                first.size() - both,
                second.size() - both));
    if (both > 0) {
      sentences.add(
          same == both
              ? "All that are in both have the same bits."
              : "Of those in both, %d have the same bits, %d differ%s."
                  .formatted(same, both - same, byHowMuch()));
    }
    if (same < ids().size()) {
      sentences.add(beyondChance());
    }
    return sentences;
  }

  private static String count(long number, String thing) {
    return number + " " + thing + (number == 1 ? "" : "s");
  }

  private String byHowMuch() {
    double largest = curves.values().stream().mapToDouble(CurveDifference::largest).max().orElse(0);
    return curves.values().stream()
        .map(CurveDifference::partsAt)
        .filter(step -> step != null)
        .min(Integer::compareTo)
        .map(
            step ->
                ": the first part at step %d, the largest relative difference is %s"
                    .formatted(step, rounded(largest)))
        .orElse("");
  }

  private String beyondChance() {
    List<Cell> cells = cells();
    if (cells.isEmpty()) {
      return "No group of runs that are alike but for their seeds differs and is in both: nothing to"
          + " test.";
    }
    double p = inAll().pValue();
    return "The grok steps of what differs%s %s: p = %s by a log-rank test%s."
        .formatted(
            separating().isEmpty() ? "" : ", by " + String.join(" and ", separating()) + ",",
            p < LEVEL ? "differ beyond chance" : "show no difference beyond chance",
            rounded(p),
            cells.size() == 1 ? "" : overGroups(cells));
  }

  /** By Bonferroni's correction, a p-value counts as many times as there are tests. */
  private static String overGroups(List<Cell> cells) {
    long alone = cells.stream().filter(cell -> cell.test().pValue() * cells.size() < LEVEL).count();
    return " within %d groups that are alike but for their seeds; by itself, %d of them %s (p x %d)"
        .formatted(cells.size(), alone, alone == 1 ? "does" : "do", cells.size());
  }

  private static String rounded(double value) {
    if (!Double.isFinite(value)) {
      return Double.toString(value);
    }
    BigDecimal two = new BigDecimal(value).round(new MathContext(2)).stripTrailingZeros();
    return Math.abs(value) >= 1e-3 || value == 0 ? two.toPlainString() : two.toString();
  }

  /** As one JSON object. */
  Map<String, @Nullable Object> json(String a, String b) {
    LogRank all = inAll();
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("a", a);
    json.put("b", b);
    json.put("runs_a", first.size());
    json.put("runs_b", second.size());
    json.put("same", ids().stream().filter(this::isSame).count());
    json.put("runs", objects(runs()));
    json.put("separating", separating());
    json.put("cells", objects(tests()));
    json.put("log_rank_p", cells().isEmpty() ? null : all.pValue());
    json.put("log_rank_chi_squared", cells().isEmpty() ? null : all.chiSquared());
    json.put("sentence", String.join(" ", sentences(a, b)));
    return json;
  }

  private static List<Map<String, @Nullable Object>> objects(Table table) {
    List<Map<String, @Nullable Object>> objects = new ArrayList<>();
    for (List<@Nullable Object> row : table.rows()) {
      Map<String, @Nullable Object> object = new LinkedHashMap<>();
      for (int i = 0; i < row.size(); i++) {
        object.put(table.columns().get(i), row.get(i));
      }
      objects.add(object);
    }
    return objects;
  }
}
