package io.grokgrid.fourier;

import io.grokgrid.analysis.Subject;
import java.util.List;
import java.util.Optional;

/**
 * The key frequencies, those with a cluster, of a network at the end of its training: by these
 * Nanda et al. 2023 (arXiv 2301.05217) look at all of its checkpoints.
 *
 * @param keys ascending
 */
public record FinalFrequencies(List<Integer> keys) {
  /** Of a network; empty if its task has no frequencies. */
  public static Optional<FinalFrequencies> of(Subject end) {
    return Circuit.idle(end).isPresent()
        ? Optional.empty()
        : Optional.of(new FinalFrequencies(List.copyOf(Circuit.of(end).keyFrequencies())));
  }
}
