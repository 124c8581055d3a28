package io.grokgrid.net;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.grokgrid.base.Check;
import io.grokgrid.task.SequenceTask;
import io.grokgrid.task.SequenceTask.Purpose;
import io.grokgrid.task.Task;
import java.io.Serializable;
import java.util.List;

/** What a network is made of, and what follows from that before there is one. */
public sealed interface Model extends Serializable permits TransformerSpec, EmbeddingMlpSpec {
  /** Which of the kinds this is. */
  ModelKind kind();

  /** How parameters are drawn. */
  Initialization init();

  /** What all parameters are multiplied by when they have been drawn, but those of layer norms. */
  double initScale();

  /** Fresh parameters, flat. */
  default float[] draw(Layout layout, long seed) {
    return init().draw(layout, seed, initScale());
  }

  /** For pairs of n elements each. */
  Signature ofPairs(int n);

  /** What {@code task} asks of it in training. */
  default Signature signature(Task task) {
    return task.match(
        table -> ofPairs(table.elements()), sequences -> Signature.of(sequences, Purpose.TRAINING));
  }

  /**
   * The input (a, b).
   *
   * @param n elements that operands are of
   * @return T tokens
   */
  long[] pair(int a, int b, int n);

  /** Where the parameters lie. */
  Layout layout(Signature signature);

  /**
   * The same network with every tensor its own, which weights files hold and analyses look at: W_U
   * too where embeddings are tied.
   */
  default Model untied() {
    return this;
  }

  /** Where they lie for pairs of n elements each. */
  default Layout layoutOfPairs(int n) {
    return layout(ofPairs(n));
  }

  /**
   * The network as its definition says.
   *
   * @param manager owns its constants; must outlive it
   * @param type of parameters and activations, float32 or float64
   */
  Network network(NDManager manager, Signature signature, DataType type);

  /** Layers with attention. */
  int attentionLayers();

  /** H; 0 without attention. */
  int heads();

  /** Whether position {@code query} may attend to position {@code key}. */
  boolean sees(int query, int key);

  /** Probability of leaving out a number in training. */
  double dropout();

  /** Whether exchanging the operands changes nothing that reaches the answer. */
  boolean isBlindToOrder();

  /** The rules that inputs which are sequences put to this network. */
  Check checkSequences(Check check, SequenceTask task);

  /** How many numbers are trained: as many as {@link #layout} lays out, or too many for it. */
  double parameters(Signature signature);

  /**
   * The matrix products of a forward pass.
   *
   * @param answerOnly whether no more is computed than the answers take
   */
  List<Product> products(Signature signature, boolean answerOnly, int examples);

  /** Floating-point operations of one example's {@link #products}. */
  default double forwardOperations(Signature signature, boolean answerOnly) {
    return products(signature, answerOnly, 1).stream().mapToDouble(Product::operations).sum();
  }

  /** Numbers that autograd keeps of a position of an example. */
  double activations(Signature signature);

  /**
   * Bytes of masks, distances, scores and weights of a sequence, T by T each.
   *
   * @param length T
   */
  double squares(double length);
}
