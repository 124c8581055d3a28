package io.grokgrid.analysis;

import io.grokgrid.analysis.Subject.Part;
import java.util.Optional;

/**
 * Mean cross entropies, nats, and accuracies over all pairs, those that were trained on and the
 * others: {@code all_loss}, {@code all_accuracy}, {@code train_loss}, ..
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
    found.add("all_loss", subject.loss(logits, Part.ALL));
    found.add("all_accuracy", subject.accuracy(logits, Part.ALL));
    found.add("train_loss", subject.loss(logits, Part.TRAIN));
    found.add("train_accuracy", subject.accuracy(logits, Part.TRAIN));
    found.add("test_loss", subject.loss(logits, Part.TEST));
    found.add("test_accuracy", subject.accuracy(logits, Part.TEST));
  }
}
