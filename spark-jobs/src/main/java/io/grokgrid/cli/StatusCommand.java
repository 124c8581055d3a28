package io.grokgrid.cli;

import io.grokgrid.console.Console;
import io.grokgrid.console.ExitCode;
import io.grokgrid.console.Table;
import io.grokgrid.jobs.StatusJob;
import io.grokgrid.options.Options;
import io.grokgrid.store.SavedRuns.SavedState;
import java.io.IOException;
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
    footer = {
      "",
      "Examples:",
      "  grokgrid status",
      "  grokgrid status --out /data/out --format json"
    })
final class StatusCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private Options.Common common = new Options.Common();

  StatusCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    common.warnOfAnEmptyStore(console);
    try (SparkSession session = common.spark.sessions().open("status")) {
      StatusJob.Status status = new StatusJob(session, common.store()).run();
      console.leftOut(status.damages());
      common.format.print(table(status), console.out(), console.colour());
    }
    return ExitCode.DONE;
  }

  static Table table(StatusJob.Status status) {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (SavedState state : status.inFlight()) {
      String detail = "%s, step %d".formatted(state.runId(), state.step());
      rows.add(Arrays.<@Nullable Object>asList(null, "in_flight", 1L, null, detail));
    }
    for (StatusJob.Ended ended : status.ended()) {
      rows.add(
          Arrays.<@Nullable Object>asList(
              ended.sweep(), ended.outcome(), ended.runs(), ended.last(), ended.detail()));
    }
    return new Table(List.of("sweep", "outcome", "runs", "last_finished", "detail"), rows);
  }
}
