package io.grokgrid.task;

import io.grokgrid.base.Check;

/**
 * Learn the table of a binary operation on the permutations of five things, 14,400 entries, from a
 * part of them.
 *
 * @param operation which table
 */
public record PermutationTask(
    PermutationOperation operation,
    double trainFraction,
    Split split,
    long splitSeed,
    SplitUnit splitUnit,
    int labelNoise)
    implements TableTask {
  private static final int EXAMPLES = PermutationOperation.ELEMENTS * PermutationOperation.ELEMENTS;

  public PermutationTask {
    Check check = TableRules.check(new Check(), trainFraction, labelNoise);
    check.done();
    TableRules.check(check, EXAMPLES, trainFraction, labelNoise).done();
  }

  @Override
  public TaskKind kind() {
    return TaskKind.PERMUTATION;
  }

  @Override
  public int elements() {
    return PermutationOperation.ELEMENTS;
  }

  @Override
  public int[] table() {
    return operation.table();
  }

  @Override
  public int examples() {
    return EXAMPLES;
  }
}
