package io.grokgrid.learned;

import io.grokgrid.checkpoints.CheckpointJob;
import io.grokgrid.console.Console;
import io.grokgrid.console.ExitCode;
import io.grokgrid.console.Progress;
import io.grokgrid.console.Table;
import io.grokgrid.options.Claiming;
import io.grokgrid.options.Options;
import io.grokgrid.session.Sessions;
import io.grokgrid.sql.Questions;
import io.grokgrid.sql.RefusedSql;
import io.grokgrid.sql.SqlFaults;
import io.grokgrid.store.Claim;
import io.grokgrid.store.Damage;
import io.grokgrid.store.Store;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.sql.SparkSession;
import org.slf4j.LoggerFactory;

/**
 * Does an activity as one Spark job, with the store's claim, and says how it went.
 *
 * @param waits whether to wait while another holds the store
 */
record CheckpointRun(Console console, Options.Common common, Activity activity, boolean waits) {
  /** A message names this many. */
  private static final int NAMED = 5;

  private static final int NAMED_FAILURES = 20;

  /**
   * Does what is missing and prints the summary.
   *
   * @return an {@link ExitCode}
   */
  int run() throws Exception {
    Sessions sessions = common.spark.sessions();
    try {
      if (activity.where() != null) {
        Questions.require(null, activity.where(), CheckpointJob.RUNS, sessions.settings());
      }
      if (common.warnOfAnEmptyStore(console)) {
        print(activity.nothing());
        return ExitCode.DONE;
      }
      AtomicBoolean lost = new AtomicBoolean();
      Claiming claiming =
          new Claiming(common.store(), sessions.hadoop(), activity.command(), waits, console);
      try (Claim claim = claiming.take(() -> lose(lost))) {
        int code = run(sessions, claim.held(common.store()));
        return lost.get() ? ExitCode.BROKEN : code;
      }
    } catch (StackOverflowError e) {
      throw new RefusedSql("SQL must be nested less deeply", e);
    } catch (Exception e) {
      throw SqlFaults.of(e);
    }
  }

  private void lose(AtomicBoolean lost) {
    lost.set(true);
    console.say(Claim.LOST + ": what is in flight ends");
    Progress.stopCurrent();
  }

  private int run(Sessions sessions, Store held) throws Exception {
    try (SparkSession session =
        sessions.withDefaults(CheckpointJob.SETTINGS).open(activity.command())) {
      CheckpointJob.Done done = activity.run(session, held, new Teller());
      sayFailures(done);
      print(activity.summary(session, done));
      return exitCode(done);
    }
  }

  private void print(Table table) {
    common.format.print(table, console.out(), console.colour());
  }

  private void sayFailures(CheckpointJob.Done done) {
    List<String> failures = done.failures();
    failures.stream().limit(NAMED_FAILURES).forEach(console::say);
    if (failures.size() > NAMED_FAILURES) {
      failures.forEach(LoggerFactory.getLogger(CheckpointRun.class)::warn);
      console.say(".. " + (failures.size() - NAMED_FAILURES) + " more, see the log");
    }
    if (done.mendable()) {
      console.say(
          "verify --repair takes runs out whose row cannot be, or that lack a whole checkpoint, to"
              + " be trained again");
    }
  }

  private int exitCode(CheckpointJob.Done done) {
    if (done.interrupted()) {
      console.say(
          "interrupted: %s left; the same command goes on"
              .formatted(
                  done.missing() == 1 ? "1 checkpoint is" : done.missing() + " checkpoints are"));
      return ExitCode.INTERRUPTED;
    }
    if (done.missing() > 0) {
      console.say(
          count(done.missing(), "checkpoint")
              + (done.missing() == 1 ? " has" : " have")
              + " no row although all tasks ended");
      return ExitCode.BROKEN;
    }
    return done.failures().isEmpty() ? ExitCode.DONE : ExitCode.FAILED_RUNS;
  }

  private static String count(int number, String thing) {
    return number + " " + thing + (number == 1 ? "" : "s");
  }

  /** Says what goes on. */
  private final class Teller implements CheckpointJob.Listener {
    private final Activity.Words words = activity.words();

    @Override
    public void damaged(List<Damage> damages) {
      console.leftOut(damages);
    }

    @Override
    public void withoutCheckpoints(List<String> runIds) {
      if (!runIds.isEmpty()) {
        String named = String.join(", ", runIds.subList(0, Math.min(NAMED, runIds.size())));
        console.say(
            "%d %s no checkpoints (%s%s): record.checkpoints keeps some, of runs that are trained"
                    .formatted(
                        runIds.size(),
                        runIds.size() == 1 ? "run kept" : "runs kept",
                        named,
                        runIds.size() > NAMED ? ", .." : "")
                + " with it");
      }
    }

    @Override
    public void pending(int pending, int runs, int checkpoints) {
      console.say(sentence(pending, runs, checkpoints));
    }

    private String sentence(int pending, int runs, int checkpoints) {
      if (runs == 0) {
        return "no run " + words.noRuns();
      }
      if (checkpoints == 0) {
        return "there is no checkpoint to " + words.verb();
      }
      String all = count(checkpoints, "checkpoint") + " of " + count(runs, "run");
      if (pending > 0) {
        return "%d of %s %s %s"
            .formatted(pending, all, pending == 1 ? "lacks" : "lack", words.things());
      }
      return checkpoints == 1
          ? "nothing is missing: the " + all + " is " + words.done()
          : "nothing is missing: all " + all + " are " + words.done();
    }

    @Override
    public Progress show(Map<String, Double> seconds) {
      return activity.progress(seconds).show();
    }
  }
}
