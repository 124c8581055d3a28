package io.grokgrid.analysis;

import io.grokgrid.analysis.Labels.Part;
import java.util.Optional;

/**
 * Mean cross entropies, nats, and accuracies over all pairs, those that were trained on and the
 * others: {@code all_loss}, {@code all_accuracy}, {@code train_loss}, .. With label noise {@code
 * train_*} are by the answers that are trained on, the others by the right ones.
 */
public final class Losses implements Analysis {
  @Override
  public String name() {
    return "loss";
  }

  @Override
  public Optional<String> idle(Subject subject) {
    return Optional.empty();
  }

  @Override
  public void measure(Subject subject, Findings found) {
    double[] logits = subject.logits();
    Labels labels = subject.labels();
    found.add("all_loss", labels.loss(logits, Part.ALL));
    found.add("all_accuracy", labels.accuracy(logits, Part.ALL));
    found.add("train_loss", labels.loss(logits, Part.TRAIN));
    found.add("train_accuracy", labels.accuracy(logits, Part.TRAIN));
    found.add("test_loss", labels.loss(logits, Part.TEST));
    found.add("test_accuracy", labels.accuracy(logits, Part.TEST));
  }
}
