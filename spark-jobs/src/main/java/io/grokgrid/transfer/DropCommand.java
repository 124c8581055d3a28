package io.grokgrid.transfer;

import io.grokgrid.console.Console;
import io.grokgrid.console.ExitCode;
import io.grokgrid.console.Sign;
import io.grokgrid.console.Table;
import io.grokgrid.options.Claiming;
import io.grokgrid.options.Options;
import io.grokgrid.sql.RefusedSql;
import io.grokgrid.sql.SqlFaults;
import io.grokgrid.store.Claim;
import io.grokgrid.store.Views;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code drop}. */
@Command(
    name = "drop",
    header = "Takes runs out of the store, with all that it keeps of them.",
    description = {
      "Shows how much goes, by sweep and outcome; nothing goes without --yes, or a yes on the"
          + " terminal. What goes: rows, older ones of the same runs too, saved states, checkpoints"
          + " and what analyze and llc found. Killed in the middle it costs no other run anything,"
          + " and the same command again ends it.",
      "A run that has not ended yet has no row, and so no sweep and no columns to choose it by: its"
          + " saved state stays."
    },
    footer = {
      "",
      "Examples:",
      "  grokgrid drop --sweep first-try",
      "  grokgrid drop --where \"outcome = 'failed'\" --yes",
      "  grokgrid drop --conf conf/quickstart.conf",
      "  grokgrid drop --sweep first-try --where \"weight_decay = 0\" --yes"
    })
public final class DropCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private Options.Common common = new Options.Common();
  @Mixin private Options.Which which = new Options.Which();

  @Option(names = "--yes", description = "Takes them out without asking.")
  private boolean yes;

  @Option(names = "--wait", description = "Waits while another holds the store, a day at most.")
  private boolean wait;

  @Spec
  @SuppressWarnings("NullAway.Init") // set before call
  private CommandSpec spec;

  public DropCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    if (which.isAll()) {
      throw new ParameterException(
          spec.commandLine(),
          "says which runs: --sweep, --where, --conf or several (--where true is all)");
    }
    Views.Restriction restriction = Copying.restriction(common, which);
    if (common.warnOfAnEmptyStore(console)) {
      return ExitCode.DONE;
    }
    try (SparkSession session = common.spark.sessions().open("drop")) {
      return drop(new DropJob(session, common.store(), restriction));
    } catch (StackOverflowError e) {
      throw new RefusedSql("SQL must be nested less deeply", e);
    } catch (Exception e) {
      throw SqlFaults.of(e);
    }
  }

  private int drop(DropJob job) throws IOException {
    Belongings found;
    try (Sign sign = console.during("reading the store")) {
      found = job.find(console::leftOut);
    }
    if (found.runs().isEmpty()) {
      console.say("no run of the store is one of these");
      return ExitCode.DONE;
    }
    if (yes) {
      take(job, found.runs().keySet());
    }
    common.format.print(table(found), console.out(), console.colour());
    console.out().flush();
    if (yes) {
      return ExitCode.DONE;
    }
    if (!isAnsweredYes(found.runs().size())) {
      console.say("nothing was taken out; --yes takes these out");
      return ExitCode.DONE;
    }
    take(job, found.runs().keySet());
    return ExitCode.DONE;
  }

  /** Only a terminal is asked. */
  private boolean isAnsweredYes(int runs) throws IOException {
    if (!Console.isAnswered()) {
      return false;
    }
    console.err().print("grokgrid: take these " + runs + " runs out? [y/N] ");
    console.err().flush();
    String answer =
        new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset())).readLine();
    return answer != null && answer.strip().matches("(?i)y(es)?");
  }

  private void take(DropJob job, Set<String> confirmed) throws IOException {
    Claiming claiming =
        new Claiming(common.store(), common.spark.sessions().hadoop(), "drop", wait, console);
    try (Claim unused = claiming.take(() -> console.say(Claim.LOST));
        Sign sign = console.during("taking " + confirmed.size() + " runs out")) {
      Belongings.Size gone = job.run(confirmed);
      console.say(
          (gone.runs() == 1 ? "1 run is" : gone.runs() + " runs are") + " out of the store");
    }
  }

  private static Table table(Belongings found) {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    found.sizes().forEach((group, size) -> rows.add(row(group.sweep(), group.outcome(), size)));
    if (rows.size() > 1) {
      rows.add(row(null, "all", found.size()));
    }
    return new Table(
        List.of("sweep", "outcome", "runs", "rows", "states", "checkpoints", "analyses", "bytes"),
        rows);
  }

  private static List<@Nullable Object> row(
      @Nullable String sweep, String outcome, Belongings.Size size) {
    return Arrays.<@Nullable Object>asList(
        sweep,
        outcome,
        size.runs(),
        size.rows(),
        size.states(),
        size.checkpoints(),
        size.analyses(),
        size.bytes());
  }
}
