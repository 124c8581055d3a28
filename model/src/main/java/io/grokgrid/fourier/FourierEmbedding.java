package io.grokgrid.fourier;

import io.grokgrid.analysis.Analysis;
import io.grokgrid.analysis.Findings;
import io.grokgrid.analysis.Subject;
import io.grokgrid.task.ModularTask;
import java.util.Optional;

/**
 * At which frequencies the first operand's embedding W_E lies: {@code norm.k} = sqrt(|W_E^T
 * cos_k|^2 + |W_E^T sin_k|^2) on the unit basis, k from 1 to p / 2 (Nanda et al. 2023, arXiv
 * 2301.05217, figure 3). Over the norms of the p rows of the basis, the Gini coefficient ({@code
 * gini}) and the inverse participation ratio ({@code participation}: 1 where one row has all, 1 / p
 * where all have the same); over those of the frequencies, without the constant, likewise ({@code
 * frequency_gini}, {@code frequency_participation}).
 *
 * <p>The same with {@code readout_} in front of the readout W_L = W_out W_U over its classes, where
 * no norm stands between, and with {@code second_} of the second operand's embedding, where it has
 * one of its own.
 */
public final class FourierEmbedding implements Analysis {
  @Override
  public String name() {
    return "fourier_embedding";
  }

  @Override
  public double passes() {
    return 0;
  }

  @Override
  public Optional<String> idle(Subject subject) {
    return subject.task() instanceof ModularTask
        ? Optional.empty()
        : Optional.of("needs residues modulo p");
  }

  @Override
  public void measure(Subject subject, Findings found) {
    Norms.ofEmbedding(subject, 0).addTo(found, "");
    if (subject.embeddingOffset(1) != subject.embeddingOffset(0)) {
      Norms.ofEmbedding(subject, 1).addTo(found, "second_");
    }
    if (subject.isReadLinearly()) {
      Norms.ofReadout(subject).addTo(found, "readout_");
    }
  }
}
