package io.grokgrid.train;

import java.util.List;

/** What is measured of a network at some steps of its training. */
@FunctionalInterface
public interface Measuring {
  /**
   * The measurements.
   *
   * @param at the metrics of the same step
   */
  List<Measurement> measure(TrainingState state, Metrics at);
}
