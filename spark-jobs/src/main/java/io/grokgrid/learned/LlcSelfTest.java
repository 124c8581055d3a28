package io.grokgrid.learned;

import io.grokgrid.console.Console;
import io.grokgrid.console.ExitCode;
import io.grokgrid.console.Format;
import io.grokgrid.console.Sign;
import io.grokgrid.console.Table;
import io.grokgrid.llc.KnownSystem;
import io.grokgrid.llc.LlcSpec;
import io.grokgrid.llc.SelfTest;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Estimates of the local learning coefficient beside exactly known values, without Spark. */
record LlcSelfTest(Console console, Format format) {
  private static final List<String> COLUMNS =
      List.of(
          "system",
          "sampler",
          "step_size",
          "n_beta",
          "estimate",
          "exact",
          "error",
          "tolerance",
          "verdict",
          "ok");

  /**
   * Prints a line a system.
   *
   * @return an {@link ExitCode}
   */
  int run() {
    List<SelfTest.Row> rows;
    try (Sign sign = console.during("estimating what is known")) {
      rows = SelfTest.run(KnownSystem.all(), row -> {});
    }
    format.print(table(rows), console.out(), console.colour());
    long off = rows.stream().filter(row -> !row.passed()).count();
    console.say(
        off == 0
            ? "all " + rows.size() + " estimates are as they must be"
            : off + " of " + rows.size() + " estimates are off");
    return off == 0 ? ExitCode.DONE : ExitCode.BROKEN;
  }

  private static Table table(List<SelfTest.Row> rows) {
    return new Table(COLUMNS, rows.stream().map(LlcSelfTest::row).toList());
  }

  private static List<@Nullable Object> row(SelfTest.Row row) {
    LlcSpec spec = row.system().spec();
    return Arrays.asList(
        row.system().name(),
        spec.sampler().name().toLowerCase(Locale.ROOT),
        spec.stepSize(),
        spec.nBeta(),
        defined(row.estimate().unverifiedMean()),
        defined(row.system().exact()),
        defined(row.error()),
        row.system().rule().most(),
        row.estimate().verdict().label(),
        row.passed());
  }

  private static @Nullable Double defined(double value) {
    return Double.isNaN(value) ? null : (Double) value;
  }
}
