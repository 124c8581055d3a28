package io.grokgrid.learned;

import io.grokgrid.checkpoints.CalibrationJob;
import io.grokgrid.checkpoints.CalibrationJob.Calibrated;
import io.grokgrid.checkpoints.CheckpointJob;
import io.grokgrid.checkpoints.LlcWork;
import io.grokgrid.config.Study;
import io.grokgrid.console.Console;
import io.grokgrid.console.ExitCode;
import io.grokgrid.console.Format;
import io.grokgrid.console.Progress;
import io.grokgrid.console.Table;
import io.grokgrid.keys.RunId;
import io.grokgrid.llc.Calibration;
import io.grokgrid.llc.Estimate;
import io.grokgrid.llc.LlcSpec;
import io.grokgrid.options.Options;
import io.grokgrid.session.Sessions;
import io.grokgrid.sql.Questions;
import io.grokgrid.sql.SqlFaults;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/**
 * Where estimates of the local learning coefficient are flat, around a few checkpoints of a store.
 *
 * @param where the condition on runs, if there is any
 */
record LlcCalibration(Console console, Options.Common common, Study study, @Nullable String where) {
  private static final List<String> COLUMNS =
      List.of(
          "run_id",
          "step",
          "step_size",
          "n_beta",
          "localization",
          "llc",
          "unverified",
          "error",
          "verdict",
          "r_hat",
          "acceptance",
          "plateau");

  /**
   * Prints the table, the plateaus and the settings to take.
   *
   * @return an {@link ExitCode}
   */
  int run() throws Exception {
    Sessions sessions = common.spark.sessions();
    try {
      if (where != null) {
        Questions.require(null, where, CheckpointJob.RUNS, sessions.settings());
      }
      if (common.warnOfAnEmptyStore(console)) {
        print(List.of());
        return ExitCode.DONE;
      }
      try (SparkSession session = sessions.withDefaults(CheckpointJob.SETTINGS).open("llc")) {
        Optional<List<Calibrated>> found =
            new CalibrationJob(session, common.store(), study, where).run(this::show);
        found.ifPresent(this::tell);
        if (found.isEmpty()) {
          console.say("interrupted: nothing is kept of a calibration");
        }
        return found.isEmpty() ? ExitCode.INTERRUPTED : ExitCode.DONE;
      }
    } catch (Exception e) {
      throw SqlFaults.of(e);
    }
  }

  private Progress show(Map<String, Double> seconds) {
    console.say(seconds.size() + " estimates, each with other settings");
    int draws = new LlcWork(study.llc()).parts();
    return Progress.ofSamples(seconds, draws, console.err(), Console.isLive()).show();
  }

  private void tell(List<Calibrated> found) {
    print(found);
    if (found.isEmpty()) {
      console.say("there is no checkpoint of a run of the grid that has ended");
      return;
    }
    found.forEach(each -> conclude(plateau(each)));
    best(found)
        .ifPresentOrElse(
            this::concludeSettings,
            () ->
                conclude(
                    "No settings to take: no estimates around a checkpoint agree. Their verdicts say"
                        + " why: too_short asks for more draws, unmixed for larger steps or more"
                        + " localization, diverged, or an acceptance near 0, for smaller steps;"
                        + " weights that are not_a_minimum have no coefficient."));
  }

  private void print(List<Calibrated> found) {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (Calibrated each : found) {
      each.calibration().rows().forEach(row -> rows.add(row(each, row)));
    }
    common.format.print(new Table(COLUMNS, rows), console.out(), console.colour());
  }

  private static List<@Nullable Object> row(Calibrated of, Calibration.Row row) {
    Estimate estimate = row.estimate();
    return Arrays.asList(
        of.checkpoint().runId(),
        of.checkpoint().step(),
        row.spec().stepSize(),
        row.spec().nBeta(),
        row.spec().localization(),
        defined(estimate.mean()),
        defined(estimate.unverifiedMean()),
        defined(estimate.error()),
        estimate.verdict().label(),
        defined(estimate.rHat()),
        defined(estimate.acceptance()),
        row.onPlateau());
  }

  private static @Nullable Double defined(double value) {
    return Double.isNaN(value) ? null : (Double) value;
  }

  private static String plateau(Calibrated found) {
    List<Calibration.Row> flat =
        found.calibration().rows().stream().filter(Calibration.Row::onPlateau).toList();
    String of = "%s, step %d: ".formatted(found.checkpoint().runId(), found.checkpoint().step());
    return flat.isEmpty()
        ? of + "no plateau"
        : of
            + "llc %s over %d settings, step_size %s, n_beta %s, localization %s"
                .formatted(
                    range(flat, row -> row.estimate().mean()),
                    flat.size(),
                    range(flat, row -> row.spec().stepSize()),
                    range(flat, row -> row.spec().nBeta()),
                    range(flat, row -> row.spec().localization()));
  }

  private static String range(List<Calibration.Row> rows, ToDoubleFunction<Calibration.Row> value) {
    DoubleSummaryStatistics found = rows.stream().mapToDouble(value).summaryStatistics();
    String least = text(found.getMin());
    return found.getMin() == found.getMax() ? least : least + " to " + text(found.getMax());
  }

  private static String text(double value) {
    return String.format(Locale.ROOT, "%.3g", value);
  }

  /**
   * The settings, by their place in the grid, that lie on the most plateaus; of equal ones those
   * whose largest relative error is the smallest. As the first checkpoint has them.
   */
  static Optional<LlcSpec> best(List<Calibrated> found) {
    List<List<Calibration.Row>> rows =
        found.stream().map(each -> each.calibration().rows()).toList();
    int best = -1;
    long most = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int place = 0; place < rows.get(0).size(); place++) {
      int at = place;
      List<Calibration.Row> flat =
          rows.stream().map(each -> each.get(at)).filter(Calibration.Row::onPlateau).toList();
      double error =
          flat.stream()
              .mapToDouble(row -> row.estimate().error() / row.estimate().mean())
              .max()
              .orElse(Double.POSITIVE_INFINITY);
      if (flat.size() > most || (flat.size() == most && error < least)) {
        best = place;
        most = flat.size();
        least = error;
      }
    }
    return best < 0 ? Optional.empty() : Optional.of(rows.get(0).get(best).spec());
  }

  private void concludeSettings(LlcSpec spec) {
    conclude(
        """
        llc {
          sampler = %s
          step_size = %s
          n_beta = %s
          localization = %s
        }"""
            .formatted(
                spec.sampler().name().toLowerCase(Locale.ROOT),
                RunId.number(spec.stepSize()),
                RunId.number(spec.nBeta()),
                RunId.number(spec.localization())));
  }

  /** Beside data that programs read, to people alone. */
  private void conclude(String text) {
    if (common.format == Format.TABLE) {
      console.out().println(text);
    } else {
      console.err().println(text);
    }
  }
}
