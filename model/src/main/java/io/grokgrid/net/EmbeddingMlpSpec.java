package io.grokgrid.net;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.grokgrid.base.Check;
import io.grokgrid.base.IdleWhere;
import io.grokgrid.base.OnlyFor;
import io.grokgrid.task.SequenceTask;
import java.util.List;

/**
 * What an embedding with a multilayer perceptron behind it is made of (the linear nets of Zhong et
 * al. 2023; the notebook of scienceetonnante/grokking).
 *
 * @param oneHot whether the operands come as one-hot vectors side by side, which the first hidden
 *     layer reads; there are no embeddings then
 * @param combine how the embeddings of both operands become one vector
 * @param separateOperands whether the second operand has an embedding of its own
 * @param dModel D, width of the embedding
 * @param hidden width of each hidden layer
 * @param hiddenLayers how many
 * @param activation behind each hidden layer
 * @param bias whether linear maps have biases, the unembedding too
 * @param init how parameters are drawn
 * @param initScale what all are multiplied by then
 */
public record EmbeddingMlpSpec(
    boolean oneHot,
    @IdleWhere("model.one_hot = true") Combine combine,
    @OnlyFor("task.kind != sequence") @IdleWhere("model.one_hot = true") boolean separateOperands,
    @IdleWhere("model.one_hot = true") int dModel,
    int hidden,
    int hiddenLayers,
    Activation activation,
    boolean bias,
    Initialization init,
    double initScale)
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
        .positive("init_scale", initScale)
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

  @Override
  public long[] pair(int a, int b, int n) {
    return new long[] {a, b};
  }

  @Override
  public Layout layout(Signature signature) {
    return EmbeddingMlp.layout(this, signature.tokens());
  }

  @Override
  public EmbeddingMlp network(NDManager manager, Signature signature, DataType type) {
    return new EmbeddingMlp(this, signature.tokens());
  }

  @Override
  public int attentionLayers() {
    return 0;
  }

  @Override
  public int heads() {
    return 0;
  }

  @Override
  public boolean sees(int query, int key) {
    return false;
  }

  /** None. */
  @Override
  public double dropout() {
    return 0;
  }

  @Override
  public boolean isBlindToOrder() {
    return isOneSided();
  }

  /** {@inheritDoc} It reads none. */
  @Override
  public Check checkSequences(Check check, SequenceTask task) {
    String rule = "must not be sequence for model.kind = embedding_mlp, which reads two operands";
    return check.that(false, "kind", rule, "sequence");
  }

  @Override
  public double parameters(Signature signature) {
    double perUnit = bias ? 1 : 0;
    double width = hidden;
    double first = oneHot ? perUnit * width : ((double) inputs() + perUnit) * width;
    return (hasTwoEmbeddings() ? 2 : 1) * (double) signature.tokens() * width()
        + first
        + (hiddenLayers - 1) * (width + perUnit) * width
        + (width + perUnit) * signature.classes();
  }

  @Override
  public List<Product> products(Signature signature, boolean answerOnly, int examples) {
    return List.of(
        new Product(oneHot ? 0 : 1, examples, inputs(), hidden),
        new Product(hiddenLayers - 1, examples, hidden, hidden),
        new Product(1, examples, hidden, signature.classes()));
  }

  @Override
  public double activations(Signature signature) {
    return 3.0 * signature.classes() + (2.0 * width() + 3.0 * hidden * hiddenLayers);
  }

  /** None: it reads no sequences. */
  @Override
  public double squares(double length) {
    return 0;
  }

  /**
   * Whether an operand's product with the first hidden layer's matrix is the same on both sides.
   */
  public boolean isOneSided() {
    return combine == Combine.SUM && !hasTwoEmbeddings();
  }

  /** Whether the second operand's rows are not those of the first. */
  public boolean hasTwoEmbeddings() {
    return oneHot || separateOperands;
  }

  /** Numbers in an operand's row: D, or of one-hot operands F. */
  public int width() {
    return oneHot ? hidden : dModel;
  }

  /** Width of what the first hidden layer reads, where that is embeddings. */
  public int inputs() {
    return combine == Combine.CONCAT ? 2 * dModel : dModel;
  }
}
