package io.grokgrid.analysis;

import io.grokgrid.task.ModularTask;
import java.util.Optional;

/**
 * How nearly the embedding's first four principal components are waves of one frequency each, so
 * that two of them make a circle (Zhong et al. 2023, arXiv 2306.17844; released code): {@code
 * component.i} the largest share of the variance of component i at one frequency, clipped at 1,
 * {@code mean} that of the four, or of as many as the embedding has.
 */
public final class Circularity implements Analysis {
  /** How many components the paper looks at. */
  static final int COMPONENTS = 4;

  @Override
  public String name() {
    return "circularity";
  }

  @Override
  public double passes() {
    return 0;
  }

  @Override
  public Optional<String> idle(Subject subject) {
    return needsResidues(subject);
  }

  /** Why the embedding is not one of p rows for the residues modulo p, if it is not. */
  static Optional<String> needsResidues(Subject subject) {
    if (!(subject.task() instanceof ModularTask)) {
      return Optional.of("needs residues modulo p");
    }
    return subject.layout().at("embed.W_E").shape().get(0) == subject.n()
        ? Optional.empty()
        : Optional.of("needs an embedding of exactly p rows");
  }

  @Override
  public void measure(Subject subject, Findings found) {
    Components components = new Components(subject.embedding(0), subject.n());
    double sum = 0;
    int looked = Math.min(COMPONENTS, components.size());
    for (int i = 0; i < looked; i++) {
      double circularity = components.circularity(i);
      found.add("component." + (i + 1), circularity);
      sum += circularity;
    }
    found.add("mean", sum / looked);
  }
}
