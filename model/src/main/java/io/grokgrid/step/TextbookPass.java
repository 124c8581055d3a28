package io.grokgrid.step;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import io.grokgrid.layers.LayeredTransformer;
import io.grokgrid.net.Network;
import io.grokgrid.tensor.Dropout;
import io.grokgrid.tensor.LossForm;
import io.grokgrid.tensor.Numbers;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A network as its definition says, forwards and backwards. */
final class TextbookPass {
  private final NDManager manager;
  private final Network network;
  private final LossForm form;
  private final @Nullable LayeredTransformer layered;

  /**
   * @param manager owns the network's constants
   * @param network in float32
   * @param layered the same network, or none
   */
  TextbookPass(
      NDManager manager, Network network, LossForm form, @Nullable LayeredTransformer layered) {
    this.manager = manager;
    this.network = network;
    this.form = form;
    this.layered = layered;
  }

  /** Sums over answers. */
  static final class Sums {
    private double loss;
    private long correct;
    private long answers;

    double meanLoss() {
      return loss / answers;
    }

    double accuracy() {
      return (double) correct / answers;
    }

    boolean isEmpty() {
      return answers == 0;
    }

    /** As many references to one place as there are inputs. */
    static Sums[] all(int inputs, Sums sums) {
      Sums[] places = new Sums[inputs];
      Arrays.fill(places, sums);
      return places;
    }
  }

  /**
   * Mean loss and its gradient.
   *
   * @param everyPosition whether every position goes through every layer, as the papers' code does
   */
  double lossAndGradient(
      float[] parameters,
      float[] gradient,
      Inputs.Batch batch,
      boolean everyPosition,
      @Nullable Dropout dropout) {
    if (layered != null) {
      long[] tokens = Numbers.longs(batch.tokens());
      long[] answers = Numbers.longs(batch.classes());
      return layered.lossAndGradient(parameters, gradient, tokens, answers, dropout);
    }
    NDArray leaf = manager.create(parameters);
    leaf.setRequiresGradient(true);
    Supplier<NDArray> logits =
        everyPosition
            ? () -> network.trace(leaf, batch.tokens()).answers(network.signature())
            : () -> network.answer(leaf, batch.tokens(), dropout);
    double loss = form.backward(logits, batch.classes());
    try (NDArray found = leaf.getGradient()) {
      Numbers.show(found, numbers -> numbers.get(0, gradient));
    }
    return loss;
  }

  /**
   * Adds the losses of inputs that are evaluated at once, and how many answers were right.
   *
   * @param tokens (B, T)
   * @param answers flat, (B A)
   * @param sums where each input's go, in turn
   */
  void evaluate(float[] parameters, NDArray tokens, long[] answers, Sums[] sums) {
    double[] losses = new double[answers.length]; // (B A)
    boolean[] correct = new boolean[answers.length]; // (B A)
    if (layered != null) {
      layered.evaluate(parameters, Numbers.longs(tokens), answers, losses, correct);
    } else {
      evaluate(parameters, tokens, answers, losses, correct);
    }
    for (int i = 0; i < losses.length; i++) {
      Sums its = sums[i * sums.length / losses.length];
      its.loss += losses[i];
      its.correct += correct[i] ? 1 : 0;
      its.answers++;
    }
  }

  private void evaluate(
      float[] parameters, NDArray tokens, long[] answers, double[] losses, boolean[] correct) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDArray logits = network.answer(manager.create(parameters), tokens, null); // (B A, C)
      NDArray classes = manager.create(answers, new Shape(answers.length, 1)); // (B A, 1)
      System.arraycopy(form.losses(logits, classes), 0, losses, 0, losses.length);
      long[] chosen = Numbers.longs(logits.argMax(-1)); // (B A)
      for (int i = 0; i < correct.length; i++) {
        correct[i] = chosen[i] == answers[i];
      }
    }
  }
}
