package io.grokgrid.inspect;

import io.grokgrid.console.Console;
import io.grokgrid.console.ExitCode;
import io.grokgrid.console.Format;
import io.grokgrid.console.Plot;
import io.grokgrid.console.Table;
import io.grokgrid.options.Options;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code show RUN_ID}. */
@Command(
    name = "show",
    header = "Shows one run: its settings, how it ended, its curves, checkpoints, measurements.",
    description = {
      "With --format csv its curve alone, a line a recorded step; with --format json everything, as"
          + " one object; with --as-conf what plan and sweep take to train the same run again."
    },
    footer = {
      "",
      "Examples:",
      "  grokgrid show 3f2a",
      "  grokgrid show 3f2a --format csv",
      "  grokgrid show 3f2a --as-conf > conf/one.conf",
      "  grokgrid query \"SELECT run_id, seed FROM runs WHERE outcome = 'memorised'\""
    })
public final class ShowCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(
      paramLabel = "RUN_ID",
      description = "A run's id, or as much of its beginning as tells it from others.")
  @SuppressWarnings("NullAway.Init") // a command line without it is refused
  private String runId;

  @Option(
      names = "--as-conf",
      description = "Prints a configuration of this run: what of its settings is not the default.")
  private boolean isAsConf;

  @Mixin private Options.Common common = new Options.Common();

  @Spec
  @SuppressWarnings("NullAway.Init") // set before call
  private CommandSpec spec;

  public ShowCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    String prefix = runId.strip().toLowerCase(Locale.ROOT);
    if (!prefix.matches("[0-9a-f]{1,16}")) {
      throw new ParameterException(
          spec.commandLine(),
          "RUN_ID must be the beginning of a run's id, 1 to 16 hex digits, was " + runId);
    }
    common.warnOfAnEmptyStore(console);
    try (SparkSession session = common.spark.sessions().open("show")) {
      ShowJob.Found found = new ShowJob(session, common.store(), prefix).run();
      console.leftOut(found.damages());
      if (isAsConf) {
        found.run().configuration().forEach(console.out()::println);
      } else {
        print(found.run());
      }
    }
    return ExitCode.DONE;
  }

  private void print(ShownRun run) {
    switch (common.format) {
      case JSON -> console.out().println(Format.json(run.json()));
      case CSV -> common.format.print(curve(run), console.out(), false);
      case TABLE ->
          new RunPage(run, Console.columns(), style()).lines().forEach(console.out()::println);
    }
  }

  /** Where colours cannot tell curves apart, signs do. */
  private Plot.Style style() {
    return console.colour() && Console.isUtf8() ? Plot.Style.BRAILLE : Plot.Style.ASCII;
  }

  private static Table curve(ShownRun run) {
    List<Map<String, @Nullable Object>> metrics = run.metrics();
    List<String> columns =
        metrics.isEmpty() ? List.of("step") : List.copyOf(metrics.get(0).keySet());
    List<List<@Nullable Object>> rows = new ArrayList<>();
    metrics.forEach(step -> rows.add(new ArrayList<>(step.values())));
    return new Table(columns, rows);
  }
}
