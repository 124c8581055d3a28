package io.grokgrid.transfer;

import io.grokgrid.console.Console;
import io.grokgrid.console.ExitCode;
import io.grokgrid.console.Sign;
import io.grokgrid.console.Table;
import io.grokgrid.options.Claiming;
import io.grokgrid.options.Options;
import io.grokgrid.sql.Questions;
import io.grokgrid.sql.RefusedSql;
import io.grokgrid.sql.SqlFaults;
import io.grokgrid.store.Claim;
import io.grokgrid.store.Store;
import io.grokgrid.store.Views;
import java.util.List;
import org.apache.spark.sql.SparkSession;

/**
 * Copies from one store to another, whose claim it takes, and says how it went.
 *
 * @param waits whether to wait while another process holds that store
 */
record Copying(
    Console console, Options.Common common, Options.Which which, String command, boolean waits) {
  private static final int NAMED = 20;

  /**
   * @return an {@link ExitCode}
   */
  int run(Store from, Store to) throws Exception {
    Views.Restriction restriction = restriction(common, which);
    if (!from.hasRuns(common.spark.sessions().hadoop())) {
      console.say("the store " + from.root() + " holds no runs yet");
    }
    Claiming claiming = new Claiming(to, common.spark.sessions().hadoop(), command, waits, console);
    try (Claim unused = claiming.take(() -> console.say(Claim.LOST));
        SparkSession session = common.spark.sessions().open(command)) {
      return done(new CopyJob(session, from, to, restriction, which.isAll()), from, to);
    } catch (StackOverflowError e) {
      throw new RefusedSql("SQL must be nested less deeply", e);
    } catch (Exception e) {
      throw SqlFaults.of(e);
    }
  }

  /** Refuses before Spark starts what is no condition. */
  static Views.Restriction restriction(Options.Common common, Options.Which which) {
    Views.Restriction restriction = which.restriction(which.study());
    if (which.where != null) {
      Questions.require(null, which.where, common.spark.sessions().settings());
    }
    return restriction;
  }

  private int done(CopyJob job, Store from, Store to) throws Exception {
    CopyJob.Done done;
    try (Sign sign = console.during("copying from %s to %s".formatted(from.root(), to.root()))) {
      done = job.run();
    }
    named(done.leftOut(), "left out: ");
    named(done.differing(), "stays as it is in " + to.root() + ", with other results: run ");
    common.format.print(table(done), console.out(), console.colour());
    return done.leftOut().isEmpty() ? ExitCode.DONE : ExitCode.BROKEN;
  }

  private void named(List<String> what, String before) {
    what.stream().limit(NAMED).forEach(each -> console.say(before + each));
    if (what.size() > NAMED) {
      console.say(before + (what.size() - NAMED) + " more");
    }
  }

  private static Table table(CopyJob.Done done) {
    return new Table(
        List.of(
            "runs",
            "checkpoints",
            "analyses",
            "states",
            "bytes",
            "there_already",
            "differing",
            "left_out"),
        List.of(
            List.of(
                done.runs(),
                done.checkpoints(),
                done.analyses(),
                done.states(),
                done.bytes(),
                done.there(),
                done.differing().size(),
                done.leftOut().size())));
  }
}
