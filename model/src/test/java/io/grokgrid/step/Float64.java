package io.grokgrid.step;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.grokgrid.net.Layout;
import io.grokgrid.net.Signature;
import io.grokgrid.net.Transformer;
import io.grokgrid.net.TransformerSpec;
import io.grokgrid.task.Examples;
import io.grokgrid.tensor.Autograd;
import io.grokgrid.tensor.Dropout;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The textbook network in float64: what both forms round. */
public final class Float64 {
  private Float64() {}

  /**
   * The gradient of the mean cross entropy.
   *
   * @param batch numbers of training examples, or null for all of them
   */
  public static double[] gradient(
      NDManager manager,
      TransformerSpec model,
      int p,
      Examples dataset,
      float[] parameters,
      int @Nullable [] batch) {
    int[] examples = batch == null ? IntStream.range(0, dataset.trainExamples()).toArray() : batch;
    long[] answers = Arrays.stream(examples).mapToLong(i -> dataset.answers()[i]).toArray();
    try (NDManager own = manager.newSubManager();
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDArray classes = own.create(answers, new Shape(examples.length, 1));
      NDArray input = tokens(own, model, p, dataset, examples);
      return gradient(
          own, model, model.ofPairs(p), parameters, new Inputs.Batch(input, classes), null);
    }
  }

  /** Likewise, on any batch, and with what is left out, if anything. */
  static double[] gradient(
      NDManager manager,
      TransformerSpec model,
      Signature signature,
      float[] parameters,
      Inputs.Batch batch,
      @Nullable Dropout dropout) {
    Transformer network = new Transformer(manager, model, signature, DataType.FLOAT64);
    NDArray leaf = manager.create(parameters).toType(DataType.FLOAT64, false);
    leaf.setRequiresGradient(true);
    NDArray mean = manager.create(-1.0 / batch.classes().size());
    Autograd.backward(
        Autograd.record(
            () ->
                logLikelihood(network.answer(leaf, batch.tokens(), dropout), batch.classes())
                    .mul(mean)));
    return leaf.getGradient().toDoubleArray();
  }

  private static NDArray logLikelihood(NDArray logits, NDArray classes) {
    return Autograd.logSoftmax(logits, DataType.FLOAT64).gather(classes, 1).sum();
  }

  private static NDArray tokens(
      NDManager manager, TransformerSpec model, int p, Examples dataset, int[] examples) {
    int length = model.length();
    long[] tokens = new long[examples.length * length];
    for (int i = 0; i < examples.length; i++) {
      int right = dataset.right()[examples[i]];
      tokens[i * length] = dataset.left()[examples[i]];
      tokens[i * length + 1] = right + (model.separateOperands() ? (long) p : 0);
      if (model.equalsToken()) {
        tokens[i * length + 2] = model.tokens(p) - 1L;
      }
    }
    return manager.create(tokens, new Shape(examples.length, length));
  }

  /** The largest error in a tensor over its largest magnitude, of all tensors. */
  public static double error(Layout layout, double[] truth, float[] found) {
    double worst = 0;
    for (Layout.Tensor tensor : layout.tensors()) {
      double largest = 0;
      double error = 0;
      for (int i = tensor.offset(); i < tensor.offset() + tensor.size(); i++) {
        largest = Math.max(largest, Math.abs(truth[i]));
        error = Math.max(error, Math.abs(truth[i] - found[i]));
      }
      worst = Math.max(worst, error == 0 ? 0 : error / largest);
    }
    return worst;
  }
}
