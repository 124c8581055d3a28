package io.grokgrid.step;

import io.grokgrid.step.TrainingSpec.BatchOrder;
import io.grokgrid.step.TrainingSpec.Loss;
import io.grokgrid.step.TrainingSpec.LossPrecision;
import io.grokgrid.step.TrainingSpec.OptimizerKind;
import io.grokgrid.tensor.LossForm;

/** Training settings for tests, written short. */
public final class Specs {
  private Specs() {}

  /** Full batches, AdamW with weight decay and a short warm-up, the loss in float64. */
  public static Training training() {
    return new Training();
  }

  /** Fresh sequences at every step, with AdamW and no weight decay. */
  public static Training sequences(int batchSize) {
    Training training = new Training().batchSize(batchSize).weightDecay(0).warmup(0).clip(1);
    training.beta2 = 0.999;
    return training;
  }

  /** Settings one by one: each method changes one and returns the same object. */
  public static final class Training {
    private long seed = 5;
    private int steps = 1000;
    private int batchSize;
    private OptimizerKind optimizer = OptimizerKind.ADAMW;
    private double learningRate = 1e-3;
    private double beta2 = 0.98;
    private double momentum;
    private double weightDecay = 1;
    private int warmup = 10;
    private double clip;
    private BatchOrder order = BatchOrder.SHUFFLED;
    private int dropoutSteps = -1;
    private LossForm loss = LossForm.FLOAT64;

    private Training() {}

    public Training seed(long number) {
      seed = number;
      return this;
    }

    public Training steps(int updates) {
      steps = updates;
      return this;
    }

    public Training batchSize(int examples) {
      batchSize = examples;
      return this;
    }

    public Training optimizer(OptimizerKind kind) {
      optimizer = kind;
      return this;
    }

    public Training learningRate(double size) {
      learningRate = size;
      return this;
    }

    public Training momentum(double ofSgd) {
      momentum = ofSgd;
      return this;
    }

    public Training weightDecay(double factor) {
      weightDecay = factor;
      return this;
    }

    public Training warmup(int updates) {
      warmup = updates;
      return this;
    }

    public Training clip(double norm) {
      clip = norm;
      return this;
    }

    public Training order(BatchOrder how) {
      order = how;
      return this;
    }

    public Training dropoutSteps(int updates) {
      dropoutSteps = updates;
      return this;
    }

    public Training loss(LossForm form) {
      loss = form;
      return this;
    }

    public TrainingSpec spec() {
      return new TrainingSpec(
          seed,
          steps,
          batchSize,
          optimizer,
          learningRate,
          0.9,
          beta2,
          1e-8,
          momentum,
          weightDecay,
          warmup,
          clip,
          order,
          dropoutSteps,
          loss == LossForm.FLOAT32 ? LossPrecision.FLOAT32 : LossPrecision.FLOAT64,
          loss == LossForm.STABLEMAX ? Loss.STABLEMAX : Loss.CROSS_ENTROPY,
          0.03,
          0.1,
          0.95,
          -1,
          0);
    }
  }
}
