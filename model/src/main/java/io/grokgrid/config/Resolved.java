package io.grokgrid.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import io.grokgrid.hocon.Document;
import io.grokgrid.hocon.Place;
import io.grokgrid.hocon.Problems;
import io.grokgrid.keys.Chosen;
import io.grokgrid.keys.Key;
import io.grokgrid.keys.Leaves;
import io.grokgrid.run.RunSpec;
import io.grokgrid.run.SweepSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A configuration as text, every value with its origin. */
final class Resolved {
  private static final Pattern PLAIN_WORD = Pattern.compile("(?!null$)[a-z][a-z0-9_]*");

  private record Line(String text, String origin) {}

  private final List<Line> lines = new ArrayList<>();

  private Resolved() {}

  /** Of a configuration without problems. */
  static String text(Study study, Document configuration) {
    Resolved resolved = new Resolved();
    resolved.addSweep(study.sweep(), configuration);
    resolved.addRun(study.runs().stream().map(PlannedRun::spec).toList(), configuration);
    resolved.addGrids(configuration);
    every(configuration, "llc").forEach((key, value) -> resolved.add("", key.fullPath(), value));
    return resolved.aligned();
  }

  /** As the sweep has them: a name that is the file's own would be another one elsewhere. */
  private void addSweep(SweepSpec sweep, Document configuration) {
    Map<Key, ConfigValue> written = every(configuration, "sweep");
    written.replaceAll(
        (key, value) ->
            ConfigValueFactory.fromAnyRef(key.valueIn(sweep)).withOrigin(value.origin()));
    written.forEach((key, value) -> add("", key.fullPath(), value));
  }

  private void addRun(List<RunSpec> runs, Document configuration) {
    Map<Key, ConfigValue> written = every(configuration, "run");
    written.keySet().retainAll(Key.applyingTo(runs));
    written.forEach((key, value) -> add("", key.fullPath(), value));
  }

  private static Map<Key, ConfigValue> every(Document configuration, String top) {
    return Leaves.orDefaults(configuration.root(), top, Chosen.ANY, new Problems());
  }

  private void addGrids(Document configuration) {
    if (!configuration.isUnion()) {
      configuration.grids().forEach(grid -> addGrid("", "grid.", grid));
      return;
    }
    lines.add(new Line("grid = [", ""));
    for (ConfigObject grid : configuration.grids()) {
      lines.add(new Line("  {", ""));
      addGrid("    ", "", grid);
      lines.add(new Line("  }", ""));
    }
    lines.add(new Line("]", ""));
  }

  private void addGrid(String indent, String prefix, ConfigObject grid) {
    Leaves.of(grid, "grid", Chosen.ANY, new Problems())
        .forEach((key, value) -> add(indent, prefix + key.path(), value));
  }

  private void add(String indent, String path, ConfigValue value) {
    lines.add(new Line(indent + path + " = " + text(value), Place.of(value.origin()).toString()));
  }

  private static String text(ConfigValue value) {
    return value.unwrapped() instanceof String word && PLAIN_WORD.matcher(word).matches()
        ? word
        : value.render(ConfigRenderOptions.concise());
  }

  private String aligned() {
    int width =
        lines.stream().mapToInt(line -> line.text().length()).filter(w -> w < 60).max().orElse(0);
    return lines.stream()
        .map(line -> line.origin().isEmpty() ? line.text() : commented(line, width))
        .collect(Collectors.joining("\n", "", "\n"));
  }

  /** An origin may hold line ends: a setting is whatever text the user gave. */
  private static String commented(Line line, int width) {
    String padding = " ".repeat(Math.max(0, width - line.text().length()));
    return line.text() + padding + "   # " + line.origin().replaceAll("\\R", " ");
  }
}
