package io.grokgrid.net;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.core.Embedding;
import ai.djl.nn.norm.LayerNorm;
import io.grokgrid.net.Layout.Role;
import io.grokgrid.tensor.Dropout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The textbook transformer, every position through every layer (Vaswani et al. 2017; without its
 * parts as {@link TransformerSpec} says). It defines what every faster form must compute.
 *
 * <p>An instance holds constants only, on the manager that it was made with; parameters come with
 * each call.
 */
public final class Transformer implements Network {
  private static final float NORM_EPSILON = 1e-5f;

  private final TransformerSpec model;
  private final Signature signature;
  private final Layout layout;
  private final PositionalEncoding encoding;
  private final NDArray scale;
  private final NDArray mask;
  private final NDArray rate;
  private final NDArray constantWeights;

  /**
   * Over pairs of p elements each.
   *
   * @param manager owns the constants; must outlive this network
   * @param type of parameters and activations, float32 or float64
   */
  public Transformer(NDManager manager, TransformerSpec model, int p, DataType type) {
    this(manager, model, model.ofPairs(p), type);
  }

  /**
   * Over inputs of one length.
   *
   * @param manager owns the constants; must outlive this network
   * @param type of parameters and activations, float32 or float64
   */
  public Transformer(NDManager manager, TransformerSpec model, Signature signature, DataType type) {
    this.model = model;
    this.signature = signature;
    layout = layout(model, signature);
    int length = signature.length();
    encoding = new PositionalEncoding(manager, model, length, type);
    scale = manager.create(1 / Math.sqrt(model.dHead())).toType(type, false);
    double[] blocked = new double[length * length];
    double[] constant = new double[length * length];
    for (int query = 0; query < length; query++) {
      for (int key = 0; key < length; key++) {
        boolean seen = model.sees(query, key);
        blocked[query * length + key] = seen ? 0 : Double.NEGATIVE_INFINITY;
        constant[query * length + key] = seen ? 1 - model.attentionRate() : 0;
      }
    }
    mask = PositionalEncoding.constant(manager, blocked, type, length, length); // (T, T)
    constantWeights =
        PositionalEncoding.constant(manager, constant, type, length, length); // (T, T)
    rate = manager.create(model.attentionRate()).toType(type, false);
  }

  /** Where the parameters lie, which the lengths of inputs have no part in. */
  static Layout layout(TransformerSpec model, Signature signature) {
    int classes = signature.classes();
    boolean residues =
        model.outputs() == TransformerSpec.Outputs.RESIDUES
            && signature.equals(model.ofPairs(classes));
    int tokens = signature.tokens();
    Layout layout = new Layout(tokens, model.dModel(), residues ? tokens : classes, 0);
    layout.addEmbedding("embed.W_E", tokens);
    if (model.encoding() == Encoding.LEARNED) {
      layout.addEmbedding("pos_embed.W_pos", model.positions());
    }
    for (int layer = 0; layer < model.layers(); layer++) {
      addBlock(layout, "blocks." + layer + ".", model);
    }
    if (model.normalization() == TransformerSpec.Normalization.PRE) {
      layout.addNorm("ln_final.");
    }
    if (!model.tiedEmbeddings()) {
      layout.addUnembedding(model.dModel(), classes, model.unembedBias());
    } else if (model.unembedBias()) {
      layout.addUnembeddingBias(model.dModel(), classes);
    }
    return layout.checked();
  }

  private static void addBlock(Layout layout, String block, TransformerSpec model) {
    int width = model.dModel();
    int heads = model.heads();
    int headWidth = model.dHead();
    int joint = heads * headWidth;
    boolean norms = model.normalization() != TransformerSpec.Normalization.NONE;
    if (norms) {
      layout.addNorm(block + "ln1.");
    }
    for (String name : List.of("attn.W_Q", "attn.W_K", "attn.W_V")) {
      layout.add(block + name, Role.ATTENTION, width, joint, heads, width, headWidth);
    }
    if (model.outputProjection()) {
      layout.add(block + "attn.W_O", Role.ATTENTION, joint, width, heads, headWidth, width);
    }
    if (norms) {
      layout.addNorm(block + "ln2.");
    }
    addMlp(layout, block + "mlp.", width, model.dMlp(), model.mlpBias());
  }

  private static void addMlp(Layout layout, String mlp, int width, int hidden, boolean bias) {
    layout.add(mlp + "W_in", Role.MLP_IN, width, hidden, width, hidden);
    if (bias) {
      layout.add(mlp + "b_in", Role.BIAS_MLP, width, hidden, hidden);
    }
    layout.add(mlp + "W_out", Role.MLP_OUT, hidden, width, hidden, width);
    if (bias) {
      layout.add(mlp + "b_out", Role.BIAS_MLP, hidden, width, width);
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
    return trace(layout.views(parameters), tokens, signature.length(), null);
  }

  /**
   * {@inheritDoc} In the last layer queries, MLP and unembedding are made at the positions that are
   * asked only.
   */
  @Override
  public NDArray answer(NDArray parameters, NDArray tokens, @Nullable Dropout dropout) {
    return trace(layout.views(parameters), tokens, signature.answered(), dropout)
        .logits() // (B, A, C)
        .reshape(-1, signature.classes()); // (B A, C)
  }

  /** In the last layer only the last {@code kept} positions ask, S of them. */
  private Trace trace(Map<String, NDArray> w, NDArray tokens, int kept, @Nullable Dropout dropout) {
    Trace trace = new Trace(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), tokens);
    NDArray x =
        Embedding.embedding(tokens, Layout.at(w, "embed.W_E"), SparseFormat.DENSE)
            .singletonOrThrow(); // (B, T, D)
    x = dropped(encoding.add(x, w.get("pos_embed.W_pos")), dropout); // (B, T, D)
    for (int layer = 0; layer < model.layers(); layer++) {
      String block = "blocks." + layer + ".";
      int asking = layer == model.layers() - 1 ? kept : signature.length();
      x = block(x, asking, block, w, trace, dropout); // (B, S, D)
    }
    if (model.normalization() == TransformerSpec.Normalization.PRE) {
      x = norm(x, w, "ln_final."); // (B, S, D)
    }
    NDArray logits = biased(x.matMul(unembedding(w)), w.get("unembed.b_U")); // (B, S, C)
    return new Trace(trace.scores(), trace.weights(), trace.hidden(), logits);
  }

  /** (D, C). */
  private NDArray unembedding(Map<String, NDArray> w) {
    return model.tiedEmbeddings()
        ? Layout.at(w, "embed.W_E").get(":" + signature.classes()).transpose()
        : Layout.at(w, "unembed.W_U");
  }

  /** The last {@code kept} along the second to last axis, of T. */
  private NDArray last(NDArray rows, int kept) {
    return kept == signature.length() ? rows : rows.get("..., -" + kept + ":, :");
  }

  private NDArray block(
      NDArray x,
      int asking,
      String block,
      Map<String, NDArray> w,
      Trace trace,
      @Nullable Dropout dropout) {
    boolean pre = model.normalization() == TransformerSpec.Normalization.PRE;
    boolean post = model.normalization() == TransformerSpec.Normalization.POST;
    NDArray read = pre ? norm(x, w, block + "ln1.") : x; // (B, T, D)
    NDArray attended = attention(read, asking, block + "attn.", w, trace, dropout); // (B, S, D)
    attended = dropped(attended, dropout); // (B, S, D)
    x = last(x, asking); // (B, S, D)
    x = model.residual() ? x.add(attended) : attended; // (B, S, D)
    x = post ? norm(x, w, block + "ln1.") : x; // (B, S, D)
    read = pre ? norm(x, w, block + "ln2.") : x; // (B, S, D)
    NDArray computed = dropped(mlp(read, block + "mlp.", w, trace, dropout), dropout); // (B, S, D)
    x = model.mlpResidual() ? x.add(computed) : computed; // (B, S, D)
    return post ? norm(x, w, block + "ln2.") : x; // (B, S, D)
  }

  private NDArray attention(
      NDArray x,
      int asking,
      String attn,
      Map<String, NDArray> w,
      Trace trace,
      @Nullable Dropout dropout) {
    NDArray q = heads(last(x, asking), Layout.at(w, attn + "W_Q")); // (B, H, S, K)
    NDArray k = encoding.rotate(heads(x, Layout.at(w, attn + "W_K"))); // (B, H, T, K)
    NDArray v = heads(x, Layout.at(w, attn + "W_V")); // (B, H, T, K)
    NDArray score = encoding.rotate(q).matMul(k.swapAxes(2, 3)).mul(scale); // (B, H, S, T)
    score = encoding.bias(score).add(last(mask, asking)); // (B, H, S, T)
    NDArray weight = score.softmax(-1); // (B, H, S, T), rows sum to 1
    if (model.attentionRate() < 1) {
      weight = weight.mul(rate).add(last(constantWeights, asking)); // (B, H, S, T)
    }
    trace.scores().add(score);
    trace.weights().add(weight);
    int width = model.heads() * model.dHead();
    weight = dropped(weight, dropout); // (B, H, S, T)
    NDArray z = weight.matMul(v).swapAxes(1, 2).reshape(-1, asking, width); // (B, S, H K)
    return model.outputProjection()
        ? z.matMul(Layout.at(w, attn + "W_O").reshape(width, model.dModel())) // (B, S, D)
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

  private NDArray mlp(
      NDArray x, String mlp, Map<String, NDArray> w, Trace trace, @Nullable Dropout dropout) {
    NDArray pre = biased(x.matMul(Layout.at(w, mlp + "W_in")), w.get(mlp + "b_in")); // (B, S, F)
    NDArray active = model.activation().of(pre); // (B, S, F)
    trace.hidden().add(active);
    NDArray hidden = dropped(active, dropout); // (B, S, F)
    return biased(hidden.matMul(Layout.at(w, mlp + "W_out")), w.get(mlp + "b_out")); // (B, S, D)
  }

  private NDArray norm(NDArray x, Map<String, NDArray> w, String prefix) {
    Shape width = new Shape(model.dModel());
    return LayerNorm.layerNorm(
            x, width, Layout.at(w, prefix + "w"), Layout.at(w, prefix + "b"), NORM_EPSILON)
        .singletonOrThrow();
  }

  private static NDArray biased(NDArray x, @Nullable NDArray bias) {
    return bias == null ? x : x.add(bias);
  }

  private static NDArray dropped(NDArray x, @Nullable Dropout dropout) {
    return dropout == null ? x : dropout.of(x);
  }
}
