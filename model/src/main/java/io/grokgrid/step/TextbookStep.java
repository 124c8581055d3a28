package io.grokgrid.step;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.grokgrid.net.EmbeddingMlp;
import io.grokgrid.net.EmbeddingMlpSpec;
import io.grokgrid.net.Model;
import io.grokgrid.net.Network;
import io.grokgrid.net.Transformer;
import io.grokgrid.net.TransformerSpec;
import io.grokgrid.step.TextbookPass.Sums;
import io.grokgrid.task.Examples;
import java.util.Arrays;
import java.util.List;

/** A network as {@link Network} has it, on a table: for every network. */
public final class TextbookStep implements TableStep {
  /**
   * Examples that are evaluated at a time: bounds the memory, changes no result but by rounding.
   */
  private static final int CHUNK = 2048;

  private final NDManager manager;
  private final Model model;
  private final Network network;
  private final TextbookPass pass;
  private final Examples dataset;
  private final TrainingSpec spec;
  private final Batches batches;
  private final boolean everyPosition;
  private final NDArray tokens;
  private final NDArray trainTokens;
  private final NDArray trainAnswers;

  /**
   * Puts the dataset where the network is.
   *
   * @param manager owns what lives as long as this object; the caller closes it
   * @param n elements that the table is over
   * @param everyPosition whether training takes every position through every layer, as the papers'
   *     code does (and without dropout), or no more than the answer needs
   */
  public TextbookStep(
      NDManager manager,
      Model model,
      int n,
      Examples dataset,
      TrainingSpec spec,
      boolean everyPosition) {
    this.manager = manager;
    this.model = model;
    this.dataset = dataset;
    this.spec = spec;
    this.everyPosition = everyPosition;
    network =
        model instanceof TransformerSpec transformer
            ? new Transformer(manager, transformer, n, DataType.FLOAT32)
            : new EmbeddingMlp((EmbeddingMlpSpec) model, n);
    pass = new TextbookPass(manager, network, spec.lossForm());
    int train = dataset.trainExamples();
    batches = new Batches(spec, train);
    int[] all = new int[dataset.size()];
    Arrays.setAll(all, i -> i);
    int[] first = Arrays.copyOf(all, train);
    tokens = tokens(all, n);
    trainTokens = tokens(first, n);
    trainAnswers = manager.create(answers(0, train), new Shape(train, 1)); // (B, 1)
  }

  /**
   * (B, T): a, b and, if the network has it, =; tokens of b and = come after those of a where b has
   * its own.
   */
  private NDArray tokens(int[] examples, int n) {
    boolean ofItsOwn = model instanceof TransformerSpec with && with.separateOperands();
    boolean equals = model instanceof TransformerSpec with && with.equalsToken();
    int length = model.ofPairs(n).length();
    long[] rows = new long[examples.length * length];
    for (int i = 0; i < examples.length; i++) {
      rows[i * length] = dataset.left()[examples[i]];
      rows[i * length + 1] = (long) dataset.right()[examples[i]] + (ofItsOwn ? n : 0);
      if (equals) {
        rows[i * length + 2] = model.ofPairs(n).tokens() - 1L;
      }
    }
    return manager.create(rows, new Shape(examples.length, length)); // (B, T)
  }

  private long[] answers(int from, int to) {
    return Arrays.stream(dataset.answers(), from, to).asLongStream().toArray();
  }

  @Override
  public double lossAndGradient(float[] parameters, float[] gradient) {
    return lossAndGradient(parameters, gradient, trainTokens, trainAnswers, 0);
  }

  @Override
  public double lossAndGradient(float[] parameters, float[] gradient, int[] batch) {
    return lossAndGradient(parameters, gradient, batch, 0);
  }

  @Override
  public double lossAndGradient(float[] parameters, float[] gradient, int step) {
    return batches.isFull()
        ? lossAndGradient(parameters, gradient, trainTokens, trainAnswers, step)
        : lossAndGradient(parameters, gradient, batches.at(step), step);
  }

  private double lossAndGradient(float[] parameters, float[] gradient, int[] batch, int step) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDArray rows = manager.create(batch).toType(DataType.INT64, false); // (B)
      return lossAndGradient(
          parameters, gradient, trainTokens.get(rows), trainAnswers.get(rows), step);
    }
  }

  private double lossAndGradient(
      float[] parameters, float[] gradient, NDArray input, NDArray classes, int step) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      double dropout = model instanceof TransformerSpec with ? with.dropout() : 0;
      return pass.lossAndGradient(
          parameters,
          gradient,
          input,
          classes,
          everyPosition,
          spec.dropout(manager, dropout, step));
    }
  }

  @Override
  public Evaluation evaluate(float[] parameters) {
    Sums train = new Sums();
    Sums test = new Sums();
    for (int from = 0; from < dataset.size(); from += CHUNK) {
      int to = Math.min(from + CHUNK, dataset.size());
      Sums[] places = TextbookPass.all(to - from, test);
      Arrays.fill(places, 0, Math.max(0, Math.min(to, dataset.trainExamples()) - from), train);
      try (NDArray rows = tokens.get(from + ":" + to)) {
        pass.evaluate(parameters, rows, answers(from, to), places);
      }
    }
    return new Evaluation(
        train.meanLoss(), train.accuracy(), test.meanLoss(), test.accuracy(), null, null);
  }

  @Override
  public List<AttentionMean> attention(float[] parameters, int step) {
    return attention(parameters, step, dataset.size());
  }

  @Override
  public List<AttentionMean> trainAttention(float[] parameters, int step) {
    return attention(parameters, step, dataset.trainExamples());
  }

  /** Over the first n examples. */
  private List<AttentionMean> attention(float[] parameters, int step, int n) {
    if (!(network instanceof Transformer transformer)) {
      return List.of();
    }
    TextbookAttention attention = new TextbookAttention(transformer, Integer.MAX_VALUE);
    for (int from = 0; from < n; from += CHUNK) {
      try (NDScope scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        NDArray rows = tokens.get(from + ":" + Math.min(from + CHUNK, n));
        attention.add(transformer.trace(manager.create(parameters), rows), rows.size(0));
      }
    }
    return attention.means(step);
  }
}
