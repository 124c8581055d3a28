package io.grokgrid.jobs;

import io.grokgrid.experiment.Study;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sweep CONF}. */
@Command(
    name = "sweep",
    header = "Trains what plan calls pending; the same command resumes a broken sweep.",
    footer = {
      "",
      "Examples:",
      "  grokgrid sweep conf/weight-decay.conf",
      "  grokgrid sweep conf/weight-decay.conf --master spark://host:7077 --out s3a://bucket/out",
      "",
      "Ends with 3 where the store holds a failed or diverged run of the grid."
    })
final class SweepCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private Options.Configuration configuration = new Options.Configuration();
  @Mixin private Options.Common common = new Options.Common();

  @Option(names = "--retry-failed", description = "Trains failed and diverged runs again.")
  private boolean retryFailed;

  SweepCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Study study = configuration.read();
    // SweepJob goes here.
    throw new UnsupportedOperationException(
        "sweep %s: %d runs, retry %s, to %s, format %s, log %s"
            .formatted(
                study.sweep().name(),
                study.runs().size(),
                retryFailed,
                common.store(),
                common.format,
                console.log()));
  }
}
