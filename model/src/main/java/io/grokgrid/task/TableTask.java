package io.grokgrid.task;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Learn the table of a binary operation on n elements from a part of its entries. */
public sealed interface TableTask extends Task permits ModularTask, PermutationTask {
  @Override
  default <R extends @Nullable Object> R match(
      Function<TableTask, R> ofTable, Function<SequenceTask, R> ofSequences) {
    return ofTable.apply(this);
  }

  /** Which operation's table it is. */
  Enum<?> operation();

  /** n: operands and answers are numbers from 0 to n - 1. */
  int elements();

  /**
   * The whole table.
   *
   * @return entry {@code a * n + b} is the answer to (a, b), or -1 where there is none
   */
  int[] table();

  /** Share of the table that is trained on, in (0, 1). */
  double trainFraction();

  /** How the table's entries are ordered before the first part of them is taken for training. */
  Split split();

  /** Seed of that order. */
  long splitSeed();

  /** What the split puts on one side. */
  SplitUnit splitUnit();

  /** In which order the entries are before the split orders them. */
  default SplitOrder splitOrder() {
    return SplitOrder.OPERANDS;
  }

  /** Number of training examples whose answer is drawn at random. */
  int labelNoise();

  /** Number of entries of the table. */
  int examples();

  /** {@code (int) (train_fraction * N)}, in double arithmetic. */
  default int trainExamples() {
    return (int) (trainFraction() * examples());
  }
}
