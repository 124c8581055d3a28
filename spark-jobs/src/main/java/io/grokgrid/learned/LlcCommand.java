package io.grokgrid.learned;

import io.grokgrid.config.Study;
import io.grokgrid.console.Console;
import io.grokgrid.options.Options;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code llc CONF}, {@code llc CONF --calibrate} and {@code llc --selftest}. */
@Command(
    name = "llc",
    header = "Estimates the local learning coefficient, and proves that it can.",
    description = {
      "With CONF alone: around every checkpoint that finished runs of its grid kept"
          + " (record.checkpoints), one Spark task each, with the settings of its section llc; into"
          + " OUT/analyses and so into the view measurements, as analysis llc, or llc_LABEL with"
          + " llc.label = LABEL. The same command again does what is missing. An estimate whose"
          + " chains fail their checks has no value, but a verdict that says why.",
      "With --calibrate: around a few of these checkpoints, where the estimate is flat over step"
          + " size, n_beta and localization; the last lines are settings for CONF.",
      "With --selftest: estimates of systems whose coefficient is known exactly. Ends with 1 where"
          + " one is off."
    },
    footer = {
      "",
      "Examples:",
      "  grokgrid llc --selftest",
      "  grokgrid llc conf/clock-pizza.conf --calibrate",
      "  grokgrid llc conf/clock-pizza.conf --last --runs \"outcome = 'grokked'\"",
      "  grokgrid llc conf/census.conf --set llc.label=longer --set llc.draws=20000",
      "",
      "Ends with 3 where a checkpoint could not be estimated."
    })
public final class LlcCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(
      arity = "0..1",
      paramLabel = "CONF",
      description = "The configuration whose runs the checkpoints are of.")
  private @Nullable Path file;

  @Mixin private Options.Settings settings = new Options.Settings();
  @Mixin private Options.Common common = new Options.Common();

  @Option(names = "--selftest", description = "Estimates what is known exactly.")
  private boolean selfTest;

  @Option(names = "--calibrate", description = "Looks for settings on a few checkpoints.")
  private boolean calibrate;

  @Option(
      names = "--runs",
      paramLabel = "SQL",
      description = "Only runs for which this condition over their columns holds.")
  private @Nullable String runs;

  @Option(names = "--last", description = "Only the last checkpoint of each run.")
  private boolean last;

  @Option(names = "--wait", description = "Waits while another holds the store, a day at most.")
  private boolean wait;

  @Spec
  @SuppressWarnings("NullAway.Init") // set before call
  private CommandSpec spec;

  public LlcCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    Path conf = file;
    if (selfTest) {
      boolean isAlone = conf == null && !calibrate && runs == null && !last && !wait;
      require(isAlone && settings.settings.isEmpty(), "--selftest takes no CONF and no choice");
      return new LlcSelfTest(console, common.format).run();
    }
    if (conf == null) {
      throw new ParameterException(spec.commandLine(), "needs CONF, or --selftest");
    }
    require(!calibrate || !(wait || last), "--calibrate takes neither --wait nor --last");
    return ofStore(settings.read(conf));
  }

  /** Only here is the store's side loaded, and with it Spark. */
  private int ofStore(Study study) throws Exception {
    if (calibrate) {
      return new LlcCalibration(console, common, study, runs).run();
    }
    Activity estimates = new StoreLlc(console, common.store(), study, runs, last);
    return new CheckpointRun(console, common, estimates, wait).run();
  }

  private void require(boolean holds, String rule) {
    if (!holds) {
      throw new ParameterException(spec.commandLine(), rule);
    }
  }
}
