package io.grokgrid.transfer;

import io.grokgrid.console.Console;
import io.grokgrid.options.Options;
import io.grokgrid.store.Store;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code merge URI}. */
@Command(
    name = "merge",
    header = "Copies runs of another store, with all that belongs to them, to the store --out.",
    description = "As copy does it, the other way round: see grokgrid copy --help.",
    footer = {
      "",
      "Examples:",
      "  grokgrid merge /data/colleague/out",
      "  grokgrid merge hdfs://host/out --sweep weight-decay --out all",
      "",
      "Ends with 1 where something was left out."
    })
public final class MergeCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(
      paramLabel = "URI",
      converter = Options.OutConverter.class,
      description = "The store to copy from.")
  @SuppressWarnings("NullAway.Init") // a command line without it is refused
  private String from;

  @Mixin private Options.Common common = new Options.Common();
  @Mixin private Options.Which which = new Options.Which();

  @Option(names = "--wait", description = "Waits while another holds --out, a day at most.")
  private boolean wait;

  public MergeCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    Copying copying = new Copying(console, common, which, "merge", wait);
    return copying.run(new Store(from), common.store());
  }
}
