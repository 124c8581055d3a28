package io.grokgrid.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.grokgrid.net.Autograd;
import io.grokgrid.net.Transformer;
import io.grokgrid.net.TransformerModel;
import io.grokgrid.task.Dataset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A network as {@link Transformer} has it: for every network. */
public final class TextbookStep implements TrainingStep {
  /**
   * Examples that are evaluated at a time: bounds the memory, changes no result but by rounding.
   */
  private static final int CHUNK = 2048;

  private final NDManager manager;
  private final Transformer network;
  private final Dataset dataset;
  private final boolean everyPosition;
  private final DataType lossType;
  private final NDArray tokens;
  private final NDArray answers;
  private final NDArray trainTokens;
  private final NDArray trainAnswers;
  private final NDArray minusMean;

  /**
   * Puts the dataset where the network is.
   *
   * @param manager owns what lives as long as this object; the caller closes it
   * @param network made with the same manager, in float32
   * @param everyPosition whether training takes every position through every layer, as the papers'
   *     code does, or no more than the answer needs
   */
  public TextbookStep(
      NDManager manager,
      Transformer network,
      int p,
      Dataset dataset,
      TrainingSpec.LossPrecision precision,
      boolean everyPosition) {
    this.manager = manager;
    this.network = network;
    this.dataset = dataset;
    this.everyPosition = everyPosition;
    lossType = precision.type();
    int train = dataset.trainExamples();
    int[] all = new int[dataset.size()];
    Arrays.setAll(all, i -> i);
    int[] first = Arrays.copyOf(all, train);
    tokens = tokens(all, p);
    answers = answers(all);
    trainTokens = tokens(first, p);
    trainAnswers = answers(first);
    minusMean = manager.create(-1.0 / train).toType(lossType, false);
  }

  /**
   * (B, T): a, b and, if the network has it, =; tokens of b and = come after those of a where b has
   * its own.
   */
  private NDArray tokens(int[] examples, int p) {
    TransformerModel model = network.model();
    int length = model.length();
    int offset = model.separateOperands() ? p : 0;
    long[] rows = new long[examples.length * length];
    for (int i = 0; i < examples.length; i++) {
      rows[i * length] = dataset.left()[examples[i]];
      rows[i * length + 1] = (long) dataset.right()[examples[i]] + offset;
      if (model.equalsToken()) {
        rows[i * length + 2] = model.tokens(p) - 1L;
      }
    }
    return manager.create(rows, new Shape(examples.length, length)); // (B, T)
  }

  private NDArray answers(int[] examples) {
    long[] classes = Arrays.stream(examples).mapToLong(i -> dataset.answers()[i]).toArray();
    return manager.create(classes, new Shape(classes.length, 1)); // (B, 1)
  }

  @Override
  public double lossAndGradient(float[] parameters, float[] gradient) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      return differentiate(parameters, gradient, trainTokens, trainAnswers, minusMean);
    }
  }

  @Override
  public double lossAndGradient(float[] parameters, float[] gradient, int[] batch) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDArray rows = manager.create(batch).toType(DataType.INT64, false); // (B)
      NDArray mean = manager.create(-1.0 / batch.length).toType(lossType, false);
      return differentiate(
          parameters, gradient, trainTokens.get(rows), trainAnswers.get(rows), mean);
    }
  }

  private double differentiate(
      float[] parameters, float[] gradient, NDArray input, NDArray classes, NDArray mean) {
    NDArray leaf = manager.create(parameters);
    leaf.setRequiresGradient(true);
    NDArray loss =
        Autograd.record(
            () -> {
              NDArray logits =
                  everyPosition
                      ? network.trace(leaf, input).answer()
                      : network.answer(leaf, input); // (B, C)
              NDArray logProbability = Autograd.logSoftmax(logits, lossType); // (B, C)
              return logProbability.gather(classes, 1).sum().mul(mean);
            });
    Autograd.backward(loss);
    try (NDArray found = leaf.getGradient()) {
      System.arraycopy(found.toFloatArray(), 0, gradient, 0, gradient.length);
    }
    return scalar(loss);
  }

  private static double scalar(NDArray loss) {
    return loss.getDataType() == DataType.FLOAT64 ? loss.getDouble() : loss.getFloat();
  }

  @Override
  public Evaluation evaluate(float[] parameters) {
    double[] loss = new double[2];
    double[] correct = new double[2];
    int train = dataset.trainExamples();
    for (int from = 0; from < dataset.size(); from += CHUNK) {
      try (NDScope scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        String rows = from + ":" + Math.min(from + CHUNK, dataset.size());
        NDArray logits = network.answer(manager.create(parameters), tokens.get(rows)); // (B, C)
        double[] negative = negativeLogLikelihoods(logits, answers.get(rows)); // (B)
        long[] chosen = logits.argMax(-1).toLongArray(); // (B)
        for (int i = 0; i < negative.length; i++) {
          int part = from + i < train ? 0 : 1;
          loss[part] += negative[i];
          correct[part] += chosen[i] == dataset.answers()[from + i] ? 1 : 0;
        }
      }
    }
    int test = dataset.size() - train;
    return new Evaluation(loss[0] / train, correct[0] / train, loss[1] / test, correct[1] / test);
  }

  private double[] negativeLogLikelihoods(NDArray logits, NDArray classes) {
    return Autograd.logSoftmax(logits, lossType) // (B, C)
        .gather(classes, 1)
        .neg() // (B, 1)
        .toType(DataType.FLOAT64, false)
        .toDoubleArray();
  }

  @Override
  public List<AttentionMean> attention(float[] parameters, int step) {
    TransformerModel model = network.model();
    int size = model.heads() * model.length() * model.length();
    double[][] scores = new double[model.layers()][size];
    double[][] weights = new double[model.layers()][size];
    for (int from = 0; from < dataset.size(); from += CHUNK) {
      try (NDScope scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        String rows = from + ":" + Math.min(from + CHUNK, dataset.size());
        Transformer.Trace trace = network.trace(manager.create(parameters), tokens.get(rows));
        for (int layer = 0; layer < model.layers(); layer++) {
          addSums(trace.scores().get(layer), scores[layer]);
          addSums(trace.weights().get(layer), weights[layer]);
        }
      }
    }
    return means(step, scores, weights);
  }

  private static void addSums(NDArray perExample, double[] sums) {
    double[] summed =
        perExample // (B, H, T, T)
            .toType(DataType.FLOAT64, false)
            .sum(new int[] {0}) // (H, T, T)
            .toDoubleArray();
    Arrays.setAll(sums, i -> sums[i] + summed[i]);
  }

  private List<AttentionMean> means(int step, double[][] scores, double[][] weights) {
    TransformerModel model = network.model();
    int length = model.length();
    double n = dataset.size();
    List<AttentionMean> means = new ArrayList<>();
    for (int layer = 0; layer < model.layers(); layer++) {
      for (int i = 0; i < scores[layer].length; i++) {
        int head = i / (length * length);
        int query = i / length % length;
        int key = i % length;
        if (network.sees(query, key)) {
          means.add(
              new AttentionMean(
                  step, layer, head, query, key, scores[layer][i] / n, weights[layer][i] / n));
        }
      }
    }
    return means;
  }
}
