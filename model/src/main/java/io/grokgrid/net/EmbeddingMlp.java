package io.grokgrid.net;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.core.Embedding;
import io.grokgrid.net.Layout.Role;
import io.grokgrid.tensor.Dropout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An embedding of both operands, hidden layers, an unembedding; see {@link EmbeddingMlpSpec}. */
public final class EmbeddingMlp implements Network {
  private final EmbeddingMlpSpec model;
  private final Signature signature;
  private final Layout layout;

  /** Over pairs of n elements each. */
  public EmbeddingMlp(EmbeddingMlpSpec model, int n) {
    this.model = model;
    signature = model.ofPairs(n);
    layout = model.layout(signature);
  }

  /** Where the parameters lie, of pairs of n elements each. */
  static Layout layout(EmbeddingMlpSpec model, int n) {
    int hidden = model.hidden();
    Layout layout = new Layout(n, model.width(), n, hidden);
    addRows(layout, "embed.W_E", model, n);
    if (model.hasTwoEmbeddings()) {
      addRows(layout, "embed_b.W_E", model, n);
    }
    for (int layer = 0; layer < model.hiddenLayers(); layer++) {
      boolean reads = layer == 0 && model.oneHot();
      int inputs = layer > 0 ? hidden : reads ? 2 * n : model.inputs();
      if (!reads) {
        layout.add("mlp." + layer + ".W", Role.MLP_IN, inputs, hidden, inputs, hidden);
      }
      if (model.bias()) {
        layout.add("mlp." + layer + ".b", Role.BIAS_MLP, inputs, hidden, hidden);
      }
    }
    layout.addUnembedding(hidden, n, model.bias());
    return layout.checked();
  }

  /** An operand's rows: embeddings, or what is in the first hidden layer's matrix for it. */
  private static void addRows(Layout layout, String name, EmbeddingMlpSpec model, int n) {
    if (model.oneHot()) {
      layout.add(name, Role.ONE_HOT, 2 * n, model.hidden(), n, model.hidden());
    } else {
      layout.addEmbedding(name, n);
    }
  }

  @Override
  public Signature signature() {
    return signature;
  }

  @Override
  public Layout layout() {
    return layout;
  }

  @Override
  public Trace trace(NDArray parameters, NDArray tokens) {
    List<NDArray> hidden = new ArrayList<>();
    NDArray logits = answer(parameters, tokens, hidden).expandDims(1); // (B, 1, C)
    return new Trace(List.of(), List.of(), hidden, logits);
  }

  /** {@inheritDoc} There is no dropout in this network. */
  @Override
  public NDArray answer(NDArray parameters, NDArray tokens, @Nullable Dropout dropout) {
    return answer(parameters, tokens, new ArrayList<>());
  }

  private NDArray answer(NDArray parameters, NDArray tokens, List<NDArray> hidden) {
    Map<String, NDArray> w = layout.views(parameters);
    NDArray second = Layout.at(w, model.hasTwoEmbeddings() ? "embed_b.W_E" : "embed.W_E");
    NDArray left = rows(tokens.get(":, 0"), Layout.at(w, "embed.W_E")); // (B, D)
    NDArray right = rows(tokens.get(":, 1"), second); // (B, D)
    NDArray x =
        model.oneHot() || model.combine() == EmbeddingMlpSpec.Combine.SUM
            ? left.add(right) // (B, D), or (B, F): what a linear map of one-hot vectors is
            : left.concat(right, 1); // (B, 2 D)
    for (int layer = 0; layer < model.hiddenLayers(); layer++) {
      String mlp = "mlp." + layer + ".";
      NDArray matrix = w.get(mlp + "W");
      NDArray mapped = matrix == null ? x : x.matMul(matrix);
      x = model.activation().of(biased(mapped, w.get(mlp + "b"))); // (B, F)
      hidden.add(x.expandDims(1)); // (B, 1, F)
    }
    return biased(x.matMul(Layout.at(w, "unembed.W_U")), w.get("unembed.b_U")); // (B, C)
  }

  private static NDArray rows(NDArray tokens, NDArray embedding) {
    NDList rows = Embedding.embedding(tokens, embedding, SparseFormat.DENSE);
    return rows.singletonOrThrow();
  }

  private static NDArray biased(NDArray x, @Nullable NDArray bias) {
    return bias == null ? x : x.add(bias);
  }
}
