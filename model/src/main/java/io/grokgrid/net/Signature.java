package io.grokgrid.net;

import io.grokgrid.task.SequenceTask;
import io.grokgrid.task.SequenceTask.Purpose;

/**
 * What a task asks of a network.
 *
 * @param tokens V
 * @param classes C
 * @param length T
 * @param answered how many positions, the last ones, are asked for an answer: 1, or more of a
 *     language-model head
 */
public record Signature(int tokens, int classes, int length, int answered) {
  /** Of sequences drawn for a purpose. */
  public static Signature of(SequenceTask task, Purpose purpose) {
    int length = task.length(purpose);
    return new Signature(task.vocabulary(), task.classes(), length, task.answered(length));
  }
}
