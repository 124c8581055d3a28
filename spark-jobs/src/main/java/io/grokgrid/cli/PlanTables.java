package io.grokgrid.cli;

import io.grokgrid.config.PlannedRun;
import io.grokgrid.console.Format;
import io.grokgrid.console.Progress;
import io.grokgrid.console.Table;
import io.grokgrid.jobs.Plan;
import io.grokgrid.keys.Key;
import io.grokgrid.run.StepForm;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A plan as it is printed. */
record PlanTables(Plan plan) {
  private static final int SHOWN_VALUES = 8;

  private static final String MORE_TIME =
      "a larger training.max_seconds, or 0 for none, goes on with them";

  /** For people: {@link #items}, and a row a note. */
  Table table() {
    Table items = items();
    List<List<@Nullable Object>> rows = new ArrayList<>();
    items.rows().forEach(rows::add);
    plan.study().notes().forEach(note -> rows.add(row("note", note)));
    return new Table(items.columns(), rows);
  }

  /** An item and its value a row. */
  Table items() {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    rows.add(row("sweep", plan.study().sweep().name()));
    axes().forEach((axis, values) -> rows.add(row("axis " + axis, abbreviated(values))));
    rows.add(row("runs", plan.runs()));
    rows.add(row("finished", plan.finished()));
    if (plan.failures() > 0) {
      rows.add(row("failed or diverged", plan.failures() + " (--retry-failed trains them again)"));
    }
    if (plan.outOfTime() > 0) {
      rows.add(row("out of time", plan.outOfTime() + " (" + MORE_TIME + ")"));
    }
    if (plan.recordedOtherwise() > 0) {
      rows.add(row("recorded otherwise", plan.recordedOtherwise() + " of the finished"));
    }
    if (plan.lackingRuns() > 0) {
      rows.add(row("lacking", lacking() + " (--rerun-lacking trains them again)"));
    }
    rows.add(row("pending", plan.pending().size()));
    if (!ofThese().isEmpty()) {
      rows.add(row("of the pending", ofThese()));
    }
    if (!plan.pending().isEmpty()) {
      rows.add(row("training step", forms()));
    }
    String unit = plan.study().sweep().gpus() > 0 ? "GPU-hours" : "core-hours";
    rows.add(row("estimated " + unit, hours()));
    return new Table(List.of("plan", "value"), rows);
  }

  /** Of little also in the unit that tells it. */
  private String hours() {
    double hours = plan.hours();
    boolean endsEarly =
        plan.pending().stream().anyMatch(run -> run.spec().training().stopAfterGrok() >= 0);
    return (endsEarly ? "at most " : "")
        + (hours == 0 || hours >= 1
            ? String.format(Locale.ROOT, "%.2f", hours)
            : String.format(Locale.ROOT, "%.3f (%s)", hours, Progress.duration(3600 * hours)));
  }

  /** What a sweep says before it begins. */
  List<String> sentences() {
    List<String> sentences = new ArrayList<>();
    int runs = plan.runs();
    sentences.add(
        plan.pending().isEmpty()
            ? "nothing is pending: the store holds all " + runs + " runs"
            : "%d of %d runs are pending%s"
                .formatted(
                    plan.pending().size(),
                    runs,
                    ofThese().isEmpty() ? "" : ", of which " + ofThese()));
    if (plan.outOfTime() > 0) {
      sentences.add("%d were out of time: %s".formatted(plan.outOfTime(), MORE_TIME));
    }
    if (plan.lackingRuns() > 0) {
      sentences.add(
          "%d lack what record asks for now (%s): --rerun-lacking trains them again"
              .formatted(plan.lackingRuns(), lacking()));
    }
    return sentences;
  }

  private String lacking() {
    return plan.lacking().entrySet().stream()
        .map(each -> each.getKey() + " of " + each.getValue())
        .collect(Collectors.joining(", "));
  }

  /** How many of the pending runs are not new. */
  private String ofThese() {
    List<String> parts = new ArrayList<>();
    if (!plan.goingOn().isEmpty()) {
      parts.add("%d go on where their time was over".formatted(plan.goingOn().size()));
    }
    if (!plan.again().isEmpty()) {
      parts.add("%d are trained again".formatted(plan.again().size()));
    }
    return String.join(" and ", parts);
  }

  /** The forms that the pending runs will take, with their numbers where there are several. */
  private String forms() {
    Map<StepForm, Long> counts =
        plan.pending().stream()
            .collect(
                Collectors.groupingBy(
                    run -> StepForm.of(run.spec()),
                    () -> new EnumMap<>(StepForm.class),
                    Collectors.counting()));
    return counts.entrySet().stream()
        .map(e -> e.getKey().title() + (counts.size() > 1 ? " (" + e.getValue() + ")" : ""))
        .collect(Collectors.joining(", "));
  }

  /** For programs. */
  Map<String, Object> json() {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("sweep", plan.study().sweep().name());
    object.put("runs", plan.runs());
    object.put("finished", plan.finished());
    object.put("pending", plan.pending().size());
    object.put("axes", axes());
    return object;
  }

  /** A row a pending run: its id and the keys that the grid varies. */
  Table list() {
    List<Key> keys = Key.ALL.stream().filter(key -> axes().containsKey(key.column())).toList();
    List<String> columns = new ArrayList<>(List.of("run_id"));
    keys.forEach(key -> columns.add(key.column()));
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (PlannedRun run : plan.pending()) {
      List<@Nullable Object> row = new ArrayList<>(List.of(run.id()));
      keys.forEach(key -> row.add(key.value(run.spec())));
      rows.add(row);
    }
    return new Table(columns, rows);
  }

  /** Every axis by the name of its column. */
  private Map<String, List<Object>> axes() {
    Map<String, List<Object>> axes = new LinkedHashMap<>();
    plan.study().axes().forEach((path, values) -> axes.put(column(path), values));
    return axes;
  }

  private static String column(String path) {
    return Key.ALL.stream()
        .filter(key -> key.path().equals(path))
        .map(Key::column)
        .findFirst()
        .orElse(path);
  }

  private static String abbreviated(List<Object> values) {
    List<String> texts = values.stream().map(Format::text).toList();
    if (texts.size() <= SHOWN_VALUES) {
      return String.join(", ", texts);
    }
    return "%s, .., %s (%d values)"
        .formatted(
            String.join(", ", texts.subList(0, 3)), texts.get(texts.size() - 1), texts.size());
  }

  private static List<@Nullable Object> row(String item, Object value) {
    return List.of(item, value);
  }
}
