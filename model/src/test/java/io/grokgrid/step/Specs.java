package io.grokgrid.step;

import io.grokgrid.base.Changed;
import io.grokgrid.keys.RunSpecs;
import io.grokgrid.step.TrainingSpec.BatchOrder;
import io.grokgrid.step.TrainingSpec.Loss;
import io.grokgrid.step.TrainingSpec.LossPrecision;
import io.grokgrid.step.TrainingSpec.OptimizerKind;
import io.grokgrid.tensor.LossForm;
import java.util.HashMap;
import java.util.Map;

/** Training settings for tests, written short. */
public final class Specs {
  private static final TrainingSpec STANDARD = RunSpecs.of(Map.of()).training();

  private Specs() {}

  /** Full batches, AdamW with weight decay and a short warm-up, the loss in float64. */
  public static Training training() {
    return new Training();
  }

  /** Fresh sequences at every step, with AdamW and no weight decay. */
  public static Training sequences(int batchSize) {
    Training training = new Training().batchSize(batchSize).weightDecay(0).warmup(0).clip(1);
    return training.with("beta2", 0.999);
  }

  /** Settings one by one: each method changes one and returns the same object. */
  public static final class Training {
    private final Map<String, Object> changes = new HashMap<>();

    private Training() {
      changes.put("seed", 5L);
      changes.put("steps", 1000);
      changes.put("batchSize", 0);
      changes.put("optimizer", OptimizerKind.ADAMW);
      changes.put("learningRate", 1e-3);
      changes.put("beta2", 0.98);
      changes.put("momentum", 0.0);
      changes.put("weightDecay", 1.0);
      changes.put("warmupSteps", 10);
      changes.put("gradientClip", 0.0);
      changes.put("batchOrder", BatchOrder.SHUFFLED);
      changes.put("dropoutSteps", -1);
    }

    public Training seed(long number) {
      changes.put("seed", number);
      return this;
    }

    public Training steps(int updates) {
      changes.put("steps", updates);
      return this;
    }

    public Training batchSize(int examples) {
      changes.put("batchSize", examples);
      return this;
    }

    public Training optimizer(OptimizerKind kind) {
      changes.put("optimizer", kind);
      return this;
    }

    public Training learningRate(double size) {
      changes.put("learningRate", size);
      return this;
    }

    public Training momentum(double ofSgd) {
      changes.put("momentum", ofSgd);
      return this;
    }

    public Training weightDecay(double factor) {
      changes.put("weightDecay", factor);
      return this;
    }

    public Training warmup(int updates) {
      changes.put("warmupSteps", updates);
      return this;
    }

    public Training clip(double norm) {
      changes.put("gradientClip", norm);
      return this;
    }

    public Training order(BatchOrder how) {
      changes.put("batchOrder", how);
      return this;
    }

    public Training dropoutSteps(int updates) {
      changes.put("dropoutSteps", updates);
      return this;
    }

    public Training loss(LossForm form) {
      changes.put(
          "lossPrecision",
          form == LossForm.FLOAT32 ? LossPrecision.FLOAT32 : LossPrecision.FLOAT64);
      changes.put(
          "loss",
          switch (form) {
            case FLOAT32, FLOAT64 -> Loss.CROSS_ENTROPY;
            case STABLEMAX -> Loss.STABLEMAX;
            case MEAN_SQUARED_ERROR -> Loss.MEAN_SQUARED_ERROR;
          });
      return this;
    }

    public TrainingSpec spec() {
      return Changed.with(STANDARD, changes);
    }

    /** Any other component. */
    public Training with(String component, Object value) {
      changes.put(component, value);
      return this;
    }
  }
}
