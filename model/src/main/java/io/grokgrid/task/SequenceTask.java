package io.grokgrid.task;

import io.grokgrid.base.Check;
import io.grokgrid.base.IdleWhere;
import io.grokgrid.base.Randomness;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Learn a rule about random sequences, with fresh ones at every step.
 *
 * @param rule what is asked
 * @param vocabulary V, tokens
 * @param length T, positions of the sequences that are trained on and tested with
 * @param oodLength positions of the sequences out of distribution
 * @param k how far back k_back looks
 * @param modulus of modular_sum
 */
public record SequenceTask(
    SequenceRule rule,
    int vocabulary,
    int length,
    int oodLength,
    @IdleWhere("task.rule != k_back") int k,
    @IdleWhere("task.rule != modular_sum") int modulus)
    implements Task {
  private static final int LONGEST = 1 << 12;

  /**
   * What sequences are drawn for, which decides where a pattern may stand and how long they are.
   */
  public enum Purpose {
    TRAINING,
    TEST,
    OUT_OF_DISTRIBUTION
  }

  public SequenceTask {
    boolean pattern = rule == SequenceRule.SHIFT_INVARIANT;
    boolean back = rule == SequenceRule.K_BACK;
    int shortest = pattern ? 5 : back ? Math.max(1, Math.min(k, LONGEST - 1)) + 1 : 2;
    new Check()
        .between("vocabulary", vocabulary, pattern ? 3 : 2, 1 << 20)
        .between("length", length, shortest, LONGEST)
        .between("ood_length", oodLength, shortest, LONGEST)
        .between("k", k, 1, LONGEST - 1)
        .atLeast("modulus", modulus, 2)
        .done();
  }

  @Override
  public TaskKind kind() {
    return TaskKind.SEQUENCE;
  }

  @Override
  public <R extends @Nullable Object> R match(
      Function<TableTask, R> ofTable, Function<SequenceTask, R> ofSequences) {
    return ofSequences.apply(this);
  }

  /** C: what an answer is one of. */
  public int classes() {
    return switch (rule) {
      case MODULAR_SUM -> modulus;
      case K_BACK -> vocabulary;
      case SHIFT_INVARIANT, LONG_RANGE_MATCH -> 2;
    };
  }

  /** T of the sequences that are drawn for a purpose. */
  public int length(Purpose purpose) {
    return purpose == Purpose.OUT_OF_DISTRIBUTION ? oodLength : length;
  }

  /** T of the longest sequences. */
  public int longest() {
    return Math.max(length, oodLength);
  }

  /** How many positions, the last ones, have an answer in sequences of that length. */
  public int answered(int positions) {
    return rule.everyPosition() ? positions - k : 1;
  }

  /** Random sequences and their answers. */
  public Sequences draw(int n, Purpose purpose, Randomness random) {
    int positions = length(purpose);
    Sequences drawn = new Sequences(n, positions, answered(positions));
    long[] x = new long[positions];
    long[] answers = new long[answered(positions)];
    for (int i = 0; i < n; i++) {
      rule.fill(this, random, purpose == Purpose.TRAINING, x, answers);
      drawn.set(i, x, answers);
    }
    return drawn;
  }
}
