package io.grokgrid.net;

import io.grokgrid.base.Check;

/**
 * What an embedding with a multilayer perceptron behind it is made of (the linear nets of Zhong et
 * al. 2023; the notebook of scienceetonnante/grokking).
 *
 * @param combine how the embeddings of both operands become one vector
 * @param separateOperands whether the second operand has an embedding of its own
 * @param dModel D, width of the embedding
 * @param hidden width of each hidden layer
 * @param hiddenLayers how many
 * @param activation behind each hidden layer
 * @param bias whether linear maps have biases, the unembedding too
 * @param init how parameters are drawn
 */
public record EmbeddingMlpSpec(
    Combine combine,
    boolean separateOperands,
    int dModel,
    int hidden,
    int hiddenLayers,
    Activation activation,
    boolean bias,
    Initialization init)
    implements Model {
  /** concat: side by side, 2 D wide; sum: D wide. */
  public enum Combine {
    CONCAT,
    SUM
  }

  public EmbeddingMlpSpec {
    new Check()
        .atLeast("d_model", dModel, 1)
        .atLeast("hidden", hidden, 1)
        .between("hidden_layers", hiddenLayers, 1, 64)
        .done();
  }

  @Override
  public ModelKind kind() {
    return ModelKind.EMBEDDING_MLP;
  }

  @Override
  public Signature ofPairs(int n) {
    return new Signature(n, n, 2, 1);
  }

  /**
   * Whether an operand's product with the first hidden layer's matrix is the same on both sides.
   */
  public boolean isOneSided() {
    return combine == Combine.SUM && !separateOperands;
  }

  /** Width of what the first hidden layer reads. */
  public int inputs() {
    return combine == Combine.CONCAT ? 2 * dModel : dModel;
  }
}
