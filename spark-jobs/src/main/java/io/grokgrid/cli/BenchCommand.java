package io.grokgrid.cli;

import io.grokgrid.console.Console;
import io.grokgrid.console.ExitCode;
import io.grokgrid.console.Format;
import io.grokgrid.console.Table;
import io.grokgrid.experiment.Bench;
import io.grokgrid.options.Options;
import io.grokgrid.tables.Processor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench}. */
@Command(
    name = "bench",
    header = "Measures training steps against the textbook network and the matrix-product floor.",
    description = {
      "One row a network: medians of whole steps (loss, gradient, update) on one core, taken in turns"
          + " in one process. Compare within a row only, and leave the machine alone for the four"
          + " minutes that it takes, or the 20 seconds of one network.",
      "",
      "step_ms: the form that a sweep takes. runs_per_hour: of the preset's own length that one core"
          + " trains at it. textbook_step_ms: every position through every layer, by autograd."
          + " last_position_step_ms: layer by layer, with query, MLP and unembedding of the last layer"
          + " at the positions that are asked only. gflop: operations of a step's matrix products."
          + " floor_ms: what they take at the best speed that any product reached."
          + " shapes_floor_ms: at the best speed of each product's own shape."
          + " max_gradient_error: of a parameter's gradient at the start against the textbook's,"
          + " over the largest of its tensor; where a ReLU's input rounds to either side of 0, it is"
          + " 1e-4 and more.",
      "",
      "With --as-sweep: whole sweeps of one run, each in processes of its own, and the ratio of their"
          + " steps a second to those of bench, start included: least, median, largest."
    },
    footer = {
      "",
      "Examples:",
      "  grokgrid bench",
      "  grokgrid bench --network louapre --format json",
      "  grokgrid bench --network nanda --set run.task.p=59 --as-sweep"
    })
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
    COLUMNS.put("runs_per_hour", Bench.Timing::runsPerHour);
    COLUMNS.put("textbook_step_ms", Bench.Timing::textbookStepMs);
    COLUMNS.put("last_position_step_ms", Bench.Timing::lastPositionStepMs);
    COLUMNS.put("gflop", Bench.Timing::gflop);
    COLUMNS.put("floor_ms", Bench.Timing::floorMs);
    COLUMNS.put("shapes_floor_ms", Bench.Timing::shapesFloorMs);
    COLUMNS.put("max_gradient_error", Bench.Timing::maxGradientError);
    COLUMNS.put("processor", timing -> Processor.name());
  }

  private static final List<String> SWEEP_COLUMNS =
      List.of(
          "preset",
          "settings",
          "master",
          "processes",
          "steps",
          "step_ms",
          "least",
          "median",
          "largest",
          "processor");

  private static final double WARM_UP_SECONDS = 4;
  private static final double TURN_SECONDS = 0.1;
  private static final int TURNS = 15;

  private final Console console;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli's
  private CommandSpec command;

  @Option(
      names = "--network",
      paramLabel = "PRESET",
      description = "Measures this one alone, such as nanda or louapre.")
  private @Nullable String network;

  @Option(
      names = "--set",
      paramLabel = "PATH=VALUE",
      description = "A value (HOCON) of that network, such as run.task.p=59; repeatable.")
  private List<String> settings = new ArrayList<>();

  @Option(
      names = "--as-sweep",
      description = "Measures whole sweeps of that network, each in processes of its own.")
  private boolean asSweep;

  @Option(
      names = "--processes",
      paramLabel = "N",
      defaultValue = "10",
      description = "Such sweeps (default: ${DEFAULT-VALUE}).")
  private int processes = 10;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "60",
      description = "That each of them trains, about (default: ${DEFAULT-VALUE}).")
  private double seconds = 60;

  @Option(
      names = "--master",
      paramLabel = "URL",
      defaultValue = "local[1]",
      converter = Options.MasterConverter.class,
      description = "Spark's master of these sweeps (default: ${DEFAULT-VALUE}).")
  private String master = "local[1]";

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
  public Integer call() throws IOException, InterruptedException {
    check();
    List<Bench.Subject> subjects =
        network == null ? Bench.subjects() : List.of(new Bench.Subject(network, settings));
    subjects.forEach(Bench::run); // all mistakes before any work
    Bench bench = new Bench(WARM_UP_SECONDS, TURN_SECONDS, TURNS);
    Table table = asSweep ? asSweep(bench, subjects.get(0)) : steps(bench, subjects);
    format.print(table, console.out(), console.colour());
    return ExitCode.DONE;
  }

  private void check() {
    List<String> presets = Bench.subjects().stream().map(Bench.Subject::preset).distinct().toList();
    refuseUnless(
        network == null || presets.contains(network),
        "--network must be one of " + String.join(", ", presets) + ", was " + network);
    refuseUnless(
        network != null || (settings.isEmpty() && !asSweep), "--set and --as-sweep need --network");
    refuseUnless(
        processes >= 1 && processes <= 1000,
        "--processes must be from 1 to 1000, was " + processes);
    refuseUnless(
        seconds >= 1 && seconds <= 86400, "--seconds must be from 1 to 86400, was " + seconds);
  }

  private void refuseUnless(boolean holds, String message) {
    if (!holds) {
      throw new ParameterException(command.commandLine(), message);
    }
  }

  private Table steps(Bench bench, List<Bench.Subject> subjects) {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (Bench.Subject subject : subjects) {
      String settings = String.join(" ", subject.settings());
      console.say(
          "measuring %d of %d: %s %s"
              .formatted(rows.size() + 1, subjects.size(), subject.preset(), settings)
              .stripTrailing());
      rows.add(row(bench.measure(subject)));
    }
    return new Table(List.copyOf(COLUMNS.keySet()), rows);
  }

  private static List<@Nullable Object> row(Bench.Timing timing) {
    List<@Nullable Object> row = new ArrayList<>();
    COLUMNS.values().forEach(column -> row.add(column.apply(timing)));
    return row;
  }

  private Table asSweep(Bench bench, Bench.Subject subject)
      throws IOException, InterruptedException {
    String launcher = System.getProperty("grokgrid.script");
    if (launcher == null) {
      throw new IOException("--as-sweep starts submit/grokgrid, and was not started by it");
    }
    SweepBench.Ratios found =
        new SweepBench(console, bench, subject, launcher, master).measure(processes, seconds);
    List<@Nullable Object> row =
        Arrays.asList(
            subject.preset(),
            String.join(" ", subject.settings()),
            master,
            processes,
            found.steps(),
            found.stepMs(),
            found.ratios().get(0),
            found.median(),
            found.ratios().get(processes - 1),
            Processor.name());
    return new Table(SWEEP_COLUMNS, List.of(row));
  }
}
