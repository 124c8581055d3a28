package io.grokgrid.learned;

import io.grokgrid.battery.Battery;
import io.grokgrid.checkpoints.Choice;
import io.grokgrid.config.Study;
import io.grokgrid.console.Console;
import io.grokgrid.console.ExitCode;
import io.grokgrid.options.Options;
import io.grokgrid.store.Views;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code analyze CONF --weights F} and {@code analyze --runs SQL}. */
@Command(
    name = "analyze",
    header = "Says what networks learned: every analysis, on weights from anywhere or of a store.",
    description = {
      "With --weights: of the network that CONF's one run describes. An analysis that says nothing"
          + " about it tells why. The last line is the finding in words.",
      "With --runs: of every checkpoint that these runs of the store kept (record.checkpoints), into"
          + " OUT/analyses and so into the view measurements. The same command again does what is"
          + " missing."
    },
    footer = {
      "",
      "Examples:",
      "  grokgrid analyze model.conf --weights model.safetensors",
      "  grokgrid analyze model.conf --weights model.safetensors --only loss,progress",
      "  grokgrid analyze --runs true",
      "  grokgrid analyze --runs \"weight_decay >= 1 AND outcome = 'grokked'\"",
      "",
      "--runs ends with 3 where a checkpoint could not be analysed."
    })
public final class AnalyzeCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(
      arity = "0..1",
      paramLabel = "CONF",
      description =
          "The configuration whose run the weights are of; with --runs, only runs of its grid.")
  private @Nullable Path file;

  @Mixin private Options.Settings settings = new Options.Settings();
  @Mixin private Options.Common common = new Options.Common();

  @Option(names = "--weights", paramLabel = "FILE", description = "Weights, a safetensors file.")
  private @Nullable Path weights;

  @Option(
      names = "--runs",
      paramLabel = "SQL",
      description = "Runs of the store for which this condition over their columns holds.")
  private @Nullable String runs;

  @Option(
      names = "--only",
      paramLabel = "A,B",
      split = ",",
      completionCandidates = Names.class,
      description = "Only these analyses, of ${COMPLETION-CANDIDATES}.")
  private @Nullable List<String> only;

  @Option(
      names = "--sweep",
      paramLabel = "NAME",
      description = "With --runs: only runs of this sweep.")
  private @Nullable String sweep;

  @Option(
      names = "--wait",
      description = "With --runs: waits while another holds the store, a day at most.")
  private boolean wait;

  @Spec
  @SuppressWarnings("NullAway.Init") // set before call
  private CommandSpec spec;

  /** Of all analyses, where the help asks for them. */
  static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Battery.names().iterator();
    }
  }

  public AnalyzeCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    require((weights == null) != (runs == null), "needs either --weights FILE or --runs SQL");
    Battery battery =
        only == null
            ? Battery.all()
            : Battery.of(only.stream().map(String::strip).toList(), "--only");
    Path given = weights;
    if (given != null) {
      require(sweep == null && !wait, "--sweep and --wait need --runs");
      return analyze(battery, given);
    }
    Study study = file == null ? null : settings.read(file);
    return ofStore(study, battery.asked());
  }

  /** Only here is the store's side loaded, and with it Spark. */
  private int ofStore(@Nullable Study study, List<String> analyses) throws Exception {
    Views.Restriction restriction = new Views.Restriction(sweep, runs);
    Choice choice = new Choice(restriction, study, false);
    Activity activity = new StoreAnalysis(console, common.store(), choice, analyses);
    return new CheckpointRun(console, common, activity, wait).run();
  }

  private int analyze(Battery battery, Path weights) {
    require(file != null, "--weights needs a CONF that describes their network");
    Path conf = Objects.requireNonNull(file);
    new WeightsAnalysis(console, common.format, battery, weights).print(settings.read(conf), conf);
    return ExitCode.DONE;
  }

  private void require(boolean holds, String rule) {
    if (!holds) {
      throw new ParameterException(spec.commandLine(), rule);
    }
  }
}
