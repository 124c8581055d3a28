package io.grokgrid.task;

import io.grokgrid.base.Check;

/** What all tables ask of their keys. */
final class TableRules {
  private TableRules() {}

  /** The rules that need no more than the values themselves. */
  static Check check(Check check, double trainFraction, int labelNoise) {
    return check
        .that(
            trainFraction > 0 && trainFraction < 1,
            "train_fraction",
            "must be between 0 and 1, both excluded",
            trainFraction)
        .atLeast("label_noise", labelNoise, 0);
  }

  /**
   * The rules that need the table's size.
   *
   * @param examples entries of the table
   */
  static Check check(Check check, int examples, double trainFraction, int labelNoise) {
    int train = (int) (trainFraction * examples);
    return check
        .that(
            train >= 1 && train < examples,
            "train_fraction",
            "must leave at least one training and one test example of " + examples,
            trainFraction)
        .that(
            labelNoise <= train,
            "label_noise",
            "must be at most the number of training examples, " + train,
            labelNoise);
  }
}
