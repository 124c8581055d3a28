package io.grokgrid.analysis;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.grokgrid.math.Statistics;
import io.grokgrid.net.Layout;
import io.grokgrid.net.Network;
import io.grokgrid.net.Signature;
import io.grokgrid.tensor.Autograd;
import io.grokgrid.tensor.Numbers;
import java.util.Arrays;
import java.util.List;

/**
 * Derivatives of single logits, read where the answer is, by the embeddings of both operands,
 * before positions are added.
 *
 * <p>Every position of every input is given a token of its own, with a copy of the embedding that
 * stands there: the derivatives by that embedding are then those by the token's row of W_E, in a
 * network that is the same but for its number of tokens.
 */
final class OperandGradients {
  /**
   * A logit: that of class c for the input (a, b).
   *
   * @param a the first operand
   * @param b the second one
   */
  record Triple(int a, int b, int c) {}

  private final Subject subject;
  private final List<Triple> triples;
  private final int length; // T
  private final Signature signature;
  private final Layout layout;

  /**
   * @param triples B of them, all of which are differentiated at once
   */
  OperandGradients(Subject subject, List<Triple> triples) {
    this.subject = subject;
    this.triples = triples;
    length = subject.length();
    int tokens = Math.max(length * triples.size(), subject.n());
    int classes = subject.model().ofPairs(subject.n()).classes();
    signature = new Signature(tokens, classes, length, 1);
    layout = subject.model().layout(signature);
  }

  /**
   * For each triple the cosine of the angle between its two derivatives: (B); NaN where one of them
   * is 0.
   */
  double[] cosines() {
    double[] gradient = gradient();
    double[] cosines = new double[triples.size()];
    int width = subject.width();
    int left = layout.at("embed.W_E").offset();
    int right = layout.at(tableOf(1)).offset();
    for (int i = 0; i < cosines.length; i++) {
      double[] first = row(gradient, left, token(i, 0), width);
      double[] second = row(gradient, right, token(i, 1), width);
      cosines[i] = Statistics.cosine(first, second);
    }
    return cosines;
  }

  private static double[] row(double[] flat, int table, int row, int width) {
    return Arrays.copyOfRange(flat, table + row * width, table + (row + 1) * width);
  }

  private String tableOf(int position) {
    return position == 1 && subject.has("embed_b.W_E") ? "embed_b.W_E" : "embed.W_E";
  }

  private int token(int input, int position) {
    return position * triples.size() + input;
  }

  /** Of the sum of all triples' logits, by all parameters of the network with more tokens. */
  private double[] gradient() {
    NDManager manager = subject.manager();
    try (NDManager own = manager.newSubManager();
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      Network network = subject.model().network(own, signature, DataType.FLOAT64);
      NDArray leaf = own.create(parameters());
      leaf.setRequiresGradient(true);
      NDArray tokens = own.create(tokens(), new Shape(triples.size(), length));
      NDArray logits = Autograd.record(() -> network.answer(leaf, tokens, null)); // (B, C)
      Autograd.backward(logits, own.create(chosen((int) logits.size(1)), logits.getShape()));
      return Numbers.doubles(leaf.getGradient());
    }
  }

  /** (B, T). */
  private long[] tokens() {
    long[] tokens = new long[triples.size() * length];
    Arrays.setAll(tokens, i -> token(i / length, i % length));
    return tokens;
  }

  /** 1 at each triple's class, else 0: (B, C). */
  private double[] chosen(int classes) {
    double[] chosen = new double[triples.size() * classes];
    for (int i = 0; i < triples.size(); i++) {
      chosen[i * classes + triples.get(i).c()] = 1;
    }
    return chosen;
  }

  private double[] parameters() {
    double[] flat = new double[layout.size()];
    for (Layout.Tensor tensor : layout.tensors()) {
      double[] numbers = subject.tensor(tensor.name());
      if (tensor.name().equals("embed.W_E") || tensor.name().equals("embed_b.W_E")) {
        putRows(numbers, tensor, flat);
      } else {
        putColumns(numbers, tensor, flat);
      }
    }
    return flat;
  }

  /** The embedding of each input's token at each position that takes it from this table. */
  private void putRows(double[] rows, Layout.Tensor table, double[] flat) {
    int width = subject.width();
    for (int i = 0; i < triples.size(); i++) {
      Triple triple = triples.get(i);
      long[] tokens = subject.model().pair(triple.a(), triple.b(), subject.n());
      for (int position = 0; position < length; position++) {
        if (table.name().equals(tableOf(position))) {
          int to = table.offset() + token(i, position) * width;
          System.arraycopy(rows, (int) tokens[position] * width, flat, to, width);
        }
      }
    }
  }

  /** As they are, in the first columns of a matrix that may have more: those stay 0. */
  private void putColumns(double[] numbers, Layout.Tensor wide, double[] flat) {
    int columns = last(subject.layout().at(wide.name()));
    int wideColumns = last(wide);
    for (int i = 0; i < numbers.length; i++) {
      flat[wide.offset() + i / columns * wideColumns + i % columns] = numbers[i];
    }
  }

  private static int last(Layout.Tensor tensor) {
    return (int) tensor.shape().get(tensor.shape().dimension() - 1);
  }
}
