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
      common.warnOfAnEmptyStore(console);
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
    Progress.current().stop();
  }

  private int analyze(Sessions sessions) throws Exception {
    try (SparkSession session = sessions.withDefaults(AnalyzeJob.SETTINGS).open("analyze")) {
      AnalyzeJob job = new AnalyzeJob(session, common.store(), restriction, study, analyses);
      AnalyzeJob.Analyses found = job.run(new Teller(console));
      sayFailures(found.failures());
      common.format.print(table(found), console.out(), console.colour());
      return exitCode(found);
    }
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

  private void sayFailures(List<String> failures) {
    failures.stream().limit(NAMED_FAILURES).forEach(console::say);
    if (failures.size() > NAMED_FAILURES) {
      console.say(failures.size() - NAMED_FAILURES + " more could not be analysed, see verify");
    }
  }

  private int exitCode(AnalyzeJob.Analyses found) {
    if (found.interrupted()) {
      console.say(
          "interrupted: %d checkpoints are left; the same command goes on"
              .formatted(found.missing()));
      return ExitCode.INTERRUPTED;
    }
    if (found.missing() > 0) {
      console.say(found.missing() + " checkpoints have no row although all tasks ended");
      return ExitCode.BROKEN;
    }
    return found.failures().isEmpty() ? ExitCode.DONE : ExitCode.FAILED_RUNS;
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
      console.say(
          runs == 0
              ? "no run that ended fulfils the condition"
              : pending == 0
                  ? "nothing is missing: all %d checkpoints of %d runs are analysed"
                      .formatted(checkpoints, runs)
                  : "%d of %d checkpoints of %d runs lack analyses"
                      .formatted(pending, checkpoints, runs));
    }

    @Override
    public Progress show(Map<String, Double> seconds) {
      return Progress.ofCheckpoints(seconds, console.err(), Console.isLive()).show();
    }
  }
}
