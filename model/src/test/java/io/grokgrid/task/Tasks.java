package io.grokgrid.task;

import io.grokgrid.base.Changed;
import io.grokgrid.keys.RunSpecs;
import java.util.HashMap;
import java.util.Map;

/** Tasks for tests, written short. */
public final class Tasks {
  private static final ModularTask MODULAR = (ModularTask) RunSpecs.of(Map.of()).task();
  private static final PermutationTask PERMUTATION =
      (PermutationTask)
          RunSpecs.of(Map.of("task.kind", "permutation", "task.operation", "compose")).task();

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
    private final Map<String, Object> changes = new HashMap<>();

    private Modular(int p) {
      changes.put("p", p);
      changes.put("operation", ModularOperation.ADD);
      changes.put("trainFraction", 0.6);
      changes.put("splitSeed", 0L);
      changes.put("labelNoise", 0);
    }

    public Modular operation(ModularOperation which) {
      changes.put("operation", which);
      return this;
    }

    public Modular trainFraction(double share) {
      changes.put("trainFraction", share);
      return this;
    }

    public Modular splitSeed(long seed) {
      changes.put("splitSeed", seed);
      return this;
    }

    public Modular labelNoise(int examples) {
      changes.put("labelNoise", examples);
      return this;
    }

    public ModularTask task() {
      return Changed.with(MODULAR, changes);
    }

    /** Any other component. */
    public Modular with(String component, Object value) {
      changes.put(component, value);
      return this;
    }
  }

  /** A task of permutations part by part, likewise. */
  public static final class Permutations {
    private final Map<String, Object> changes = new HashMap<>();

    private Permutations() {
      changes.put("trainFraction", 0.3);
      changes.put("splitSeed", 0L);
      changes.put("labelNoise", 0);
    }

    public Permutations trainFraction(double share) {
      changes.put("trainFraction", share);
      return this;
    }

    public Permutations splitSeed(long seed) {
      changes.put("splitSeed", seed);
      return this;
    }

    public Permutations labelNoise(int examples) {
      changes.put("labelNoise", examples);
      return this;
    }

    public PermutationTask task() {
      return Changed.with(PERMUTATION, changes);
    }

    /** Any other component. */
    public Permutations with(String component, Object value) {
      changes.put(component, value);
      return this;
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
