package io.grokgrid.cli;

import io.grokgrid.config.SpecReader;
import io.grokgrid.config.Study;
import io.grokgrid.console.Console;
import io.grokgrid.console.ExitCode;
import io.grokgrid.console.Format;
import io.grokgrid.console.Table;
import io.grokgrid.jobs.Plan;
import io.grokgrid.jobs.PlanJob;
import io.grokgrid.options.Options;
import io.grokgrid.session.Sessions;
import io.grokgrid.store.Finished;
import io.grokgrid.store.Store;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code plan CONF}. */
@Command(
    name = "plan",
    header = "Expands the grid and subtracts the runs that the store holds; trains nothing.",
    footer = {
      "",
      "Examples:",
      "  grokgrid plan conf/quickstart.conf",
      "  grokgrid plan conf/quickstart.conf --set run.task.p=97 --list",
      "  grokgrid plan conf/quickstart.conf --resolved | less"
    })
final class PlanCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private Options.StudyFile configuration = new Options.StudyFile();
  @Mixin private Options.Common common = new Options.Common();

  @Option(names = "--retry-failed", description = "Counts failed and diverged runs as pending.")
  private boolean retryFailed;

  @Option(
      names = "--rerun-lacking",
      description = "Counts finished runs as pending that lack what record asks for now.")
  private boolean rerunLacking;

  @Option(names = "--list", description = "Prints a line a pending run: its id and what varies.")
  private boolean list;

  @Option(
      names = "--resolved",
      description = "Prints the whole configuration, with the origin of each value.")
  private boolean resolved;

  PlanCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    if (resolved) {
      String text =
          SpecReader.resolved(configuration.file, configuration.settings.settings).stripTrailing();
      console.out().println(text);
      return ExitCode.DONE;
    }
    Study study = configuration.read();
    PlanJob.Again again = new PlanJob.Again(retryFailed, rerunLacking);
    Plan plan = new PlanJob(study, finished(), again).run();
    if (list && plan.pending().isEmpty()) {
      new PlanTables(plan).sentences().forEach(console::say);
    }
    if (list || common.format != Format.TABLE) {
      console.note(study.notes()); // the table for people has them as rows
    }
    print(new PlanTables(plan));
    return ExitCode.DONE;
  }

  /** Spark starts only where there is something to read. */
  private Map<String, Finished> finished() throws IOException {
    Sessions sessions = common.spark.sessions();
    common
        .store()
        .unwritable(sessions.hadoop())
        .ifPresent(
            why -> console.say("a sweep could not write the store " + common.out + ": " + why));
    if (!common.store().hasRuns(sessions.hadoop())) {
      return Map.of();
    }
    try (SparkSession session = sessions.open("plan")) {
      Store.Known known = common.store().finished(session);
      console.leftOut(known.damages());
      return known.runs();
    }
  }

  private void print(PlanTables plan) {
    if (list && common.format == Format.TABLE) {
      lines(plan.list());
    } else if (common.format == Format.JSON && !list) {
      console.out().println(Format.json(plan.json()));
    } else {
      Table table = common.format == Format.TABLE ? plan.table() : plan.items();
      common.format.print(list ? plan.list() : table, console.out(), console.colour());
    }
  }

  /** Without a header, so that lines can be counted. */
  private void lines(Table runs) {
    for (List<@Nullable Object> row : runs.rows()) {
      StringBuilder line = new StringBuilder(Format.text(row.get(0)));
      for (int i = 1; i < row.size(); i++) {
        line.append(' ').append(runs.columns().get(i)).append('=').append(Format.text(row.get(i)));
      }
      console.out().println(line);
    }
  }
}
