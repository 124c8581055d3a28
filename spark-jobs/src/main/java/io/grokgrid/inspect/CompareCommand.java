package io.grokgrid.inspect;

import io.grokgrid.console.Console;
import io.grokgrid.console.ExitCode;
import io.grokgrid.console.Format;
import io.grokgrid.console.Table;
import io.grokgrid.options.Options;
import io.grokgrid.session.Sessions;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code compare A B}. */
@Command(
    name = "compare",
    header =
        "Says which runs of two stores, sweeps or configurations differ, and whether by chance.",
    description = {
      "Each of A and B is a store (a path or URI), a sweep of the store --out, or a configuration,"
          + " whose grid is looked up there. A run that is in both differs where its outcome or any"
          + " recorded number has other bits: parts_at is the first such step,"
          + " largest_difference relative to the larger number.",
      "Runs that differ, or that are in one only, are tested: by a log-rank test of the grok steps"
          + " (a run that never grokked is censored), within each group of runs that are alike but"
          + " for their seeds and for what tells A from B, and over all groups."
    },
    footer = {
      "",
      "Examples:",
      "  grokgrid compare out /data/out-of-last-night",
      "  grokgrid compare rope learned --out out",
      "  grokgrid compare conf/quickstart.conf conf/nightly.conf --format json",
      "",
      "Ends with 0 whether they differ or not."
    })
public final class CompareCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(index = "0", paramLabel = "A", description = "A store, a sweep or a configuration.")
  @SuppressWarnings("NullAway.Init") // a command line without it is refused
  private String first;

  @Parameters(index = "1", paramLabel = "B", description = "Another one.")
  @SuppressWarnings("NullAway.Init") // a command line without it is refused
  private String second;

  @Mixin private Options.Common common = new Options.Common();

  public CompareCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    Sessions sessions = common.spark.sessions();
    Configuration hadoop = sessions.hadoop();
    Side a = Side.of(first, common.store(), hadoop);
    Side b = Side.of(second, common.store(), hadoop);
    try (SparkSession session = sessions.open("compare")) {
      CompareJob.Compared compared = new CompareJob(session, a, b).run();
      console.leftOut(compared.damages());
      print(compared.comparison());
    }
    return ExitCode.DONE;
  }

  private void print(Comparison comparison) {
    switch (common.format) {
      case JSON -> console.out().println(Format.json(comparison.json(first, second)));
      case CSV -> {
        common.format.print(comparison.runs(), console.out(), false);
        comparison.sentences(first, second).forEach(console::say);
      }
      case TABLE -> {
        printUnlessEmpty(comparison.runs());
        printUnlessEmpty(comparison.tests());
        comparison.sentences(first, second).forEach(console.out()::println);
      }
    }
  }

  private void printUnlessEmpty(Table table) {
    if (table.rows().iterator().hasNext()) {
      common.format.print(table, console.out(), console.colour());
      console.out().println();
    }
  }
}
