package io.grokgrid.task;

import io.grokgrid.base.Check;
import java.io.Serializable;

/**
 * Learn the table of a binary operation on the residues modulo p from a part of its entries.
 *
 * @param operation which table
 * @param p the modulus
 * @param trainFraction share of the table that is trained on, in (0, 1)
 * @param split how the table's entries are ordered before the first part of them is taken for
 *     training
 * @param splitSeed seed of that order
 * @param labelNoise number of training examples whose answer is drawn at random
 */
public record ModularTask(
    ModularOperation operation,
    int p,
    double trainFraction,
    Split split,
    long splitSeed,
    int labelNoise)
    implements Serializable {
  public ModularTask {
    Check check =
        new Check()
            .between("p", p, 2, 1000)
            .that(
                trainFraction > 0 && trainFraction < 1,
                "train_fraction",
                "must be between 0 and 1, both excluded",
                trainFraction)
            .atLeast("label_noise", labelNoise, 0);
    check.done();
    int train = trainExamples(operation, p, trainFraction);
    check
        .that(
            !operation.divides() || isPrime(p),
            "operation",
            "must not divide where p = " + p + " is not prime",
            operation)
        .that(
            train >= 1 && train < examples(operation, p),
            "train_fraction",
            "must leave at least one training and one test example of " + examples(operation, p),
            trainFraction)
        .that(
            labelNoise <= train,
            "label_noise",
            "must be at most the number of training examples, " + train,
            labelNoise)
        .done();
  }

  /** Number of entries of the table: p(p-1) for division, else p^2. */
  public int examples() {
    return examples(operation, p);
  }

  /** {@code (int) (train_fraction * N)}, in double arithmetic. */
  public int trainExamples() {
    return trainExamples(operation, p, trainFraction);
  }

  private static int examples(ModularOperation operation, int p) {
    return operation == ModularOperation.DIVIDE ? p * (p - 1) : p * p;
  }

  private static int trainExamples(ModularOperation operation, int p, double trainFraction) {
    return (int) (trainFraction * examples(operation, p));
  }

  private static boolean isPrime(int n) {
    for (int divisor = 2; divisor * divisor <= n; divisor++) {
      if (n % divisor == 0) {
        return false;
      }
    }
    return n >= 2;
  }
}
