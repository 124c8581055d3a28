package io.grokgrid.analysis;

import io.grokgrid.train.Measurement;
import java.util.ArrayList;
import java.util.List;

/** What one analysis found at one step, number by number. What is not defined there is NaN. */
public final class Findings {
  private final int step;
  private final String analysis;
  private final List<Measurement> measurements = new ArrayList<>();

  public Findings(int step, String analysis) {
    this.step = step;
    this.analysis = analysis;
  }

  public void add(String name, double value) {
    measurements.add(new Measurement(step, analysis, name, value));
  }

  public List<Measurement> measurements() {
    return List.copyOf(measurements);
  }
}
