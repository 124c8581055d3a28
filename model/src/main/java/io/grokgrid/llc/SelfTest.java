package io.grokgrid.llc;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Estimates beside exactly known values. */
public final class SelfTest {
  /**
   * One estimate.
   *
   * @param error of the estimate, relative to the exact value
   * @param passed whether it came as near as the system's rule asks
   */
  public record Row(KnownSystem system, Estimate estimate, double error, boolean passed) {}

  private SelfTest() {}

  /**
   * Makes an estimate of each system, the warmer of two before the colder.
   *
   * @param progress gets each as it is there
   */
  public static List<Row> run(List<KnownSystem> systems, Consumer<Row> progress) {
    List<Row> rows = new ArrayList<>();
    for (KnownSystem system : systems) {
      Row row = row(system, system.estimate(), rows);
      rows.add(row);
      progress.accept(row);
    }
    return rows;
  }

  private static Row row(KnownSystem system, Estimate estimate, List<Row> before) {
    double error = estimate.unverifiedMean() / system.exact() - 1;
    double most = system.rule().most();
    boolean passed =
        switch (system.rule()) {
          case CLOSED_FORM, REGULAR, ROUGH -> Math.abs(error) <= most;
          case WARM -> error <= 0;
          case COLD -> Math.abs(error) < Math.min(most, Math.abs(warmer(system, before)));
          case DIVERGES -> estimate.verdict() == Verdict.DIVERGED;
        };
    return new Row(system, estimate, error, passed);
  }

  /** The error of the same system at the higher temperature. */
  private static double warmer(KnownSystem system, List<Row> before) {
    return before.stream()
        .filter(row -> row.system.name().equals(system.name()))
        .mapToDouble(Row::error)
        .findFirst()
        .orElseThrow();
  }
}
