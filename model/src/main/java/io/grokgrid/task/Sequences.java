package io.grokgrid.task;

/** Sequences and their answers, flat and row-major. Nobody changes its arrays. */
public final class Sequences {
  private final int size;
  private final int length;
  private final int answered;
  private final long[] tokens;
  private final long[] answers;

  Sequences(int size, int length, int answered) {
    this.size = size;
    this.length = length;
    this.answered = answered;
    tokens = new long[Math.multiplyExact(size, length)];
    answers = new long[Math.multiplyExact(size, answered)];
  }

  void set(int i, long[] x, long[] itsAnswers) {
    System.arraycopy(x, 0, tokens, i * length, length);
    System.arraycopy(itsAnswers, 0, answers, i * answered, answered);
  }

  /** B. */
  public int size() {
    return size;
  }

  /** T. */
  public int length() {
    return length;
  }

  /** How many of the last positions have an answer. */
  public int answered() {
    return answered;
  }

  /** (B, T). */
  public long[] tokens() {
    return tokens;
  }

  /** (B, answered): classes. */
  public long[] answers() {
    return answers;
  }
}
