package io.grokgrid.checkpoints;

import io.grokgrid.console.Report;
import java.util.function.DoubleSupplier;
import java.util.function.IntPredicate;
import java.util.function.Predicate;

/** Looks on while a checkpoint is measured, and reports it once a second. */
final class Attendance implements IntPredicate {
  private static final double REPORT_SECONDS = 1;

  private final String id;
  private final Predicate<Report> driver;
  private final DoubleSupplier clock;
  private int reportedPart;
  private double reportedAt;

  /**
   * @param id of the reports
   * @param driver is told, and says whether to go on
   * @param clock seconds
   */
  Attendance(String id, Predicate<Report> driver, DoubleSupplier clock) {
    this.id = id;
    this.driver = driver;
    this.clock = clock;
    reportedAt = clock.getAsDouble();
  }

  /** Whether to go on behind so many parts. */
  @Override
  public boolean test(int part) {
    double time = clock.getAsDouble();
    return time - reportedAt < REPORT_SECONDS || report(part, time);
  }

  private boolean report(int part, double time) {
    double rate = (part - reportedPart) / (time - reportedAt);
    reportedAt = time;
    reportedPart = part;
    return driver.test(new Report(id, part, rate, ""));
  }
}
