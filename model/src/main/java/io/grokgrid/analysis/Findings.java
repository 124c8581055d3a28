package io.grokgrid.analysis;

import io.grokgrid.train.Measurement;
import java.util.ArrayList;
import java.util.List;

/** What one analysis found at one step, number by number. What is not defined there is NaN. */
public final class Findings {
  private final int step;
  private final String analysis;
  private final String prefix;
  private final List<Measurement> measurements;

  public Findings(int step, String analysis) {
    this(step, analysis, "", new ArrayList<>());
  }

  private Findings(int step, String analysis, String prefix, List<Measurement> measurements) {
    this.step = step;
    this.analysis = analysis;
    this.prefix = prefix;
    this.measurements = measurements;
  }

  public void add(String name, double value) {
    measurements.add(new Measurement(step, analysis, prefix + name, value));
  }

  /** These same findings, to which everything is added under a name that begins so. */
  public Findings under(String beginning) {
    return new Findings(step, analysis, prefix + beginning, measurements);
  }

  public List<Measurement> measurements() {
    return List.copyOf(measurements);
  }
}
