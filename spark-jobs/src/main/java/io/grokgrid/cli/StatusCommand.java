package io.grokgrid.cli;

import io.grokgrid.console.Console;
import io.grokgrid.console.ExitCode;
import io.grokgrid.console.Table;
import io.grokgrid.jobs.StatusJob;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
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
      Table status = new StatusJob(session, common.store(), console).run();
      common.format.print(status, console.out(), console.colour());
    }
    return ExitCode.DONE;
  }
}
