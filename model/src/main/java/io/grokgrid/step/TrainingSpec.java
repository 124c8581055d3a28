package io.grokgrid.step;

import ai.djl.ndarray.NDManager;
import io.grokgrid.base.Changed;
import io.grokgrid.base.Check;
import io.grokgrid.base.IdleWhere;
import io.grokgrid.base.OnlyFor;
import io.grokgrid.base.Randomness;
import io.grokgrid.tensor.Dropout;
import io.grokgrid.tensor.LossForm;
import java.io.Serializable;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a network is trained; units and sources of the defaults are in {@code reference.conf}.
 *
 * @param seed of everything that is random but the split
 * @param steps number of updates
 * @param batchSize examples a step; 0 is the whole training set
 * @param optimizer the update rule
 * @param learningRate step size; under muon of what is no hidden matrix
 * @param beta1 decay of the first moment (adamw, adam, muon)
 * @param beta2 decay of the second moment (adamw, adam, muon)
 * @param epsilon added to the root of the second moment, after the bias correction (adamw, adam,
 *     muon)
 * @param momentum of sgd
 * @param weightDecay decoupled for adamw and the rest under muon, added to the gradient for adam
 *     and sgd
 * @param decay which parameters it acts on
 * @param warmupSteps updates until the learning rate has its value; 0 does not warm up
 * @param warmup what it is multiplied by until then
 * @param gradientFilter what is added to the gradient of earlier ones, see {@link
 *     io.grokgrid.train.GradientFilter}
 * @param filterAlpha decay of their mean (ema)
 * @param filterWindow how many they are (ma)
 * @param filterGain what their mean is multiplied by
 * @param gradientClip largest global norm of the gradient, filtered; 0 does not clip
 * @param orthograd whether each tensor's part of it that is along the weights is taken away, see
 *     {@link io.grokgrid.train.OrthoGrad}
 * @param batchOrder how mini batches are drawn
 * @param dropoutSteps updates with dropout, from the first; -1 all
 * @param lossPrecision arithmetic of the log-softmax (cross_entropy)
 * @param loss what is minimised and reported
 * @param muonLearningRate step size of hidden matrices (muon)
 * @param muonWeightDecay of hidden matrices, decoupled (muon)
 * @param muonMomentum of hidden matrices (muon)
 * @param stopAfterGrok steps to go on after the grok step; -1 never stops early
 * @param maxSeconds training time after which a run ends as out_of_time; 0 is no limit
 */
public record TrainingSpec(
    long seed,
    int steps,
    int batchSize,
    OptimizerKind optimizer,
    double learningRate,
    @IdleWhere("training.optimizer = sgd") double beta1,
    @IdleWhere("training.optimizer = sgd") double beta2,
    @IdleWhere("training.optimizer = sgd") double epsilon,
    @IdleWhere("training.optimizer != sgd") double momentum,
    double weightDecay,
    @IdleWhere("training.weight_decay = 0")
        @IdleWhere("model.bias = false")
        @IdleWhere(
            "model.mlp_bias = false and model.unembed_bias = false and model.normalization = none")
        Decay decay,
    int warmupSteps,
    @IdleWhere("training.warmup_steps = 0") Warmup warmup,
    GradientFilterKind gradientFilter,
    @IdleWhere("training.gradient_filter != ema") double filterAlpha,
    @IdleWhere("training.gradient_filter != ma") int filterWindow,
    @IdleWhere("training.gradient_filter = none") double filterGain,
    double gradientClip,
    boolean orthograd,
    @OnlyFor("task.kind != sequence") @IdleWhere("training.batch_size = 0") BatchOrder batchOrder,
    @OnlyFor("model.kind = transformer") @IdleWhere("model.dropout = 0") int dropoutSteps,
    @IdleWhere("training.loss != cross_entropy") LossPrecision lossPrecision,
    Loss loss,
    @IdleWhere("training.optimizer != muon") double muonLearningRate,
    @IdleWhere("training.optimizer != muon") double muonWeightDecay,
    @IdleWhere("training.optimizer != muon") double muonMomentum,
    int stopAfterGrok,
    double maxSeconds)
    implements Serializable {
  /**
   * The update rules, as torch.optim defines them; muon: {@link io.grokgrid.train.Muon} and AdamW.
   */
  public enum OptimizerKind {
    ADAMW,
    ADAM,
    SGD,
    MUON
  }

  /** matrices: not on biases and on the scales and shifts of layer norms. */
  public enum Decay {
    ALL,
    MATRICES
  }

  /** Of update t, from 0, of w: from_zero: min(t / w, 1); from_first: min((t + 1) / w, 1). */
  public enum Warmup {
    FROM_ZERO,
    FROM_FIRST
  }

  /** ema: an exponential moving average; ma: a plain one. */
  public enum GradientFilterKind {
    NONE,
    EMA,
    MA
  }

  /** shuffled: every epoch in a new order, a short last batch kept. */
  public enum BatchOrder {
    SHUFFLED,
    WITH_REPLACEMENT
  }

  /** float32: ordinary log-softmax, its underflow included; float64: no cancellation. */
  public enum LossPrecision {
    FLOAT32,
    FLOAT64
  }

  /**
   * cross_entropy: of the softmax; stablemax: of StableMax in its place; mean_squared_error: of
   * one-hot targets, over examples and classes. The last two always in float64.
   */
  public enum Loss {
    CROSS_ENTROPY,
    STABLEMAX,
    MEAN_SQUARED_ERROR
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
        .that(
            filterAlpha >= 0 && filterAlpha < 1,
            "filter_alpha",
            "must be at least 0 and below 1",
            filterAlpha)
        .between("filter_window", filterWindow, 1, 10_000)
        .atLeast("filter_gain", filterGain, 0)
        .atLeast("gradient_clip", gradientClip, 0)
        .atLeast("dropout_steps", dropoutSteps, -1)
        .positive("muon_learning_rate", muonLearningRate)
        .atLeast("muon_weight_decay", muonWeightDecay, 0)
        .that(
            muonMomentum >= 0 && muonMomentum < 1,
            "muon_momentum",
            "must be at least 0 and below 1",
            muonMomentum)
        .atLeast("stop_after_grok", stopAfterGrok, -1)
        .atLeast("max_seconds", maxSeconds, 0)
        .done();
  }

  /**
   * What is left out in the update that follows {@code step} updates, if anything.
   *
   * @param probability of each number
   */
  @Nullable Dropout dropout(NDManager manager, double probability, int step) {
    boolean on = probability > 0 && (dropoutSteps < 0 || step < dropoutSteps);
    return on
        ? new Dropout(manager, probability, Randomness.stream(seed, "dropout/" + step))
        : null;
  }

  /**
   * The same loss as a function of the parameters alone: without dropout, and without the
   * cancellation that training may ask for.
   *
   * @param examples of a batch; 0 is the whole training set
   */
  public TrainingSpec ofTheLossAlone(int examples) {
    return Changed.with(
        this,
        Map.of("batchSize", examples, "dropoutSteps", 0, "lossPrecision", LossPrecision.FLOAT64));
  }

  /** Whether so much training time is all that a run may take. */
  public boolean isOutOfTime(double seconds) {
    return maxSeconds > 0 && seconds >= maxSeconds;
  }

  /** The two keys of the loss in one. */
  public LossForm lossForm() {
    return switch (loss) {
      case CROSS_ENTROPY ->
          lossPrecision == LossPrecision.FLOAT64 ? LossForm.FLOAT64 : LossForm.FLOAT32;
      case STABLEMAX -> LossForm.STABLEMAX;
      case MEAN_SQUARED_ERROR -> LossForm.MEAN_SQUARED_ERROR;
    };
  }
}
