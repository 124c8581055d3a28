package io.grokgrid.analysis;

import java.util.Optional;

/**
 * What an analysis finds of a network and, under names that begin with {@code initial.}, of the
 * same network as it was drawn, before any training: the control without which a number that is
 * high from the start would be taken for something learned. Of a network of others its own draw is
 * not known; the control is then another of the same law.
 */
public final class AtInitialization implements Analysis {
  private final Analysis analysis;

  public AtInitialization(Analysis analysis) {
    this.analysis = analysis;
  }

  @Override
  public String name() {
    return analysis.name();
  }

  @Override
  public boolean isOfWeightsAlone() {
    return analysis.isOfWeightsAlone();
  }

  @Override
  public Optional<String> idle(Subject subject) {
    return analysis.idle(subject);
  }

  @Override
  public void measure(Subject subject, Findings found) {
    analysis.measure(subject, found);
    analysis.measure(subject.initial(), found.under("initial."));
  }
}
