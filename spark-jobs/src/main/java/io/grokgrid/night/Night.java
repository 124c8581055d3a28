package io.grokgrid.night;

import io.grokgrid.config.Study;
import io.grokgrid.console.Console;
import io.grokgrid.console.ExitCode;
import io.grokgrid.console.Interruption;
import io.grokgrid.inspect.Drift;
import io.grokgrid.options.Options;
import io.grokgrid.session.Sessions;
import io.grokgrid.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** One night: every step is tried even where one before it broke, but for what was interrupted. */
final class Night {
  private final Setting setting;
  private final ToIntFunction<List<String>> commands;
  private final Console console;
  private final Instant start = Instant.now();
  private final List<Map<String, @Nullable Object>> steps = new ArrayList<>();
  private int worst = ExitCode.DONE;

  /**
   * What a night is of.
   *
   * @param settings of {@code --set}
   * @param studies by their files
   * @param baseline a store, if there is one to hold tonight's against
   */
  record Setting(
      Options.Common common,
      List<String> settings,
      Map<Path, Study> studies,
      @Nullable String baseline) {
    Store store() {
      return common.store();
    }
  }

  /**
   * A night to come.
   *
   * @param commands runs another command and gives its exit code
   */
  Night(Setting setting, ToIntFunction<List<String>> commands, Console console) {
    this.setting = setting;
    this.commands = commands;
    this.console = console;
  }

  /** Does it all, and keeps the summary, which it gives. */
  Map<String, @Nullable Object> run() throws IOException {
    String since = newestSubmission();
    setting.studies.forEach(this::train);
    setting.studies.forEach(this::analyse);
    worsen(step(List.of("compact", "--wait")));
    worsen(step(List.of("verify")));
    worsen(step(List.of("report")));
    return summary(since);
  }

  /** What is trained tonight sorts behind it, whatever becomes of the clock. */
  private String newestSubmission() {
    try {
      return setting.store().newestSubmission(setting.common.spark.sessions().hadoop());
    } catch (IOException e) {
      console.say(
          "the store %s cannot be listed: %s".formatted(setting.common.out, e.getMessage()));
      worsen(ExitCode.BROKEN);
      return Store.newSubmission(start);
    }
  }

  private void train(Path file, Study study) {
    int code = step(ofStudy("sweep", file));
    // Hours that are spent are no interruption: the rest of the grid is for the next night.
    boolean isSpent = code == ExitCode.INTERRUPTED && !Interruption.isAsked();
    worsen(isSpent ? ExitCode.DONE : code);
  }

  private void analyse(Path file, Study study) {
    boolean keeps = study.runs().stream().anyMatch(run -> run.spec().record().keepsWeights());
    if (keeps) {
      List<String> arguments = new ArrayList<>(ofStudy("analyze", file));
      arguments.addAll(List.of("--runs", "true"));
      worsen(step(arguments));
    }
  }

  private List<String> ofStudy(String command, Path file) {
    List<String> arguments = new ArrayList<>(List.of(command, file.toString()));
    setting.settings.forEach(each -> arguments.addAll(List.of("--set", each)));
    arguments.add("--wait"); // a pod that was killed a moment ago holds the store a while longer
    return arguments;
  }

  /** Nothing more is begun once the process was asked to end. */
  private int step(List<String> command) {
    if (Interruption.isAsked()) {
      return ExitCode.INTERRUPTED;
    }
    List<String> arguments = new ArrayList<>(command);
    arguments.addAll(List.of("--out", setting.common.out));
    arguments.addAll(setting.common.spark.arguments());
    console.say("nightly: " + String.join(" ", command));
    long from = System.nanoTime();
    int code = commands.applyAsInt(arguments);
    Map<String, @Nullable Object> step = new LinkedHashMap<>();
    step.put("command", String.join(" ", command));
    step.put("exit_code", code);
    step.put("seconds", Math.round((System.nanoTime() - from) * 1e-6) / 1e3);
    steps.add(step);
    return code;
  }

  /** Broken is worse than interrupted, which is worse than failed runs. */
  private void worsen(int code) {
    List<Integer> order =
        List.of(ExitCode.DONE, ExitCode.FAILED_RUNS, ExitCode.INTERRUPTED, ExitCode.REFUSED);
    int rank = order.indexOf(code);
    if (rank < 0 || (worst != ExitCode.BROKEN && rank > order.indexOf(worst))) {
      worst = rank < 0 ? ExitCode.BROKEN : code;
    }
  }

  private Map<String, @Nullable Object> summary(String since) throws IOException {
    Sessions sessions = setting.common.spark.sessions();
    Map<String, @Nullable Object> summary = new LinkedHashMap<>();
    String date = start.atOffset(ZoneOffset.UTC).toLocalDate().toString();
    summary.put("date", date);
    summary.put("store", setting.common.out);
    summary.put("started_at", start.truncatedTo(ChronoUnit.SECONDS).toString());
    try (SparkSession session = sessions.open("nightly")) {
      Trained trained = Trained.of(session, setting, since);
      if (trained.failed() > 0) {
        worsen(ExitCode.FAILED_RUNS);
      }
      summary.putAll(trained.json());
      summary.put("drift", drift(session, trained));
    } catch (Exception e) { // Spark does not declare its own; the summary says what it can
      worsen(ExitCode.BROKEN);
      summary.put("error", String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
      LoggerFactory.getLogger(Night.class).error("the night cannot be summed up", e);
    }
    summary.put("commands", steps);
    Instant end = Instant.now();
    summary.put("ended_at", end.truncatedTo(ChronoUnit.SECONDS).toString());
    summary.put("exit_code", worst);
    org.apache.hadoop.fs.Path place =
        NightFile.write(setting.store(), date, summary, sessions.hadoop());
    console.say("summary: " + place);
    return summary;
  }

  /** Of each sweep by its name; null without a baseline. */
  private @Nullable Map<String, Object> drift(SparkSession session, Trained trained)
      throws IOException {
    String baseline = setting.baseline;
    if (baseline == null) {
      return null;
    }
    if (trained.tonight() == 0) {
      console.say("no run was trained tonight: drift is looked for in those of earlier nights");
    }
    Map<String, Object> sweeps = new LinkedHashMap<>();
    for (Study study : setting.studies.values()) {
      Drift drift = Drift.of(session, study, baseline, setting.store());
      if (drift.hasDrifted()) {
        worsen(ExitCode.FAILED_RUNS);
        console.say("sweep " + study.sweep().name() + " has drifted from " + baseline);
      }
      sweeps.put(study.sweep().name(), drift.json());
    }
    return sweeps;
  }
}
