package io.grokgrid.inspect;

import io.grokgrid.console.Format;
import io.grokgrid.console.Plot;
import io.grokgrid.console.Plot.Curve;
import io.grokgrid.console.Plot.Point;
import io.grokgrid.console.Plot.Style;
import io.grokgrid.console.Progress;
import io.grokgrid.keys.Key;
import io.grokgrid.keys.RunId;
import io.grokgrid.store.Checkpoints;
import io.grokgrid.train.Milestones;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A run as people read it.
 *
 * @param columns of the terminal
 * @param style of the curves
 */
record RunPage(ShownRun run, int columns, Style style) {
  private static final int HEIGHT = 11;
  private static final int INDENT = 15;
  private static final int NAMED_CHECKPOINTS = 6;

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "run "
            + run.runId()
            + (run.sweeps().isEmpty() ? "" : ", of sweep " + String.join(", ", run.sweeps())));
    lines.addAll(result());
    lines.add("");
    lines.add("settings, those with * not the default");
    ShownRun.sections().forEach(section -> lines.addAll(section(section)));
    if (!run.metrics().isEmpty()) {
      lines.add("");
      lines.addAll(accuracy().lines(columns, HEIGHT, style));
      lines.addAll(loss().lines(columns, HEIGHT, style));
    }
    lines.add("");
    lines.addAll(checkpoints());
    lines.addAll(measured());
    lines.addAll(provenance());
    return lines;
  }

  private List<String> result() {
    String steps =
        Stream.of("memorised_step", "grok_step", "sustained_grok_step")
            .filter(column -> run.row().get(column) != null)
            .map(column -> column.replace('_', ' ') + " " + run.row().get(column))
            .collect(Collectors.joining(", "));
    String last =
        "at step %s of %d: %s"
            .formatted(run.row().get("last_step"), run.spec().training().steps(), run.ending());
    List<String> lines = new ArrayList<>();
    lines.add(entry("outcome", run.text("outcome") + (steps.isEmpty() ? "" : "; " + steps)));
    nearMiss().ifPresent(text -> lines.add(entry("best", text)));
    lines.add(entry("ended", last));
    return lines;
  }

  /** How far a run came that has no grok step. */
  private Optional<String> nearMiss() {
    if (run.row().get("grok_step") != null
        || !(run.row().get("best_test_accuracy") instanceof Double best)) {
      return Optional.empty();
    }
    long answers = run.spec().testAnswers();
    long missing = Math.round(Math.ceil(Milestones.REACHED * answers - 1e-9) - best * answers);
    return Optional.of(
        "test accuracy %s at step %s, %d of %d answers short of %s"
            .formatted(
                Format.text(best),
                run.row().get("best_test_step"),
                missing,
                answers,
                Milestones.REACHED));
  }

  private static String entry(String name, String text) {
    return ("  " + name + " ".repeat(INDENT)).substring(0, INDENT) + text;
  }

  /** What is not the default comes first. */
  private List<String> section(String section) {
    List<Key> keys = run.keys(section);
    List<String> all =
        Stream.concat(
                keys.stream()
                    .filter(key -> !key.isStandard(run.spec()))
                    .map(key -> "*" + text(key)),
                keys.stream().filter(key -> key.isStandard(run.spec())).map(this::text))
            .toList();
    return wrapped(section, all);
  }

  private String text(Key key) {
    Object value = key.value(run.spec());
    return key.name() + "=" + (value instanceof Double real ? RunId.number(real) : value);
  }

  private List<String> wrapped(String name, List<String> words) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder(entry(name, ""));
    for (String word : words) {
      if (line.length() > INDENT && line.length() + word.length() > columns) {
        lines.add(line.toString().stripTrailing());
        line = new StringBuilder(entry("", ""));
      }
      line.append(word).append("  ");
    }
    lines.add(line.toString().stripTrailing());
    return lines;
  }

  private Plot accuracy() {
    return new Plot(
        "accuracy by step",
        List.of(curve("train", "train_accuracy"), curve("test", "test_accuracy")),
        false);
  }

  private Plot loss() {
    return new Plot(
        "loss by step", List.of(curve("train", "train_loss"), curve("test", "test_loss")), true);
  }

  private Curve curve(String name, String column) {
    List<Point> points = new ArrayList<>();
    for (Map<String, @Nullable Object> step : run.metrics()) {
      double value = step.get(column) instanceof Number number ? number.doubleValue() : Double.NaN;
      points.add(new Point((Integer) Objects.requireNonNull(step.get("step")), value));
    }
    return new Curve(name, points);
  }

  private List<String> checkpoints() {
    List<Checkpoints.KeptFile> kept = run.checkpoints();
    if (kept.isEmpty()) {
      return List.of(entry("checkpoints", "none (record.checkpoints keeps some)"));
    }
    String steps =
        kept.stream()
            .limit(NAMED_CHECKPOINTS)
            .map(each -> Integer.toString(each.step()))
            .collect(Collectors.joining(", "));
    Checkpoints.KeptFile last = kept.get(kept.size() - 1);
    return List.of(
        entry(
            "checkpoints",
            "%d, of step %s%s"
                .formatted(
                    kept.size(),
                    steps,
                    kept.size() > NAMED_CHECKPOINTS ? ", .., " + last.step() : "")),
        entry("", last.path()));
  }

  private List<String> measured() {
    if (run.measured().isEmpty()) {
      return List.of(entry("measured", "nothing"));
    }
    List<String> lines = new ArrayList<>();
    for (Map<String, @Nullable Object> each : run.measured()) {
      lines.add(
          entry(
              lines.isEmpty() ? "measured" : "",
              "%s: %s at %s"
                  .formatted(each.get("analysis"), count(each, "names", "name"), steps(each))));
    }
    return lines;
  }

  private static String count(Map<String, @Nullable Object> each, String column, String thing) {
    boolean isOne = Long.valueOf(1).equals(each.get(column));
    return each.get(column) + " " + thing + (isOne ? "" : "s");
  }

  private static String steps(Map<String, @Nullable Object> each) {
    String first = "step " + each.get("first_step");
    return Long.valueOf(1).equals(each.get("steps"))
        ? first
        : "%s, %s to %s".formatted(count(each, "steps", "step"), first, each.get("last_step"));
  }

  private List<String> provenance() {
    double seconds = run.row().get("seconds") instanceof Double number ? number : 0;
    Object resumed = run.row().get("resumed_from_step");
    Object address = run.row().get("gpu_address");
    List<String> lines = new ArrayList<>();
    lines.add(
        entry(
            "trained",
            "%s, for %s, on %s (%s%s), attempt %s%s"
                .formatted(
                    run.row().get("started_at"),
                    Progress.duration(seconds),
                    run.row().get("host"),
                    run.row().get("device"),
                    address == null ? "" : ", address " + address,
                    run.row().get("attempt"),
                    resumed == null ? "" : ", resumed from step " + resumed)));
    if (run.row().get("processor") != null) {
      lines.add(entry("", run.text("processor")));
    }
    lines.add(entry("", "submission " + run.row().get("submission")));
    lines.addAll(wrapped("versions", versions()));
    return lines;
  }

  private List<String> versions() {
    return run.row().get("versions") instanceof Map<?, ?> versions
        ? versions.entrySet().stream()
            .map(each -> each.getKey() + " " + Format.text(each.getValue()))
            .toList()
        : List.of();
  }
}
