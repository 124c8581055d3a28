package io.grokgrid.train;

import io.grokgrid.train.TrainingSpec.BatchOrder;
import io.grokgrid.train.TrainingSpec.LossPrecision;
import io.grokgrid.train.TrainingSpec.OptimizerKind;

/** Training settings for tests, written short. */
final class Specs {
  private Specs() {}

  static TrainingSpec training(
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
        LossPrecision.FLOAT64,
        -1,
        0);
  }

  static TrainingSpec training(int steps, int batchSize, BatchOrder order, int stopAfterGrok) {
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
        LossPrecision.FLOAT64,
        stopAfterGrok,
        0);
  }
}
