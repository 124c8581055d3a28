package io.grokgrid.compact;

import io.grokgrid.console.Console;
import io.grokgrid.console.ExitCode;
import io.grokgrid.console.Table;
import io.grokgrid.options.Claiming;
import io.grokgrid.options.Options;
import io.grokgrid.store.Claim;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code compact}. */
@Command(
    name = "compact",
    header = "Rewrites many small files of rows as few large ones, with the same rows.",
    description = {
      "Files of one submission become one of up to about 128 MB; every column of every row stays as"
          + " it is. Of rows that verify finds twice the newest stays, which the views show; a file"
          + " that held others is kept in OUT/removed. Damaged files are named and stay.",
      "Killed at any moment it loses nothing: the next command that writes to the store ends what"
          + " was begun. Commands that read go on beside it."
    },
    footer = {"", "Examples:", "  grokgrid compact", "  grokgrid compact --out s3a://bucket/out"})
public final class CompactCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private Options.Common common = new Options.Common();

  @Option(names = "--wait", description = "Waits while another holds the store, a day at most.")
  private boolean wait;

  public CompactCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    if (common.warnOfAnEmptyStore(console)) {
      return ExitCode.DONE;
    }
    Claiming claiming =
        new Claiming(common.store(), common.spark.sessions().hadoop(), "compact", wait, console);
    try (Claim claim = claiming.take(() -> console.say(Claim.LOST));
        SparkSession session = common.spark.sessions().open("compact")) {
      BooleanSupplier lost =
          () -> {
            claim.renew(); // looks whose it is
            return claim.isLost();
          };
      CompactJob.Done done = new CompactJob(session, common.store(), console, lost).run();
      console.leftOut(done.damages());
      if (done.rows().stream().noneMatch(CompactJob.Compacted::isChanged)) {
        console.say("nothing to do: no submission has several small files");
      }
      common.format.print(table(done), console.out(), console.colour());
      return ExitCode.DONE;
    }
  }

  private static Table table(CompactJob.Done done) {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (CompactJob.Compacted each : done.rows()) {
      rows.add(
          Arrays.<@Nullable Object>asList(
              each.rows(),
              each.filesBefore(),
              each.filesAfter(),
              each.bytesBefore(),
              each.bytesAfter(),
              each.doubled()));
    }
    return new Table(
        List.of(
            "rows", "files_before", "files_after", "bytes_before", "bytes_after", "doubled_rows"),
        rows);
  }
}
