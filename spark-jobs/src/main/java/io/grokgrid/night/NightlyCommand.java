package io.grokgrid.night;

import io.grokgrid.base.Check;
import io.grokgrid.config.Study;
import io.grokgrid.console.Console;
import io.grokgrid.console.ExitCode;
import io.grokgrid.console.Format;
import io.grokgrid.console.Table;
import io.grokgrid.options.Options;
import io.grokgrid.sql.RefusedSql;
import io.grokgrid.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nightly CONF...}. */
@Command(
    name = "nightly",
    header = "What a cluster does every night: train, analyse, verify, report, look for drift.",
    description = {
      "Trains what is missing of each CONF, within its sweep.max_hours: runs in flight save their"
          + " state and go on the next night. Analyses the checkpoints that are new, compacts and"
          + " verifies the store, rewrites OUT/report/index.html, and leaves one summary,"
          + " OUT/nightly/DATE.json (UTC), which is printed too.",
      "With --baseline: has drifted where a run that the baseline has, too, was trained on the same"
          + " kind of processor and has other bits; on another kind, where its outcome is another"
          + " or the grok steps differ (log-rank p < .01)."
    },
    footer = {
      "",
      "Examples:",
      "  grokgrid nightly conf/nightly.conf --out /data/nightly",
      "  grokgrid nightly conf/nightly.conf --out out --baseline /data/first",
      "  grokgrid nightly --check --max-age 30h --out /data/nightly",
      "",
      "Ends with 0 where all is well and the grid may go on the next night; 3 where a run failed"
          + " or diverged, or numbers drifted; 1 where a step broke, the store is not whole, or, with"
          + " --check, the newest summary is too old."
    })
public final class NightlyCommand implements Callable<Integer> {
  /** That clocks may differ by. */
  private static final Duration SKEW = Duration.ofHours(1);

  private final Console console;
  private final Commands commands;

  @Parameters(arity = "0..*", paramLabel = "CONF", description = "Configurations, HOCON files.")
  private List<Path> files = new ArrayList<>();

  @Mixin private Options.Settings settings = new Options.Settings();
  @Mixin private Options.Common common = new Options.Common();

  @Option(
      names = "--baseline",
      paramLabel = "URI",
      converter = Options.OutConverter.class,
      description = "A store whose runs tonight's are held against.")
  private @Nullable String baseline;

  @Option(
      names = "--check",
      description = "Does nothing but look at the newest summary, for a monitor.")
  private boolean check;

  @Option(
      names = "--max-age",
      paramLabel = "TIME",
      converter = Options.SecondsConverter.class,
      description = "With --check: how old it may be, such as 30h (default: 36h).")
  private @Nullable Double maxAge;

  @Spec
  @SuppressWarnings("NullAway.Init") // set before call
  private CommandSpec spec;

  /**
   * As the command line has it.
   *
   * @param commands the others
   */
  public NightlyCommand(Console console, Commands commands) {
    this.console = console;
    this.commands = commands;
  }

  @Override
  public Integer call() throws IOException {
    require(check != !files.isEmpty(), "needs either CONF.. or --check");
    if (check) {
      require(baseline == null, "--baseline needs CONF..");
      return check();
    }
    require(maxAge == null, "--max-age needs --check");
    Map<Path, Study> studies = studies();
    String base = baseline;
    if (base != null && !new Store(base).hasRuns(common.spark.sessions().hadoop())) {
      throw new RefusedSql("--baseline must be a store that holds runs, was " + base);
    }
    Night night =
        new Night(
            new Night.Setting(common, settings.settings, studies, base),
            arguments -> commands.run(console.chatter(), arguments),
            console);
    Map<String, @Nullable Object> summary = night.run();
    print(summary);
    return (Integer) summary.getOrDefault("exit_code", ExitCode.BROKEN);
  }

  /** All of them are read before anything is done. */
  private Map<Path, Study> studies() {
    Map<Path, Study> studies = new LinkedHashMap<>();
    Map<String, Path> names = new LinkedHashMap<>();
    for (Path file : files) {
      Study study = settings.read(file);
      Path other = names.put(study.sweep().name(), file);
      new Check()
          .that(
              other == null,
              file + ": sweep.name",
              "must be another than that of " + other,
              study.sweep().name())
          .done();
      studies.put(file, study);
    }
    return studies;
  }

  private int check() throws IOException {
    NightFile newest =
        NightFile.newest(common.store(), common.spark.sessions().hadoop())
            .orElseThrow(
                () -> new RefusedSql("the store " + common.out + " holds no summary of a night"));
    Duration limit = Duration.ofSeconds(maxAge == null ? 36 * 3600 : maxAge.longValue());
    Duration age = Duration.between(newest.endedAt(), Instant.now());
    boolean isOld = age.compareTo(limit) > 0;
    boolean isToCome = age.compareTo(SKEW.negated()) < 0;
    if (isOld) {
      console.say(
          "the newest summary, %s, is %d hours old, may be %d"
              .formatted(newest.place(), age.toHours(), limit.toHours()));
    }
    if (isToCome) {
      // Nothing newer would be looked at until then.
      console.say(
          "the newest summary, %s, ended at %s, which is to come: of a clock that was set back; delete it"
              .formatted(newest.place(), newest.endedAt()));
    }
    print(newest.summary());
    return isOld || isToCome ? ExitCode.BROKEN : newest.exitCode();
  }

  private void print(Map<String, ?> summary) {
    if (common.format == Format.JSON) {
      console.out().println(Format.json(summary));
      return;
    }
    List<List<@Nullable Object>> rows = new ArrayList<>();
    summary.forEach((name, value) -> rows.add(List.of(name, Format.text(value))));
    common.format.print(
        new Table(List.of("night", "value"), rows), console.out(), console.colour());
  }

  private void require(boolean holds, String rule) {
    if (!holds) {
      throw new ParameterException(spec.commandLine(), rule);
    }
  }
}
