package io.grokgrid.task;

/** Tasks for tests, written short. */
public final class Tasks {
  private Tasks() {}

  /** Addition modulo p, of which 0.6 is trained on. */
  public static Modular modular(int p) {
    return new Modular(p);
  }

  /** The composition of permutations, of which 0.3 is trained on. */
  public static Permutations permutations() {
    return new Permutations();
  }

  /** Sequences of 6 of 5 tokens, out of distribution of 9. */
  public static Drawn sequences(SequenceRule rule) {
    return new Drawn(rule);
  }

  /** A modular task part by part: each method changes one and returns the same object. */
  public static final class Modular {
    private final int p;
    private ModularOperation operation = ModularOperation.ADD;
    private double trainFraction = 0.6;
    private long splitSeed;
    private int labelNoise;

    private Modular(int p) {
      this.p = p;
    }

    public Modular operation(ModularOperation which) {
      operation = which;
      return this;
    }

    public Modular trainFraction(double share) {
      trainFraction = share;
      return this;
    }

    public Modular splitSeed(long seed) {
      splitSeed = seed;
      return this;
    }

    public Modular labelNoise(int examples) {
      labelNoise = examples;
      return this;
    }

    public ModularTask task() {
      return new ModularTask(operation, p, trainFraction, Split.JAVA, splitSeed, labelNoise);
    }
  }

  /** A task of permutations part by part, likewise. */
  public static final class Permutations {
    private double trainFraction = 0.3;
    private long splitSeed;
    private int labelNoise;

    private Permutations() {}

    public Permutations trainFraction(double share) {
      trainFraction = share;
      return this;
    }

    public Permutations splitSeed(long seed) {
      splitSeed = seed;
      return this;
    }

    public Permutations labelNoise(int examples) {
      labelNoise = examples;
      return this;
    }

    public PermutationTask task() {
      return new PermutationTask(
          PermutationOperation.COMPOSE, trainFraction, Split.JAVA, splitSeed, labelNoise);
    }
  }

  /** A task of sequences part by part, likewise. */
  public static final class Drawn {
    private final SequenceRule rule;
    private int vocabulary = 5;
    private int length = 6;
    private int oodLength = 9;
    private int k = 2;
    private int modulus = 3;

    private Drawn(SequenceRule rule) {
      this.rule = rule;
    }

    public Drawn vocabulary(int tokens) {
      vocabulary = tokens;
      return this;
    }

    /** In training and test, and out of distribution. */
    public Drawn lengths(int inside, int outside) {
      length = inside;
      oodLength = outside;
      return this;
    }

    public Drawn k(int back) {
      k = back;
      return this;
    }

    public Drawn modulus(int of) {
      modulus = of;
      return this;
    }

    public SequenceTask task() {
      return new SequenceTask(rule, vocabulary, length, oodLength, k, modulus);
    }
  }
}
