package io.grokgrid.cli;

import io.grokgrid.config.Study;
import io.grokgrid.console.Console;
import io.grokgrid.console.ExitCode;
import io.grokgrid.console.Table;
import io.grokgrid.jobs.VerifyJob;
import io.grokgrid.jobs.VerifyJob.Finding;
import io.grokgrid.options.Claiming;
import io.grokgrid.options.Options;
import io.grokgrid.store.Claim;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code verify [CONF]}. */
@Command(
    name = "verify",
    header = "Proves the store whole: every file readable, every row true to itself, no run twice.",
    description = {
      "With CONF, also names what of its grid is missing. Ends with 1 where something is found.",
      "--repair moves what is wrong to OUT/removed: damaged files, rows that contradict themselves or"
          + " are there twice, damaged checkpoints, and the rows of runs without all of theirs. The"
          + " next sweep trains what is then missing."
    },
    footer = {
      "",
      "Examples:",
      "  grokgrid verify",
      "  grokgrid verify conf/quickstart.conf",
      "  grokgrid verify --out /data/out --repair"
    })
final class VerifyCommand implements Callable<Integer> {
  /** A row names this many of the things that are wrong. */
  private static final int NAMED = 20;

  private final Console console;

  @Parameters(
      arity = "0..1",
      paramLabel = "CONF",
      description = "A configuration whose whole grid must be there.")
  private @Nullable Path file;

  @Mixin private Options.Settings settings = new Options.Settings();
  @Mixin private Options.Common common = new Options.Common();

  @Option(names = "--repair", description = "Takes out what is wrong, and verifies again.")
  private boolean repair;

  VerifyCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    Study study = file == null ? null : settings.read(file);
    common.store().hasRuns(common.spark.sessions().hadoop());
    return repair ? repair(study) : verify(study);
  }

  private int repair(@Nullable Study study) throws IOException {
    Claiming claiming =
        new Claiming(
            common.store(), common.spark.sessions().hadoop(), "verify --repair", false, console);
    try (Claim unused = claiming.take(() -> console.say(Claim.LOST))) {
      return verify(study);
    }
  }

  private int verify(@Nullable Study study) throws IOException {
    try (SparkSession session = common.spark.sessions().open("verify")) {
      VerifyJob job = new VerifyJob(session, common.store(), study);
      if (repair) {
        job.repair(console::say);
      }
      VerifyJob.Verdict verdict = job.run();
      common.format.print(table(verdict, study), console.out(), console.colour());
      return verdict.isWhole() ? ExitCode.DONE : ExitCode.BROKEN;
    }
  }

  static Table table(VerifyJob.Verdict verdict, @Nullable Study study) {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (Finding finding : verdict.findings()) {
      String outOf =
          switch (finding.check()) {
            case VerifyJob.UNREADABLE -> "%d are whole".formatted(verdict.wholeFiles());
            case VerifyJob.MISSING -> "of %d".formatted(study == null ? 0 : study.runs().size());
            default -> "";
          };
      rows.add(List.of(finding.check(), finding.wrong().size(), detail(finding, outOf)));
    }
    return new Table(List.of("check", "found", "detail"), rows);
  }

  /** What was looked at, what is wrong, and what to do. */
  private static String detail(Finding finding, String outOf) {
    List<String> wrong = finding.wrong();
    if (wrong.isEmpty()) {
      return outOf;
    }
    String named = String.join(", ", wrong.subList(0, Math.min(wrong.size(), NAMED)));
    return (outOf.isEmpty() ? "" : outOf + "; ")
        + named
        + (wrong.size() > NAMED ? ", .." : "")
        + mend(finding.check());
  }

  private static String mend(String check) {
    return switch (check) {
      case VerifyJob.NO_STORE -> " holds no runs";
      case VerifyJob.DOUBLED -> "; compact takes the older rows out";
      case VerifyJob.STRAY_ANALYSES, VerifyJob.DOUBLED_ANALYSES ->
          "; verify --repair takes these rows out, analyze and llc make again what is missing";
      case VerifyJob.CHECKPOINTS -> "; verify --repair takes these runs out, to be trained again";
      default -> "";
    };
  }
}
