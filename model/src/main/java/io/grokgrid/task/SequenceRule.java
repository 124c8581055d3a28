package io.grokgrid.task;

import io.grokgrid.base.Randomness;

/**
 * What is asked about a random sequence x of tokens below V, as the public code of the repository
 * Notes-on-LMs (possitional_emb/app/tasks.py) has it, which is not always what its text says.
 */
public enum SequenceRule {
  /** The sum of the whole sequence modulo {@code modulus}, at the last position. */
  MODULAR_SUM(false) {
    @Override
    void fill(SequenceTask task, Randomness random, boolean training, long[] x, long[] answers) {
      draw(random, task.vocabulary(), x);
      long sum = 0;
      for (long token : x) {
        sum += token;
      }
      answers[0] = sum % task.modulus();
    }
  },

  /** At every position t from k on, the token x[t - k]. */
  K_BACK(true) {
    @Override
    void fill(SequenceTask task, Randomness random, boolean training, long[] x, long[] answers) {
      draw(random, task.vocabulary(), x);
      System.arraycopy(x, 0, answers, 0, answers.length);
    }
  },

  /**
   * Whether the pattern (V - 2, V - 1), which nothing else contains, stands somewhere, at the last
   * position. In training it stands near the beginning, from 2 to 9, else near the end.
   */
  SHIFT_INVARIANT(false) {
    @Override
    void fill(SequenceTask task, Randomness random, boolean training, long[] x, long[] answers) {
      draw(random, task.vocabulary() - 2, x);
      answers[0] = random.nextInt(2);
      int first = training ? 2 : Math.max(2, x.length - 10);
      int last = training ? Math.min(10, x.length - 2) - 1 : x.length - 3;
      int at = first + random.nextInt(last - first + 1);
      if (answers[0] == 1) {
        x[at] = task.vocabulary() - 2L;
        x[at + 1] = task.vocabulary() - 1L;
      }
    }
  },

  /**
   * Whether the last token is the first one, at the last position. Where it is not, it is the first
   * plus a difference modulo V that is drawn from 0 to V - 2 with 0 made 1: 1 is twice as frequent
   * as any other, and V - 1 does not occur (unless V is 2).
   */
  LONG_RANGE_MATCH(false) {
    @Override
    void fill(SequenceTask task, Randomness random, boolean training, long[] x, long[] answers) {
      draw(random, task.vocabulary(), x);
      answers[0] = random.nextInt(2);
      int difference = Math.max(1, random.nextInt(task.vocabulary() - 1));
      long other = (x[0] + difference) % task.vocabulary();
      x[x.length - 1] = answers[0] == 1 ? x[0] : other;
    }
  };

  private final boolean everyPosition;

  SequenceRule(boolean everyPosition) {
    this.everyPosition = everyPosition;
  }

  /** Whether positions before the last one have answers too: a language-model head. */
  boolean everyPosition() {
    return everyPosition;
  }

  /** A sequence x and its answers, those of the last positions. */
  abstract void fill(
      SequenceTask task, Randomness random, boolean training, long[] x, long[] answers);

  private static void draw(Randomness random, int below, long[] x) {
    for (int i = 0; i < x.length; i++) {
      x[i] = random.nextInt(below);
    }
  }
}
