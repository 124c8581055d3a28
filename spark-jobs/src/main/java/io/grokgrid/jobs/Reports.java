package io.grokgrid.jobs;

import io.grokgrid.console.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.function.Predicate;

/**
 * What the runs of a task tell the driver. Of short runs several reports go together, because each
 * answer is waited for. Any thread may report.
 */
public final class Reports implements Predicate<Report> {
  private static final double SECONDS = 0.2;

  private final Predicate<List<Report>> driver;
  private final DoubleSupplier clock;
  private final List<Report> untold = new ArrayList<>();
  private double toldAt = Double.NEGATIVE_INFINITY;
  private boolean goOn = true;

  /**
   * @param driver is told, and says whether the runs are to go on
   * @param clock seconds
   */
  public Reports(Predicate<List<Report>> driver, DoubleSupplier clock) {
    this.driver = driver;
    this.clock = clock;
  }

  /** Reports, now or soon. Returns whether the run is to go on, as far as the driver said. */
  @Override
  public synchronized boolean test(Report report) {
    untold.add(report);
    if (clock.getAsDouble() - toldAt >= SECONDS) {
      tell();
    }
    return goOn;
  }

  /** Whether runs are to go on, as far as the driver said. */
  synchronized boolean goOn() {
    return goOn;
  }

  /** Reports what is left. */
  public synchronized void tell() {
    goOn = driver.test(List.copyOf(untold));
    untold.clear();
    toldAt = clock.getAsDouble();
  }
}
