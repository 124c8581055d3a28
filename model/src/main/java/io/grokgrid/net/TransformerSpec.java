package io.grokgrid.net;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.grokgrid.base.Changed;
import io.grokgrid.base.Check;
import io.grokgrid.base.IdleWhere;
import io.grokgrid.base.OnlyFor;
import io.grokgrid.task.SequenceTask;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a transformer is made of.
 *
 * @param layers number of blocks
 * @param dModel D, width of the residual stream
 * @param heads H
 * @param dHead K, width of one head
 * @param dMlp F, width of the MLP's hidden layer
 * @param activation the MLP's non-linearity
 * @param outputs which classes the unembedding has; idle where the tokens are the residues
 * @param encoding how positions reach the network
 * @param attentionRate A' = rate softmax(scores) + (1 - rate) ones (Zhong et al. 2023, section 4.2)
 * @param causal whether a position sees only itself and those before it
 * @param equalsToken whether the input is (a, b, =), else (a, b)
 * @param separateOperands whether the second operand has tokens of its own, p + b
 * @param positions rows of W_pos
 * @param mlpBias whether the MLP has biases
 * @param normalization where layer norms stand
 * @param residual whether the attention's output is added to the residual stream, else replaces it
 * @param outputProjection whether heads are mixed by W_O, else concatenated (then H K must be D)
 * @param mlpResidual whether the MLP's output is added to the residual stream, else replaces it
 * @param tiedEmbeddings whether W_U is the transpose of W_E's first C rows
 * @param unembedBias whether the unembedding has a bias
 * @param dropout probability of leaving out a number behind the embedding, in attention weights,
 *     behind the attention, behind the activation and behind the MLP, in training
 * @param init how parameters are drawn
 * @param initScale what all are multiplied by then
 */
public record TransformerSpec(
    int layers,
    int dModel,
    int heads,
    int dHead,
    int dMlp,
    Activation activation,
    @OnlyFor("task.kind != sequence")
        @IdleWhere("model.equals_token = false and model.separate_operands = false")
        Outputs outputs,
    Encoding encoding,
    double attentionRate,
    boolean causal,
    @OnlyFor("task.kind != sequence") boolean equalsToken,
    @OnlyFor("task.kind != sequence") boolean separateOperands,
    @IdleWhere("model.encoding != learned") int positions,
    boolean mlpBias,
    Normalization normalization,
    boolean residual,
    boolean outputProjection,
    boolean mlpResidual,
    boolean tiedEmbeddings,
    boolean unembedBias,
    // Only where there are no pair tables anyway: a network has them only without dropout.
    @IdleWhere("training.dropout_steps = 0 and task.kind = sequence")
        @IdleWhere("training.dropout_steps = 0 and model.layers != 1")
        @IdleWhere("training.dropout_steps = 0 and model.normalization != none")
        double dropout,
    Initialization init,
    double initScale)
    implements Model {
  /** residues: C = p; tokens: C = V, as where the unembedding covers every input token. */
  public enum Outputs {
    RESIDUES,
    TOKENS
  }

  /**
   * none; pre: before each sub-layer, and once before the unembedding; post: after each addition.
   */
  public enum Normalization {
    NONE,
    PRE,
    POST
  }

  public TransformerSpec {
    new Check()
        .between("layers", layers, 1, 64)
        .atLeast("d_model", dModel, 1)
        .atLeast("heads", heads, 1)
        .atLeast("d_head", dHead, 1)
        .atLeast("d_mlp", dMlp, 1)
        .between("attention_rate", attentionRate, 0, 1)
        .that(
            !encoding.turns() || dHead % 2 == 0,
            "d_head",
            "must be even for encoding " + encoding.key(),
            dHead)
        .that(
            outputProjection || (long) heads * dHead == dModel,
            "d_head",
            "must be d_model / heads where there is no output projection",
            dHead)
        .that(
            positions >= (equalsToken ? 3 : 2),
            "positions",
            "must be at least the input length " + (equalsToken ? 3 : 2),
            positions)
        .positive("init_scale", initScale)
        .that(dropout >= 0 && dropout < 1, "dropout", "must be at least 0 and below 1", dropout)
        .done();
  }

  @Override
  public ModelKind kind() {
    return ModelKind.TRANSFORMER;
  }

  @Override
  public Signature ofPairs(int n) {
    return new Signature(tokens(n), classes(n), length(), 1);
  }

  /** {@inheritDoc} Tokens of b come after those of a where b has its own; '=' is the last one. */
  @Override
  public long[] pair(int a, int b, int n) {
    long second = (long) b + (separateOperands ? n : 0);
    return equalsToken ? new long[] {a, second, tokens(n) - 1L} : new long[] {a, second};
  }

  @Override
  public Layout layout(Signature signature) {
    return Transformer.layout(this, signature);
  }

  @Override
  public TransformerSpec untied() {
    return tiedEmbeddings ? Changed.with(this, Map.of("tiedEmbeddings", false)) : this;
  }

  @Override
  public Transformer network(NDManager manager, Signature signature, DataType type) {
    return new Transformer(manager, this, signature, type);
  }

  @Override
  public int attentionLayers() {
    return layers;
  }

  @Override
  public boolean sees(int query, int key) {
    return !causal || key <= query;
  }

  @Override
  public boolean isBlindToOrder() {
    return encoding == Encoding.NONE
        && equalsToken
        && !separateOperands
        && (layers == 1 || !causal);
  }

  @Override
  public Check checkSequences(Check check, SequenceTask task) {
    int longest = task.longest();
    Signature signature = signature(task);
    return check
        .that(
            encoding != Encoding.LEARNED || positions >= longest,
            "positions",
            "must be at least the longest input, " + longest + " of length and ood_length",
            positions)
        .that(
            !tiedEmbeddings || signature.classes() <= signature.tokens(),
            "tied_embeddings",
            "must be false where there are more classes, %d, than tokens, %d"
                .formatted(signature.classes(), signature.tokens()),
            tiedEmbeddings);
  }

  @Override
  public double parameters(Signature signature) {
    double width = dModel;
    double hidden = dMlp;
    double attention = (outputProjection ? 4.0 : 3.0) * width * heads * dHead;
    double norms = normalization == Normalization.NONE ? 0 : 4 * width;
    double mlp = 2 * width * hidden + (mlpBias ? hidden + width : 0);
    double placed = encoding == Encoding.LEARNED ? positions * width : 0;
    double last = normalization == Normalization.PRE ? 2 * width : 0;
    return signature.tokens() * width
        + placed
        + layers * (attention + norms + mlp)
        + last
        + ((tiedEmbeddings ? 0 : width) + (unembedBias ? 1 : 0)) * signature.classes();
  }

  @Override
  public List<Product> products(Signature signature, boolean answerOnly, int examples) {
    double length = signature.length();
    double asked = answerOnly ? signature.answered() : length; // of the last layer
    double joint = (double) heads * dHead;
    double matrices = (double) examples * heads;
    List<Product> made = new ArrayList<>();
    for (int layer = 0; layer < layers; layer++) {
      double asking = layer == layers - 1 ? asked : length;
      double rows = examples * asking;
      made.add(new Product(2, examples * length, dModel, joint)); // keys and values
      made.add(new Product(1, rows, dModel, joint));
      made.add(new Product(matrices, asking, dHead, length));
      made.add(new Product(matrices, asking, length, dHead));
      made.add(new Product(outputProjection ? 1 : 0, rows, joint, dModel));
      made.add(new Product(1, rows, dModel, dMlp));
      made.add(new Product(1, rows, dMlp, dModel));
    }
    made.add(new Product(1, examples * asked, dModel, signature.classes()));
    return made;
  }

  @Override
  public double activations(Signature signature) {
    double attention = (double) heads * (dHead + signature.length());
    return 3.0 * signature.classes() + layers * (8.0 * dModel + 4 * attention + 3.0 * dMlp);
  }

  @Override
  public double squares(double length) {
    return 8 * length * length * (2 + 3.0 * heads);
  }

  /** T of pairs: 3 for (a, b, =), 2 for (a, b). */
  public int length() {
    return equalsToken ? 3 : 2;
  }

  /** V for pairs of p elements each. */
  public int tokens(int p) {
    return (separateOperands ? 2 * p : p) + (equalsToken ? 1 : 0);
  }

  /** C for pairs of p elements each. */
  public int classes(int p) {
    return outputs == Outputs.TOKENS ? tokens(p) : p;
  }
}
