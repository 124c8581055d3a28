package io.grokgrid.inspect;

import io.grokgrid.console.Format;
import io.grokgrid.keys.Key;
import io.grokgrid.keys.RunId;
import io.grokgrid.run.RunSpec;
import io.grokgrid.store.Checkpoints;
import io.grokgrid.tables.RunsTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All that a store has of a run.
 *
 * @param row its columns but the attention and the measurements, in plain Java values
 * @param spec its configuration
 * @param sweeps that it belongs to, the one that trained it first
 * @param checkpoints whose files are there
 * @param measured what was measured of it, an entry an analysis
 */
record ShownRun(
    Map<String, @Nullable Object> row,
    RunSpec spec,
    List<String> sweeps,
    List<Checkpoints.KeptFile> checkpoints,
    List<Map<String, @Nullable Object>> measured) {
  private static final List<String> RESULT =
      List.of(
          "memorised_step",
          "grok_step",
          "sustained_grok_step",
          "grok_delay",
          "last_step",
          "final_train_loss",
          "final_test_loss",
          "final_train_accuracy",
          "final_test_accuracy",
          "best_test_accuracy",
          "best_test_step",
          "train_examples",
          "parameters",
          "error");

  /** Where and by what it was trained. */
  static final List<String> PROVENANCE =
      List.of(
          "started_at",
          "seconds",
          "steps_per_second",
          "host",
          "device",
          "processor",
          "gpu_address",
          "attempt",
          "resumed_from_step",
          RunsTable.SUBMISSION,
          "versions");

  String runId() {
    return text("run_id");
  }

  String text(String column) {
    return String.valueOf(row.get(column));
  }

  @Nullable Integer step(String column) {
    return (Integer) row.get(column);
  }

  /** The recorded steps, an entry each. */
  List<Map<String, @Nullable Object>> metrics() {
    List<Map<String, @Nullable Object>> metrics = new ArrayList<>();
    if (row.get("metrics") instanceof List<?> steps) {
      for (Object step : steps) {
        if (step instanceof Map<?, ?> values) {
          Map<String, @Nullable Object> named = new LinkedHashMap<>();
          values.forEach((name, value) -> named.put(String.valueOf(name), value));
          metrics.add(named);
        }
      }
    }
    return metrics;
  }

  /** Why it ended when it did. */
  String ending() {
    int last = row.get("last_step") instanceof Integer step ? step : 0;
    Integer grok = step("grok_step");
    int more = spec.training().stopAfterGrok();
    return switch (text("outcome")) {
      case "failed" -> "it failed: " + row.get("error");
      case "diverged" -> "a loss was not finite at step " + last;
      default -> {
        if (last >= spec.training().steps()) {
          yield "all its steps were made";
        }
        yield grok != null && more >= 0 && last >= (long) grok + more
            ? "%d steps after the grok step (stop_after_grok)".formatted(last - grok)
            : "its time was spent (max_seconds)";
      }
    };
  }

  /** The values of the keys that say something about it, by section and name. */
  Map<String, @Nullable Object> settings() {
    Map<String, @Nullable Object> sections = new LinkedHashMap<>();
    for (String section : sections()) {
      Map<String, @Nullable Object> values = new LinkedHashMap<>();
      keys(section).forEach(key -> values.put(key.name(), key.value(spec)));
      sections.put(section, values);
    }
    return sections;
  }

  static List<String> sections() {
    return Key.ALL.stream().map(Key::section).distinct().toList();
  }

  /** Those that say something about it. */
  List<Key> keys(String section) {
    return Key.ALL.stream()
        .filter(key -> key.section().equals(section) && key.value(spec) != null)
        .toList();
  }

  /** Lines of a configuration of this run alone: what is not the default. */
  List<String> configuration() {
    List<String> lines = new ArrayList<>(List.of("# run " + RunId.of(spec), "run {"));
    notDefault().forEach(key -> lines.add("  " + key.path() + " = " + hocon(key)));
    lines.add("}");
    return lines;
  }

  private String hocon(Key key) {
    Object value = key.value(spec);
    if (key.isList()) {
      return "[" + value + "]";
    }
    boolean isText = key.type() == String.class;
    return value instanceof Double number
        ? RunId.number(number)
        : isText ? Format.json(value) : String.valueOf(value);
  }

  private Stream<Key> notDefault() {
    return Key.ALL.stream().filter(key -> !key.isStandard(spec));
  }

  /** As one JSON object. */
  Map<String, @Nullable Object> json() {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("run_id", runId());
    json.put("sweep", row.get("sweep"));
    json.put("sweeps", sweeps);
    json.put("outcome", row.get("outcome"));
    json.put("ended", ending());
    RESULT.forEach(column -> json.put(column, row.get(column)));
    json.put("settings", settings());
    json.put("not_default", notDefault().map(Key::path).toList());
    json.put("checkpoints", checkpoints.stream().map(Checkpoints.KeptFile::json).toList());
    json.put("measurements", measured);
    PROVENANCE.forEach(column -> json.put(column, row.get(column)));
    json.put("metrics", metrics());
    return json;
  }
}
