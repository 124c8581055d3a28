package io.grokgrid.step;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import io.grokgrid.base.Randomness;
import io.grokgrid.net.Signature;
import io.grokgrid.step.TextbookPass.Sums;
import io.grokgrid.task.SequenceTask;
import io.grokgrid.task.SequenceTask.Purpose;
import io.grokgrid.task.Sequences;
import java.util.function.Consumer;

/**
 * Sequences that are drawn anew for every update. Those of an evaluation are the same every time:
 * so many batches for training's distribution, for the test's, and for those out of distribution.
 */
final class SequenceInputs implements Inputs {
  /** Positions of which attention is recorded, from the first. */
  private static final int ATTENDED = 32;

  /** Tokens that are evaluated at a time: bounds the memory. */
  private static final int MOST_TOKENS = 1 << 12;

  private final NDManager manager;
  private final SequenceTask task;
  private final TrainingSpec spec;
  private final int evaluated;

  /**
   * @param manager owns what is drawn, unless a scope is open
   * @param evaluationBatches of the training's size, that each evaluation is made of
   */
  SequenceInputs(NDManager manager, SequenceTask task, TrainingSpec spec, int evaluationBatches) {
    this.manager = manager;
    this.task = task;
    this.spec = spec;
    evaluated = Math.multiplyExact(evaluationBatches, spec.batchSize());
  }

  @Override
  public Signature signature() {
    return Signature.of(task, Purpose.TRAINING);
  }

  @Override
  public Signature longest() {
    return Signature.of(task, Purpose.OUT_OF_DISTRIBUTION);
  }

  @Override
  public boolean isDrawnAnew() {
    return true;
  }

  @Override
  public Batch batch(int[] examples) {
    throw new IllegalStateException("sequences are drawn anew, and have no numbers");
  }

  @Override
  public Batch batch(int step) {
    Randomness random = Randomness.stream(spec.seed(), "batches/" + step);
    Sequences batch = task.draw(spec.batchSize(), Purpose.TRAINING, random);
    NDArray classes = manager.create(batch.answers(), new Shape(batch.answers().length, 1));
    return new Batch(tokens(batch), classes);
  }

  /** (B, T). */
  private NDArray tokens(Sequences batch) {
    return manager.create(batch.tokens(), new Shape(batch.size(), batch.length()));
  }

  @Override
  public Totals evaluate(boolean withOod, Evaluator evaluator) {
    Sums train = sums(Purpose.TRAINING, evaluator);
    Sums test = sums(Purpose.TEST, evaluator);
    Sums none = new Sums();
    return new Totals(train, test, withOod ? sums(Purpose.OUT_OF_DISTRIBUTION, evaluator) : none);
  }

  private Sums sums(Purpose purpose, Evaluator evaluator) {
    Sums sums = new Sums();
    boolean isLong = purpose == Purpose.OUT_OF_DISTRIBUTION;
    draw(
        purpose,
        drawn -> {
          Sums[] places = Sums.all(drawn.size(), sums);
          evaluator.evaluate(isLong, tokens(drawn), drawn.answers(), places);
        });
    return sums;
  }

  /** Those of one evaluation, a part at a time, each with a scope for its tensors. */
  private void draw(Purpose purpose, Consumer<Sequences> part) {
    Randomness random = Randomness.stream(spec.seed(), "evaluation/" + purpose);
    int most = Math.max(1, MOST_TOKENS / task.length(purpose));
    for (int from = 0; from < evaluated; from += most) {
      Sequences drawn = task.draw(Math.min(most, evaluated - from), purpose, random);
      try (NDScope scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        part.accept(drawn);
      }
    }
  }

  @Override
  public int attended() {
    return Math.min(ATTENDED, task.length());
  }

  /** Over the test's sequences. */
  @Override
  public void attend(boolean ofTraining, Consumer<NDArray> inputs) {
    if (!ofTraining) {
      draw(Purpose.TEST, drawn -> inputs.accept(tokens(drawn)));
    }
  }
}
