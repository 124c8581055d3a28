package io.grokgrid.train;

import ai.djl.ndarray.types.DataType;
import io.grokgrid.base.Check;
import java.io.Serializable;

/**
 * How a network is trained; units and sources of the defaults are in {@code reference.conf}.
 *
 * @param seed of everything that is random but the split
 * @param steps number of updates
 * @param batchSize examples a step; 0 is the whole training set
 * @param optimizer the update rule
 * @param learningRate step size
 * @param beta1 decay of the first moment (adamw, adam)
 * @param beta2 decay of the second moment (adamw, adam)
 * @param epsilon added to the root of the second moment, after the bias correction (adamw, adam)
 * @param momentum of sgd
 * @param weightDecay decoupled for adamw, added to the gradient for adam and sgd
 * @param warmupSteps the learning rate of update t is multiplied by min(t / warmup, 1), t from 0
 * @param gradientClip largest global gradient norm; 0 does not clip
 * @param batchOrder how mini batches are drawn
 * @param lossPrecision arithmetic of the log-softmax
 * @param stopAfterGrok steps to go on after the grok step; -1 never stops early
 * @param maxSeconds training time after which a run ends as out_of_time; 0 is no limit
 */
public record TrainingSpec(
    long seed,
    int steps,
    int batchSize,
    OptimizerKind optimizer,
    double learningRate,
    double beta1,
    double beta2,
    double epsilon,
    double momentum,
    double weightDecay,
    int warmupSteps,
    double gradientClip,
    BatchOrder batchOrder,
    LossPrecision lossPrecision,
    int stopAfterGrok,
    double maxSeconds)
    implements Serializable {
  /** The update rules, as torch.optim defines them. */
  public enum OptimizerKind {
    ADAMW,
    ADAM,
    SGD
  }

  /** shuffled: every epoch in a new order, a short last batch kept. */
  public enum BatchOrder {
    SHUFFLED,
    WITH_REPLACEMENT
  }

  /** float32: ordinary log-softmax, its underflow included; float64: no cancellation. */
  public enum LossPrecision {
    FLOAT32,
    FLOAT64;

    DataType type() {
      return this == FLOAT64 ? DataType.FLOAT64 : DataType.FLOAT32;
    }
  }

  public TrainingSpec {
    new Check()
        .atLeast("steps", steps, 1)
        .atLeast("batch_size", batchSize, 0)
        .positive("learning_rate", learningRate)
        .that(beta1 >= 0 && beta1 < 1, "beta1", "must be at least 0 and below 1", beta1)
        .that(beta2 >= 0 && beta2 < 1, "beta2", "must be at least 0 and below 1", beta2)
        .positive("epsilon", epsilon)
        .that(momentum >= 0 && momentum < 1, "momentum", "must be at least 0 and below 1", momentum)
        .atLeast("weight_decay", weightDecay, 0)
        .atLeast("warmup_steps", warmupSteps, 0)
        .atLeast("gradient_clip", gradientClip, 0)
        .atLeast("stop_after_grok", stopAfterGrok, -1)
        .atLeast("max_seconds", maxSeconds, 0)
        .done();
  }
}
