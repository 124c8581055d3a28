package io.grokgrid.analysis;

import io.grokgrid.task.ModularTask;
import java.util.Optional;

/**
 * Principal components of the operands' n embeddings, whatever other tokens there are: {@code
 * share.i} of the variance of the first twelve, {@code component.i.x} what element x has of the
 * first few, and, of residues, {@code circularity.i} of the first four, as {@link Circularity}
 * defines it. Where the second operand has embeddings of its own, the same of those under {@code
 * second.}
 */
public final class EmbeddingPca implements Analysis {
  private static final int SHARES = 12;

  private final int drawn;

  /**
   * @param drawn of how many components each element's coordinate is given, n numbers each
   */
  public EmbeddingPca(int drawn) {
    this.drawn = drawn;
  }

  @Override
  public String name() {
    return "embedding_pca";
  }

  @Override
  public double passes() {
    return 0;
  }

  @Override
  public Optional<String> idle(Subject subject) {
    return Optional.empty();
  }

  @Override
  public void measure(Subject subject, Findings found) {
    measure(subject, 0, found);
    long[] pair = subject.model().pair(0, 0, subject.n());
    if (pair[0] != pair[1] || subject.has("embed_b.W_E")) {
      measure(subject, 1, found.under("second."));
    }
  }

  private void measure(Subject subject, int operand, Findings found) {
    Components components = new Components(subject.embedding(operand), subject.n());
    for (int i = 0; i < Math.min(SHARES, components.size()); i++) {
      found.add("share." + (i + 1), components.share(i));
    }
    if (subject.task() instanceof ModularTask) {
      for (int i = 0; i < Math.min(Circularity.COMPONENTS, components.size()); i++) {
        found.add("circularity." + (i + 1), components.circularity(i));
      }
    }
    for (int i = 0; i < Math.min(drawn, components.size()); i++) {
      double[] scores = components.scores(i);
      for (int x = 0; x < scores.length; x++) {
        found.add("component." + (i + 1) + "." + x, scores[x]);
      }
    }
  }
}
