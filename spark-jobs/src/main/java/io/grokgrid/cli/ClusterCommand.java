package io.grokgrid.cli;

import io.grokgrid.console.Console;
import io.grokgrid.console.ExitCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** {@code cluster}: stands in the help; the launching script does it, before any JVM starts. */
@Command(
    name = "cluster",
    header = "start, stop, status: a standalone Spark cluster on this machine.")
final class ClusterCommand implements Callable<Integer> {
  private final Console console;

  @Unmatched private List<String> rest = new ArrayList<>();

  ClusterCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    console.say("cluster " + String.join(" ", rest) + ": call submit/grokgrid, which does this");
    return ExitCode.REFUSED;
  }
}
