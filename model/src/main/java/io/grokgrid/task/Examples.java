package io.grokgrid.task;

import io.grokgrid.base.Randomness;
import java.util.Arrays;

/**
 * Every example of a table in the split's order, so that the first {@link #trainExamples} are the
 * training set. Nobody changes its arrays.
 */
public final class Examples {
  private final int[] left;
  private final int[] right;
  private final int[] answers;
  private final int trainExamples;

  /**
   * The examples of {@code task}.
   *
   * @param seed of the noisy answers, its stream "noise"
   */
  public Examples(TableTask task, long seed) {
    int p = task.elements();
    int[] table = task.table();
    int[] pairs = new Entries(task).inOrder();
    int n = pairs.length;
    left = new int[n];
    right = new int[n];
    answers = new int[n];
    for (int i = 0; i < n; i++) {
      int pair = pairs[i];
      left[i] = pair / p;
      right[i] = pair % p;
      answers[i] = table[pair];
    }
    Randomness noise = Randomness.stream(seed, "noise");
    Arrays.setAll(answers, i -> i < task.labelNoise() ? noise.nextInt(p) : answers[i]);
    trainExamples = task.trainExamples();
  }

  /** First operand of each example. */
  public int[] left() {
    return left;
  }

  /** Second operand of each example. */
  public int[] right() {
    return right;
  }

  /** The class of each example, noise included. */
  public int[] answers() {
    return answers;
  }

  /** How many examples, from the first, are trained on. */
  public int trainExamples() {
    return trainExamples;
  }

  /** Number of examples, training and test. */
  public int size() {
    return answers.length;
  }
}
