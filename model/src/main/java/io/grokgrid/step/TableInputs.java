package io.grokgrid.step;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.grokgrid.net.Model;
import io.grokgrid.net.Signature;
import io.grokgrid.step.TextbookPass.Sums;
import io.grokgrid.task.Examples;
import java.util.Arrays;
import java.util.function.Consumer;

/** The entries of a table, put where the network is. */
final class TableInputs implements Inputs {
  /**
   * Examples that are evaluated at a time: bounds the memory, changes no result but by rounding.
   */
  private static final int CHUNK = 2048;

  private final NDManager manager;
  private final Signature signature;
  private final Examples examples;
  private final Batches batches;
  private final NDArray tokens; // (examples, T)
  private final NDArray trainTokens;
  private final NDArray trainAnswers; // (B, 1)

  /**
   * @param manager owns what lives as long as this object; the caller closes it
   * @param n elements that the table is over
   */
  TableInputs(NDManager manager, Model model, int n, Examples examples, TrainingSpec spec) {
    this.manager = manager;
    this.examples = examples;
    signature = model.ofPairs(n);
    int train = examples.trainExamples();
    batches = new Batches(spec, train);
    tokens = tokens(model, n, examples.size());
    trainTokens = tokens(model, n, train);
    trainAnswers = manager.create(answers(0, train), new Shape(train, 1));
  }

  /** Of the first examples: (B, T). */
  private NDArray tokens(Model model, int n, int count) {
    int length = signature.length();
    long[] rows = new long[count * length];
    for (int i = 0; i < count; i++) {
      long[] pair = model.pair(examples.left()[i], examples.right()[i], n);
      System.arraycopy(pair, 0, rows, i * length, length);
    }
    return manager.create(rows, new Shape(count, length));
  }

  private long[] answers(int from, int to) {
    return Arrays.stream(examples.answers(), from, to).asLongStream().toArray();
  }

  @Override
  public Signature signature() {
    return signature;
  }

  @Override
  public Signature longest() {
    return signature;
  }

  @Override
  public boolean isDrawnAnew() {
    return false;
  }

  @Override
  public Batch batch(int step) {
    return batches.isFull() ? new Batch(trainTokens, trainAnswers) : batch(batches.at(step));
  }

  @Override
  public Batch batch(int[] chosen) {
    NDArray rows = manager.create(chosen).toType(DataType.INT64, false); // (B)
    return new Batch(trainTokens.get(rows), trainAnswers.get(rows));
  }

  @Override
  public Totals evaluate(boolean withOod, Evaluator evaluator) {
    Totals totals = new Totals(new Sums(), new Sums(), new Sums());
    for (int from = 0; from < examples.size(); from += CHUNK) {
      int to = Math.min(from + CHUNK, examples.size());
      Sums[] places = Sums.all(to - from, totals.test());
      int train = Math.max(0, Math.min(to, examples.trainExamples()) - from);
      Arrays.fill(places, 0, train, totals.train());
      try (NDArray rows = tokens.get(from + ":" + to)) {
        evaluator.evaluate(false, rows, answers(from, to), places);
      }
    }
    return totals;
  }

  /** All. */
  @Override
  public int attended() {
    return signature.length();
  }

  @Override
  public void attend(boolean ofTraining, Consumer<NDArray> inputs) {
    int n = ofTraining ? examples.trainExamples() : examples.size();
    for (int from = 0; from < n; from += CHUNK) {
      try (NDArray rows = tokens.get(from + ":" + Math.min(from + CHUNK, n))) {
        inputs.accept(rows);
      }
    }
  }
}
