package io.grokgrid.step;

import io.grokgrid.base.Randomness;
import java.util.Arrays;

/**
 * Which training examples each step sees: a function of (seed, step) alone, so that a resumed run
 * needs no state.
 */
public final class Batches {
  private final TrainingSpec spec;
  private final int examples;
  private final int stepsPerEpoch;
  private final int[] order;
  private int epoch = -1;

  public Batches(TrainingSpec spec, int examples) {
    this.spec = spec;
    this.examples = examples;
    stepsPerEpoch =
        spec.batchSize() == 0 ? 1 : (examples + spec.batchSize() - 1) / spec.batchSize();
    order = new int[examples];
  }

  /** Whether every step sees the whole training set, in its own order. */
  boolean isFull() {
    return spec.batchSize() == 0;
  }

  /** Indices of the examples of the update that follows {@code step} updates. */
  public int[] at(int step) {
    return switch (spec.batchOrder()) {
      case SHUFFLED -> shuffled(step);
      case WITH_REPLACEMENT -> drawn(step);
    };
  }

  private int[] shuffled(int step) {
    if (step / stepsPerEpoch != epoch) {
      epoch = step / stepsPerEpoch;
      Arrays.setAll(order, i -> i);
      Randomness.stream(spec.seed(), "batches/" + epoch).shuffle(order);
    }
    int from = step % stepsPerEpoch * spec.batchSize();
    return Arrays.copyOfRange(order, from, Math.min(from + spec.batchSize(), examples));
  }

  private int[] drawn(int step) {
    Randomness random = Randomness.stream(spec.seed(), "batches/" + step);
    int[] batch = new int[spec.batchSize()];
    Arrays.setAll(batch, i -> random.nextInt(examples));
    return batch;
  }
}
