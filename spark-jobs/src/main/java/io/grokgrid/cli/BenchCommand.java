package io.grokgrid.cli;

import io.grokgrid.console.Console;
import io.grokgrid.console.ExitCode;
import io.grokgrid.console.Format;
import io.grokgrid.console.Table;
import io.grokgrid.experiment.Bench;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench}. */
@Command(
    name = "bench",
    header = "Measures training steps against the textbook network and the matrix-product floor.",
    description = {
      "One row a network: medians of whole steps (loss, gradient, update) on one core, taken in turns"
          + " in one process. Compare within a row only, and leave the machine alone for the four"
          + " minutes that it takes.",
      "",
      "step_ms: the form that a sweep takes. textbook_step_ms: every position through every layer,"
          + " by autograd. last_position_step_ms: the same with query, MLP and unembedding of the"
          + " last layer at the positions that are asked only, which is what a sweep takes where there"
          + " are no pair tables. gflop: operations of a step's matrix products. floor_ms: what they"
          + " take at the best speed that any product reached. max_gradient_error: of a parameter's"
          + " gradient at the start against the textbook's, over the largest of its tensor; where a"
          + " ReLU's input rounds to either side of 0, it is 1e-4 and more."
    },
    footer = {"", "Examples:", "  grokgrid bench", "  grokgrid bench --format json"})
final class BenchCommand implements Callable<Integer> {
  private static final Map<String, Function<Bench.Timing, @Nullable Object>> COLUMNS =
      new LinkedHashMap<>();

  static {
    COLUMNS.put("preset", Bench.Timing::preset);
    COLUMNS.put("p", Bench.Timing::p);
    COLUMNS.put("train_fraction", Bench.Timing::trainFraction);
    COLUMNS.put("rule", Bench.Timing::rule);
    COLUMNS.put("examples", Bench.Timing::examples);
    COLUMNS.put("step_ms", Bench.Timing::stepMs);
    COLUMNS.put("textbook_step_ms", Bench.Timing::textbookStepMs);
    COLUMNS.put("last_position_step_ms", Bench.Timing::lastPositionStepMs);
    COLUMNS.put("gflop", Bench.Timing::gflop);
    COLUMNS.put("floor_ms", Bench.Timing::floorMs);
    COLUMNS.put("max_gradient_error", Bench.Timing::maxGradientError);
  }

  private static final double WARM_UP_SECONDS = 4;
  private static final double TURN_SECONDS = 0.1;
  private static final int TURNS = 15;

  private final Console console;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      converter = Options.FormatConverter.class,
      description = "How results are printed: table, csv or json (default: table).")
  private Format format = Format.TABLE;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Prints this.")
  @SuppressWarnings("UnusedVariable") // picocli's
  private boolean help;

  BenchCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    List<Bench.Subject> subjects = Bench.subjects();
    Bench bench = new Bench(WARM_UP_SECONDS, TURN_SECONDS, TURNS);
    for (Bench.Subject subject : subjects) {
      String settings = String.join(" ", subject.settings());
      console.say(
          "measuring %d of %d: %s %s"
              .formatted(rows.size() + 1, subjects.size(), subject.preset(), settings)
              .stripTrailing());
      rows.add(row(bench.measure(subject)));
    }
    format.print(new Table(List.copyOf(COLUMNS.keySet()), rows), console.out(), console.colour());
    return ExitCode.DONE;
  }

  private static List<@Nullable Object> row(Bench.Timing timing) {
    List<@Nullable Object> row = new ArrayList<>();
    COLUMNS.values().forEach(column -> row.add(column.apply(timing)));
    return row;
  }
}
