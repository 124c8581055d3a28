package io.grokgrid.step;

import io.grokgrid.step.TrainingSpec.BatchOrder;
import io.grokgrid.step.TrainingSpec.Loss;
import io.grokgrid.step.TrainingSpec.LossPrecision;
import io.grokgrid.step.TrainingSpec.OptimizerKind;
import io.grokgrid.tensor.LossForm;

/** Training settings for tests, written short. */
public final class Specs {
  private Specs() {}

  /** Full batches, with such a loss. */
  public static TrainingSpec training(LossForm form) {
    return training(1000, 0, BatchOrder.SHUFFLED, -1, form);
  }

  public static TrainingSpec training(
      OptimizerKind kind,
      double learningRate,
      double momentum,
      double weightDecay,
      int warmup,
      double clip) {
    return new TrainingSpec(
        0,
        1000,
        0,
        kind,
        learningRate,
        0.9,
        0.98,
        1e-8,
        momentum,
        weightDecay,
        warmup,
        clip,
        BatchOrder.SHUFFLED,
        -1,
        LossPrecision.FLOAT64,
        Loss.CROSS_ENTROPY,
        0.03,
        0.1,
        0.95,
        -1,
        0);
  }

  public static TrainingSpec training(
      int steps, int batchSize, BatchOrder order, int stopAfterGrok) {
    return training(steps, batchSize, order, stopAfterGrok, LossForm.FLOAT64);
  }

  public static TrainingSpec training(
      int steps, int batchSize, BatchOrder order, int stopAfterGrok, LossForm form) {
    return new TrainingSpec(
        5,
        steps,
        batchSize,
        OptimizerKind.ADAMW,
        1e-3,
        0.9,
        0.98,
        1e-8,
        0,
        1,
        10,
        0,
        order,
        -1,
        form == LossForm.FLOAT32 ? LossPrecision.FLOAT32 : LossPrecision.FLOAT64,
        form == LossForm.STABLEMAX ? Loss.STABLEMAX : Loss.CROSS_ENTROPY,
        0.03,
        0.1,
        0.95,
        stopAfterGrok,
        0);
  }

  /** Fresh sequences at every step, with AdamW and no weight decay. */
  static TrainingSpec sequences(int steps, int batchSize, double learningRate, int dropoutSteps) {
    return new TrainingSpec(
        5,
        steps,
        batchSize,
        OptimizerKind.ADAMW,
        learningRate,
        0.9,
        0.999,
        1e-8,
        0,
        0,
        0,
        1,
        BatchOrder.SHUFFLED,
        dropoutSteps,
        LossPrecision.FLOAT64,
        Loss.CROSS_ENTROPY,
        0.03,
        0.1,
        0.95,
        -1,
        0);
  }
}
