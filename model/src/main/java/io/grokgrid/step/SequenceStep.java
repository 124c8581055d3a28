package io.grokgrid.step;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.grokgrid.base.Randomness;
import io.grokgrid.net.Dropout;
import io.grokgrid.net.Signature;
import io.grokgrid.net.Transformer;
import io.grokgrid.net.TransformerSpec;
import io.grokgrid.step.TextbookPass.Sums;
import io.grokgrid.task.SequenceTask;
import io.grokgrid.task.SequenceTask.Purpose;
import io.grokgrid.task.Sequences;
import java.util.List;

/**
 * A transformer on sequences that are drawn anew for every step. It is evaluated on sequences that
 * are the same at every recorded step: so many batches for training's distribution, for the test's,
 * and for those out of distribution.
 */
public final class SequenceStep implements TrainingStep {
  /** Positions of which attention is recorded, from the first. */
  private static final int ATTENDED = 32;

  /** Tokens that are evaluated at a time: bounds the memory. */
  private static final int MOST_TOKENS = 1 << 12;

  private final NDManager manager;
  private final SequenceTask task;
  private final TrainingSpec spec;
  private final double dropout;
  private final int evaluated;
  private final boolean everyPosition;
  private final Transformer network;
  private final TextbookPass pass;
  private final TextbookPass longPass;

  /**
   * @param manager owns what lives as long as this object; the caller closes it
   * @param evaluationBatches of the training's size, that each evaluation is made of
   * @param everyPosition whether training takes every position through every layer, as the public
   *     code does (and without dropout), or no more than the answers need
   */
  public SequenceStep(
      NDManager manager,
      TransformerSpec model,
      SequenceTask task,
      TrainingSpec spec,
      int evaluationBatches,
      boolean everyPosition) {
    this.manager = manager;
    this.task = task;
    this.spec = spec;
    this.everyPosition = everyPosition;
    dropout = model.dropout();
    evaluated = Math.multiplyExact(evaluationBatches, spec.batchSize());
    network = network(model, Purpose.TRAINING);
    pass = new TextbookPass(manager, network, spec.lossForm());
    longPass =
        new TextbookPass(manager, network(model, Purpose.OUT_OF_DISTRIBUTION), spec.lossForm());
  }

  private Transformer network(TransformerSpec model, Purpose purpose) {
    return new Transformer(manager, model, Signature.of(task, purpose), DataType.FLOAT32);
  }

  @Override
  public double lossAndGradient(float[] parameters, float[] gradient, int step) {
    Randomness random = Randomness.stream(spec.seed(), "batches/" + step);
    Sequences batch = task.draw(spec.batchSize(), Purpose.TRAINING, random);
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      Dropout now = spec.dropout(manager, dropout, step);
      NDArray classes = manager.create(batch.answers(), new Shape(batch.answers().length, 1));
      return pass.lossAndGradient(parameters, gradient, tokens(batch), classes, everyPosition, now);
    }
  }

  /** (B, T). */
  private NDArray tokens(Sequences batch) {
    return manager.create(batch.tokens(), new Shape(batch.size(), batch.length()));
  }

  @Override
  public Evaluation evaluate(float[] parameters, boolean withOod) {
    Sums train = evaluate(parameters, Purpose.TRAINING);
    Sums test = evaluate(parameters, Purpose.TEST);
    Sums ood = withOod ? evaluate(parameters, Purpose.OUT_OF_DISTRIBUTION) : null;
    return new Evaluation(
        train.meanLoss(),
        train.accuracy(),
        test.meanLoss(),
        test.accuracy(),
        ood == null ? null : ood.meanLoss(),
        ood == null ? null : ood.accuracy());
  }

  private Sums evaluate(float[] parameters, Purpose purpose) {
    Sums sums = new Sums();
    TextbookPass pass = purpose == Purpose.OUT_OF_DISTRIBUTION ? longPass : this.pass;
    Randomness random = Randomness.stream(spec.seed(), "evaluation/" + purpose);
    int most = Math.max(1, MOST_TOKENS / task.length(purpose));
    for (int from = 0; from < evaluated; from += most) {
      Sequences drawn = task.draw(Math.min(most, evaluated - from), purpose, random);
      try (NDScope scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        Sums[] places = TextbookPass.all(drawn.size(), sums);
        pass.evaluate(parameters, tokens(drawn), drawn.answers(), places);
      }
    }
    return sums;
  }

  @Override
  public boolean drawsAnew() {
    return true;
  }

  /** Over the test's sequences, of the first 32 positions. */
  @Override
  public List<AttentionMean> attention(float[] parameters, int step) {
    TextbookAttention attention = new TextbookAttention(network, ATTENDED);
    Randomness random = Randomness.stream(spec.seed(), "evaluation/" + Purpose.TEST);
    int most = Math.max(1, MOST_TOKENS / task.length());
    for (int from = 0; from < evaluated; from += most) {
      Sequences drawn = task.draw(Math.min(most, evaluated - from), Purpose.TEST, random);
      try (NDScope scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        attention.add(network.trace(manager.create(parameters), tokens(drawn)), drawn.size());
      }
    }
    return attention.means(step);
  }

  @Override
  public List<AttentionMean> trainAttention(float[] parameters, int step) {
    return List.of();
  }
}
