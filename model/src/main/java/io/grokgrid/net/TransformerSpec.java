package io.grokgrid.net;

import io.grokgrid.base.Check;

/**
 * What a transformer is made of.
 *
 * @param layers number of blocks
 * @param dModel D, width of the residual stream
 * @param heads H
 * @param dHead K, width of one head
 * @param dMlp F, width of the MLP's hidden layer
 * @param activation the MLP's non-linearity
 * @param outputs which classes the unembedding has
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
 * @param unembedBias whether the unembedding has a bias
 * @param dropout probability of leaving out a number behind the embedding, in attention weights,
 *     behind the attention, behind the activation and behind the MLP, in training
 * @param init how parameters are drawn
 */
public record TransformerSpec(
    int layers,
    int dModel,
    int heads,
    int dHead,
    int dMlp,
    Activation activation,
    Outputs outputs,
    Encoding encoding,
    double attentionRate,
    boolean causal,
    boolean equalsToken,
    boolean separateOperands,
    int positions,
    boolean mlpBias,
    Normalization normalization,
    boolean residual,
    boolean outputProjection,
    boolean mlpResidual,
    boolean unembedBias,
    double dropout,
    Initialization init)
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
