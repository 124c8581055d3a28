package io.grokgrid.cli;

import io.grokgrid.config.Study;
import io.grokgrid.console.Console;
import io.grokgrid.console.ExitCode;
import io.grokgrid.console.Table;
import io.grokgrid.jobs.StatusJob;
import io.grokgrid.options.Options;
import io.grokgrid.session.Sessions;
import io.grokgrid.sql.Questions;
import io.grokgrid.sql.SqlFaults;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code status}. */
@Command(
    name = "status",
    header = "What the store holds: runs a sweep and an outcome, in flight, failed and why.",
    description =
        "A run counts in every sweep whose grid holds it, whichever trained it; with --conf in that"
            + " configuration's alone.",
    footer = {
      "",
      "Examples:",
      "  grokgrid status",
      "  grokgrid status --conf conf/quickstart.conf",
      "  grokgrid status --out /data/out --format json"
    })
final class StatusCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private Options.Common common = new Options.Common();
  @Mixin private Options.Which which = new Options.Which();

  StatusCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    Study study = which.study();
    Sessions sessions = common.spark.sessions();
    try {
      if (which.where != null) {
        Questions.require(null, which.where, sessions.settings());
      }
      common.warnOfAnEmptyStore(console);
      try (SparkSession session = sessions.open("status")) {
        StatusJob job = new StatusJob(session, common.store(), which.restriction(study), study);
        StatusJob.Status status = job.run();
        console.leftOut(status.damages());
        common.format.print(table(status), console.out(), console.colour());
      }
      return ExitCode.DONE;
    } catch (Exception e) {
      throw SqlFaults.of(e);
    }
  }

  static Table table(StatusJob.Status status) {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (StatusJob.InFlight each : status.inFlight()) {
      String detail =
          "%s, step %d%s"
              .formatted(
                  each.saved().runId(),
                  each.saved().step(),
                  status.isHeld() ? "" : ", interrupted: the same sweep goes on with it");
      rows.add(Arrays.<@Nullable Object>asList(each.sweep(), "in_flight", 1L, null, detail));
    }
    for (StatusJob.Ended ended : status.ended()) {
      rows.add(
          Arrays.<@Nullable Object>asList(
              ended.sweep(), ended.outcome(), ended.runs(), ended.last(), ended.detail()));
    }
    return new Table(List.of("sweep", "outcome", "runs", "last_finished", "detail"), rows);
  }
}
