package io.grokgrid.transfer;

import io.grokgrid.console.Console;
import io.grokgrid.options.Options;
import io.grokgrid.store.Store;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code copy --to URI}. */
@Command(
    name = "copy",
    header = "Copies runs of the store --out, with all that belongs to them, to another store.",
    description = {
      "All runs, or those of --sweep, --where and --conf: their rows, checkpoints, what analyze and llc"
          + " found, and the states of those that were out of time; of all runs also the states of"
          + " those that have not ended, so that they go on there. Everything is read again once it"
          + " is written. Nothing is overwritten: a run that both have stays as it is there, and is"
          + " named if its results differ. What is damaged is named and left out, with its run. The"
          + " same command again does what is missing."
    },
    footer = {
      "",
      "Examples:",
      "  grokgrid copy --to /backup/out",
      "  grokgrid copy --to /data/best --where \"grok_step IS NOT NULL\"",
      "",
      "Ends with 1 where something was left out."
    })
public final class CopyCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private Options.Common common = new Options.Common();
  @Mixin private Options.Which which = new Options.Which();

  @Option(
      names = "--to",
      required = true,
      paramLabel = "URI",
      converter = Options.OutConverter.class,
      description = "The store to copy to, on any Hadoop file system; made where there is none.")
  @SuppressWarnings("NullAway.Init") // a command line without it is refused
  private String to;

  @Option(names = "--wait", description = "Waits while another holds that store, a day at most.")
  private boolean wait;

  public CopyCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    Copying copying = new Copying(console, common, which, "copy", wait);
    return copying.run(common.store(), new Store(to));
  }
}
