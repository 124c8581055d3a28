package io.grokgrid.train;

import java.util.List;

/** A question that is asked of a network at some steps of its training. */
@FunctionalInterface
public interface Analysis {
  /**
   * The answers.
   *
   * @param at the metrics of the same step
   */
  List<Measurement> measure(TrainingState state, Metrics at);
}
