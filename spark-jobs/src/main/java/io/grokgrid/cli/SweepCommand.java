package io.grokgrid.cli;

import io.grokgrid.config.PlannedRun;
import io.grokgrid.config.Study;
import io.grokgrid.console.Console;
import io.grokgrid.console.ExitCode;
import io.grokgrid.console.Progress;
import io.grokgrid.console.Table;
import io.grokgrid.jobs.Plan;
import io.grokgrid.jobs.PlanJob;
import io.grokgrid.jobs.SweepJob;
import io.grokgrid.keys.Key;
import io.grokgrid.options.Claiming;
import io.grokgrid.options.Options;
import io.grokgrid.run.SweepSpec;
import io.grokgrid.session.Sessions;
import io.grokgrid.session.SparkRows;
import io.grokgrid.store.Claim;
import io.grokgrid.store.Damage;
import io.grokgrid.store.Store;
import io.grokgrid.tables.Clauses;
import io.grokgrid.train.Milestones;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.sql.SparkSession;
import org.slf4j.LoggerFactory;
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
      "  grokgrid sweep conf/quickstart.conf",
      "  grokgrid sweep conf/census.conf --set record.checkpoints=12 --rerun-lacking",
      "  grokgrid sweep conf/census.conf --master spark://host:7077 --out s3a://b/out",
      "",
      "One sweep at a time writes to a store; a second one ends with 1, or waits with --wait.",
      "Ends with 3 where the store holds a failed or diverged run of the grid."
    })
final class SweepCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private Options.StudyFile configuration = new Options.StudyFile();
  @Mixin private Options.Common common = new Options.Common();

  @Option(names = "--retry-failed", description = "Trains failed and diverged runs again.")
  private boolean retryFailed;

  @Option(
      names = "--rerun-lacking",
      description =
          "Trains finished runs again that lack what record asks for now, such as checkpoints.")
  private boolean rerunLacking;

  @Option(
      names = "--wait",
      description = "Waits while another sweep holds the store, a day at most.")
  private boolean wait;

  SweepCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    Study study = configuration.read();
    Sessions sessions = common.spark.sessions();
    if (study.sweep().gpus() > 0 && sessions.isLocal()) {
      console.say(
          "sweep.gpus must be 0 on the master %s, which offers no GPU, was %d; a cluster on this"
                  .formatted(sessions.masterUrl(), study.sweep().gpus())
              + " machine does: grokgrid cluster start --gpus N");
      return ExitCode.REFUSED;
    }
    AtomicBoolean lost = new AtomicBoolean();
    Claiming claiming =
        new Claiming(
            common.store(), sessions.hadoop(), "sweep " + study.sweep().name(), wait, console);
    try (Claim claim = claiming.take(() -> lose(lost))) {
      int code = sweep(study, claim, sessions);
      return lost.get() ? ExitCode.BROKEN : code;
    }
  }

  private PlanJob.Again again() {
    return new PlanJob.Again(retryFailed, rerunLacking);
  }

  /** Another took the store: this process was suspended for long, or cut off from it. */
  private void lose(AtomicBoolean lost) {
    lost.set(true);
    console.say(Claim.LOST + ": the runs in flight end, and save nothing");
    Progress.stopCurrent();
  }

  private int sweep(Study study, Claim claim, Sessions sessions) throws IOException {
    Store store = claim.held(common.store());
    try (SparkSession session =
        sessions.withDefaults(SweepJob.settings(study.sweep())).open("sweep")) {
      SweepJob sweep = new SweepJob(session, store, study, again());
      SweepJob.Swept swept = sweep.run(new Teller(study, console));
      if (!swept.interrupted()) {
        Table summary = SparkRows.table(sweep.summary());
        common.format.print(summary, console.out(), console.colour());
        sayWhatToAsk(study, swept.nearMisses());
      }
      return exitCode(swept, study.sweep());
    } catch (Exception e) {
      claim.renew();
      if (claim.isLost()) {
        LoggerFactory.getLogger(SweepCommand.class).warn("the store was lost", e);
        return ExitCode.BROKEN;
      }
      throw e;
    }
  }

  /** Says what goes on. */
  private record Teller(Study study, Console console) implements SweepJob.Listener {
    @Override
    public void damaged(List<Damage> damages) {
      console.leftOut(damages);
    }

    @Override
    public void planned(Plan plan) {
      console.note(study.notes());
      new PlanTables(plan).sentences().forEach(console::say);
    }

    @Override
    public Progress show(List<PlannedRun> runs) {
      return new Progress(runs, console.err(), Console.isLive()).show();
    }
  }

  /** What can be asked of the answer. */
  private void sayWhatToAsk(Study study, int nearMisses) {
    if (nearMisses > 0) {
      console.say(
          "%d runs ended short of test accuracy %s: query near_misses says by how much"
              .formatted(nearMisses, Milestones.REACHED));
    }
    study.axes().entrySet().stream()
        .filter(axis -> axis.getValue().size() > 1)
        .map(axis -> Key.of(axis.getKey()).column())
        .filter(axis -> !Clauses.axes(List.of(axis)).isEmpty())
        .findFirst()
        .ifPresent(
            axis ->
                console.say("query effect --axis " + axis + " says whether it makes a difference"));
  }

  private int exitCode(SweepJob.Swept swept, SweepSpec sweep) {
    if (swept.interrupted()) {
      console.say(
          "%s: %d runs are left; the same command goes on from the states that they saved"
              .formatted(
                  sweep.maxHours() > 0 ? "interrupted, or max_hours spent" : "interrupted",
                  swept.missing()));
      return ExitCode.INTERRUPTED;
    }
    if (swept.missing() > 0) {
      console.say(swept.missing() + " runs have no row although the sweep ended");
      return ExitCode.BROKEN;
    }
    if (swept.failures() > 0) {
      console.say(
          swept.failures()
              + " runs failed or diverged; grokgrid query failures says why, --retry-failed trains"
              + " them again");
      return ExitCode.FAILED_RUNS;
    }
    return ExitCode.DONE;
  }
}
