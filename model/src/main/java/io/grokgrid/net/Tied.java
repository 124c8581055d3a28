package io.grokgrid.net;

import io.grokgrid.base.Check;
import io.grokgrid.base.Refused;
import java.util.Optional;

/**
 * The parameters of a network whose embeddings are tied, flat, and those of the same network with
 * W_U (D, C) of its own, which is the transpose of the first C rows of W_E (V, D).
 */
public final class Tied {
  private final int size;
  private final int embedding;
  private final Layout.Tensor unembedding;
  private final int width; // D
  private final int classes; // C

  private Tied(Layout own, Layout untied) {
    size = own.size();
    embedding = untied.at("embed.W_E").offset();
    unembedding = untied.at("unembed.W_U");
    width = unembedding.inputs();
    classes = unembedding.outputs();
  }

  /** Those of a network; none where every tensor is its own already. */
  public static Optional<Tied> of(Model model, Signature signature) {
    return model instanceof TransformerSpec transformer && transformer.tiedEmbeddings()
        ? Optional.of(new Tied(model.layout(signature), model.untied().layout(signature)))
        : Optional.empty();
  }

  /** Likewise for pairs of n elements each. */
  public static Optional<Tied> ofPairs(Model model, int n) {
    return of(model, model.ofPairs(n));
  }

  /** The parameters in the order of their network's layout or, tied or not, as its files do. */
  public static float[] untied(Model model, Signature signature, float[] parameters) {
    return of(model, signature).map(tied -> tied.untie(parameters)).orElse(parameters);
  }

  /**
   * The way back.
   *
   * @throws Refused if W_U is not what it must be
   */
  public static float[] tied(Model model, Signature signature, float[] parameters) {
    return of(model, signature).map(tied -> tied.tie(parameters)).orElse(parameters);
  }

  /** How many numbers there are with W_U. */
  public int untiedSize() {
    return size + unembedding.size();
  }

  /** With W_U. */
  public float[] untie(float[] parameters) {
    float[] all = new float[untiedSize()];
    untie(parameters, all);
    return all;
  }

  /** Likewise, into an array of {@link #untiedSize}. */
  public void untie(float[] parameters, float[] all) {
    int end = unembedding.offset();
    System.arraycopy(parameters, 0, all, 0, end);
    System.arraycopy(parameters, end, all, end + unembedding.size(), size - end);
    for (int i = 0; i < unembedding.size(); i++) {
      all[end + i] = all[embeddingOf(i)];
    }
  }

  /** Where W_E has number i of W_U. */
  private int embeddingOf(int i) {
    return embedding + i % classes * width + i / classes;
  }

  /** The gradient by the parameters, given that by all with W_U. */
  public void tieGradient(float[] all, float[] gradient) {
    int end = unembedding.offset();
    without(all, gradient);
    for (int i = 0; i < unembedding.size(); i++) {
      gradient[embeddingOf(i)] += all[end + i];
    }
  }

  private void without(float[] all, float[] to) {
    int end = unembedding.offset();
    System.arraycopy(all, 0, to, 0, end);
    System.arraycopy(all, end + unembedding.size(), to, end, size - end);
  }

  private float[] tie(float[] all) {
    float[] parameters = new float[size];
    without(all, parameters);
    float odd = 0;
    for (int i = 0; i < unembedding.size(); i++) {
      float apart = all[unembedding.offset() + i] - all[embeddingOf(i)];
      odd = apart == 0 ? odd : apart;
    }
    String rule =
        "must be the transpose of embed.W_E's first %d rows: embeddings are tied"
            .formatted(classes);
    new Check()
        .that(odd == 0, unembedding.name(), rule, "a number that is " + odd + " from it")
        .done();
    return parameters;
  }
}
