package io.grokgrid.cli;

import io.grokgrid.config.Study;
import io.grokgrid.console.Console;
import io.grokgrid.console.ExitCode;
import io.grokgrid.console.Progress;
import io.grokgrid.console.Table;
import io.grokgrid.jobs.AnalyzeJob;
import io.grokgrid.session.Sessions;
import io.grokgrid.sql.Questions;
import io.grokgrid.sql.RefusedSql;
import io.grokgrid.sql.SqlFaults;
import io.grokgrid.store.Claim;
import io.grokgrid.store.Damage;
import io.grokgrid.store.Views;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Analyses of the checkpoints that runs of a store kept, as one Spark job.
 *
 * @param restriction which runs
 * @param study if any, only those of its grid
 * @param analyses names
 * @param waits whether to wait while another holds the store
 */
record StoreAnalysis(
    Console console,
    Options.Common common,
    Views.Restriction restriction,
    @Nullable Study study,
    List<String> analyses,
    boolean waits) {
  /** A message names this many. */
  private static final int NAMED = 5;

  private static final int NAMED_FAILURES = 20;

  /** Does what is missing and prints the summary. */
  int run() throws Exception {
    Sessions sessions = common.spark.sessions();
    try {
      Questions.require(null, restriction.where(), AnalyzeJob.RUNS, sessions.settings());
      if (common.warnOfAnEmptyStore(console)) {
        print(new AnalyzeJob.Analyses(0, 0, 0, 0, List.of(), false, 0, 0, false));
        return ExitCode.DONE;
      }
      AtomicBoolean lost = new AtomicBoolean();
      Claiming claiming =
          new Claiming(common.store(), sessions.hadoop(), "analyze", waits, console);
      try (Claim unused = claiming.take(() -> lose(lost))) {
        int code = analyze(sessions);
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
    console.say("another took the store meanwhile: the checkpoints in flight are finished");
    Progress.stopCurrent();
  }

  private int analyze(Sessions sessions) throws Exception {
    try (SparkSession session = sessions.withDefaults(AnalyzeJob.SETTINGS).open("analyze")) {
      AnalyzeJob job = new AnalyzeJob(session, common.store(), restriction, study, analyses);
      AnalyzeJob.Analyses found = job.run(new Teller(console));
      sayFailures(found);
      print(found);
      return exitCode(found);
    }
  }

  private void print(AnalyzeJob.Analyses found) {
    common.format.print(table(found), console.out(), console.colour());
  }

  static Table table(AnalyzeJob.Analyses found) {
    return new Table(
        List.of("runs", "checkpoints", "done_before", "analysed", "failed", "seconds"),
        List.of(
            Arrays.<@Nullable Object>asList(
                found.runs(),
                found.checkpoints(),
                found.doneBefore(),
                found.analysed(),
                found.failures().size(),
                found.seconds())));
  }

  private void sayFailures(AnalyzeJob.Analyses found) {
    List<String> failures = found.failures();
    failures.stream().limit(NAMED_FAILURES).forEach(console::say);
    if (failures.size() > NAMED_FAILURES) {
      failures.forEach(LoggerFactory.getLogger(StoreAnalysis.class)::warn);
      console.say(".. " + (failures.size() - NAMED_FAILURES) + " more, see the log");
    }
    if (found.mendable()) {
      console.say(
          "verify --repair takes runs out whose row cannot be, or that lack a whole checkpoint, to"
              + " be trained again");
    }
  }

  private int exitCode(AnalyzeJob.Analyses found) {
    if (found.interrupted()) {
      console.say(
          "interrupted: %s left; the same command goes on"
              .formatted(
                  found.missing() == 1 ? "1 checkpoint is" : found.missing() + " checkpoints are"));
      return ExitCode.INTERRUPTED;
    }
    if (found.missing() > 0) {
      console.say(
          count(found.missing(), "checkpoint")
              + (found.missing() == 1 ? " has" : " have")
              + " no row although all tasks ended");
      return ExitCode.BROKEN;
    }
    return found.failures().isEmpty() ? ExitCode.DONE : ExitCode.FAILED_RUNS;
  }

  private static String count(int number, String thing) {
    return number + " " + thing + (number == 1 ? "" : "s");
  }

  /** Says what goes on. */
  private record Teller(Console console) implements AnalyzeJob.Listener {
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

    private static String sentence(int pending, int runs, int checkpoints) {
      if (runs == 0) {
        return "no run that ended fulfils the condition";
      }
      if (checkpoints == 0) {
        return "there is no checkpoint to analyse";
      }
      String all = count(checkpoints, "checkpoint") + " of " + count(runs, "run");
      if (pending > 0) {
        return "%d of %s %s analyses".formatted(pending, all, pending == 1 ? "lacks" : "lack");
      }
      return checkpoints == 1
          ? "nothing is missing: the " + all + " is analysed"
          : "nothing is missing: all " + all + " are analysed";
    }

    @Override
    public Progress show(Map<String, Double> seconds) {
      return Progress.ofCheckpoints(seconds, console.err(), Console.isLive()).show();
    }
  }
}
