package io.grokgrid.net;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.core.Embedding;
import ai.djl.nn.norm.LayerNorm;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The textbook transformer, every position through every layer (Vaswani et al. 2017; without its
 * parts as {@link TransformerModel} says). It defines what every faster form must compute.
 *
 * <p>An instance holds constants only, on the manager that it was made with; parameters come with
 * each call.
 */
public final class Transformer {
  private static final float NORM_EPSILON = 1e-5f;

  /**
   * What a forward pass computed.
   *
   * @param scores for each layer (B, H, T, T): what enters the softmax, row = query; -inf where
   *     masked
   * @param weights for each layer (B, H, T, T): what multiplies V
   * @param logits (B, T, C)
   */
  public record Trace(List<NDArray> scores, List<NDArray> weights, NDArray logits) {
    /** The answer, read at the last position: (B, C). */
    public NDArray answer() {
      return logits.get(":, -1"); // (B, C)
    }
  }

  private final TransformerModel model;
  private final Layout layout;
  private final PositionalEncoding encoding;
  private final NDArray scale;
  private final NDArray mask;
  private final NDArray rate;
  private final NDArray constantWeights;

  /**
   * @param manager owns the constants; must outlive this network
   * @param type of parameters and activations, float32 or float64
   */
  public Transformer(NDManager manager, TransformerModel model, int p, DataType type) {
    this.model = model;
    layout = new Layout(model, p);
    encoding = new PositionalEncoding(manager, model, type);
    scale = manager.create(1 / Math.sqrt(model.dHead())).toType(type, false);
    int length = model.length();
    double[] blocked = new double[length * length];
    double[] constant = new double[length * length];
    for (int query = 0; query < length; query++) {
      for (int key = 0; key < length; key++) {
        boolean seen = sees(query, key);
        blocked[query * length + key] = seen ? 0 : Double.NEGATIVE_INFINITY;
        constant[query * length + key] = seen ? 1 - model.attentionRate() : 0;
      }
    }
    Shape square = new Shape(length, length);
    mask = manager.create(blocked, square).toType(type, false); // (T, T)
    constantWeights = manager.create(constant, square).toType(type, false); // (T, T)
    rate = manager.create(model.attentionRate()).toType(type, false);
  }

  public TransformerModel model() {
    return model;
  }

  public Layout layout() {
    return layout;
  }

  /** Whether position {@code query} may attend to position {@code key}. */
  public boolean sees(int query, int key) {
    return !model.causal() || key <= query;
  }

  /**
   * The forward pass.
   *
   * @param parameters flat, as {@link #layout} orders them
   * @param tokens (B, T), int64
   */
  public Trace trace(NDArray parameters, NDArray tokens) {
    Map<String, NDArray> w = layout.views(parameters);
    return trace(w, tokens, model.length());
  }

  /**
   * The answer (B, C) of a forward pass that computes no more than it takes: in the last layer
   * queries, MLP and unembedding at the last position only.
   *
   * @param parameters flat, as {@link #layout} orders them
   * @param tokens (B, T), int64
   */
  public NDArray answer(NDArray parameters, NDArray tokens) {
    return trace(layout.views(parameters), tokens, 1).answer();
  }

  /** In the last layer only the last {@code kept} positions ask, S of them. */
  private Trace trace(Map<String, NDArray> w, NDArray tokens, int kept) {
    List<NDArray> scores = new ArrayList<>();
    List<NDArray> weights = new ArrayList<>();
    NDArray x =
        Embedding.embedding(tokens, at(w, "embed.W_E"), SparseFormat.DENSE)
            .singletonOrThrow(); // (B, T, D)
    x = encoding.add(x, w.get("pos_embed.W_pos")); // (B, T, D)
    for (int layer = 0; layer < model.layers(); layer++) {
      String block = "blocks." + layer + ".";
      int asking = layer == model.layers() - 1 ? kept : model.length();
      x = block(x, asking, block, w, scores, weights); // (B, S, D)
    }
    if (model.normalization() == TransformerModel.Normalization.PRE) {
      x = norm(x, w, "ln_final."); // (B, S, D)
    }
    NDArray logits = biased(x.matMul(at(w, "unembed.W_U")), w.get("unembed.b_U")); // (B, S, C)
    return new Trace(scores, weights, logits);
  }

  /** The last {@code kept} along the second to last axis, of T. */
  private NDArray last(NDArray rows, int kept) {
    return kept == model.length() ? rows : rows.get("..., -" + kept + ":, :");
  }

  private NDArray block(
      NDArray x,
      int asking,
      String block,
      Map<String, NDArray> w,
      List<NDArray> scores,
      List<NDArray> weights) {
    boolean pre = model.normalization() == TransformerModel.Normalization.PRE;
    boolean post = model.normalization() == TransformerModel.Normalization.POST;
    NDArray read = pre ? norm(x, w, block + "ln1.") : x; // (B, T, D)
    NDArray attended = attention(read, asking, block + "attn.", w, scores, weights); // (B, S, D)
    x = last(x, asking); // (B, S, D)
    x = model.residual() ? x.add(attended) : attended; // (B, S, D)
    x = post ? norm(x, w, block + "ln1.") : x; // (B, S, D)
    read = pre ? norm(x, w, block + "ln2.") : x; // (B, S, D)
    NDArray computed = mlp(read, block + "mlp.", w); // (B, S, D)
    x = model.mlpResidual() ? x.add(computed) : computed; // (B, S, D)
    return post ? norm(x, w, block + "ln2.") : x; // (B, S, D)
  }

  private NDArray attention(
      NDArray x,
      int asking,
      String attn,
      Map<String, NDArray> w,
      List<NDArray> scores,
      List<NDArray> weights) {
    NDArray q = heads(last(x, asking), at(w, attn + "W_Q")); // (B, H, S, K)
    NDArray k = encoding.rotate(heads(x, at(w, attn + "W_K"))); // (B, H, T, K)
    NDArray v = heads(x, at(w, attn + "W_V")); // (B, H, T, K)
    NDArray score = encoding.rotate(q).matMul(k.swapAxes(2, 3)).mul(scale); // (B, H, S, T)
    score = encoding.bias(score).add(last(mask, asking)); // (B, H, S, T)
    NDArray weight = score.softmax(-1); // (B, H, S, T), rows sum to 1
    if (model.attentionRate() < 1) {
      weight = weight.mul(rate).add(last(constantWeights, asking)); // (B, H, S, T)
    }
    scores.add(score);
    weights.add(weight);
    int width = model.heads() * model.dHead();
    NDArray z = weight.matMul(v).swapAxes(1, 2).reshape(-1, asking, width); // (B, S, H K)
    return model.outputProjection()
        ? z.matMul(at(w, attn + "W_O").reshape(width, model.dModel())) // (B, S, D)
        : z; // (B, S, H K), and H K = D
  }

  /** x (B, S, D) through a matrix a head (H, D, K): (B, H, S, K). */
  private NDArray heads(NDArray x, NDArray matrices) {
    int width = model.heads() * model.dHead();
    NDArray side = matrices.transpose(1, 0, 2).reshape(model.dModel(), width); // (D, H K)
    return x.matMul(side) // (B, S, H K)
        .reshape(-1, x.size(1), model.heads(), model.dHead()) // (B, S, H, K)
        .swapAxes(1, 2); // (B, H, S, K)
  }

  private NDArray mlp(NDArray x, String mlp, Map<String, NDArray> w) {
    NDArray pre = biased(x.matMul(at(w, mlp + "W_in")), w.get(mlp + "b_in")); // (B, S, F)
    NDArray hidden = model.activation().of(pre); // (B, S, F)
    return biased(hidden.matMul(at(w, mlp + "W_out")), w.get(mlp + "b_out")); // (B, S, D)
  }

  private NDArray norm(NDArray x, Map<String, NDArray> w, String prefix) {
    Shape width = new Shape(model.dModel());
    return LayerNorm.layerNorm(x, width, at(w, prefix + "w"), at(w, prefix + "b"), NORM_EPSILON)
        .singletonOrThrow();
  }

  private static NDArray biased(NDArray x, @Nullable NDArray bias) {
    return bias == null ? x : x.add(bias);
  }

  private static NDArray at(Map<String, NDArray> weights, String name) {
    NDArray weight = weights.get(name);
    if (weight == null) {
      throw new IllegalStateException("the layout has no " + name);
    }
    return weight;
  }
}
