package io.grokgrid.analysis;

import java.util.Optional;

/** A question that is asked of a network. */
public interface Analysis {
  /** As in the column {@code analysis}. */
  String name();

  /**
   * Whether it looks at nothing but weights, whatever the task; else it is asked only of networks
   * over pairs.
   */
  default boolean isOfWeightsAlone() {
    return false;
  }

  /**
   * About how long it takes, in forward passes of all pairs, beside the one that all analyses
   * share; 0 if it takes none, not even that one.
   */
  default double passes() {
    return isOfWeightsAlone() ? 0 : 0.2;
  }

  /** Whether it looks at the end of a run, too, where that is {@link Subject#find told}. */
  default boolean asksForEnd() {
    return false;
  }

  /**
   * Why it says nothing about such a network, whatever its weights are; empty if it does.
   *
   * @return words for people that fit behind "NAME: ", such as "needs attention"
   */
  Optional<String> idle(Subject subject);

  /** Adds what it finds. Called only where it is not {@link #idle}. */
  void measure(Subject subject, Findings found);
}
