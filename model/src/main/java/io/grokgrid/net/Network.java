package io.grokgrid.net;

import ai.djl.ndarray.NDArray;
import io.grokgrid.tensor.Dropout;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A network as its definition says; parameters come with each call. */
public sealed interface Network permits Transformer, EmbeddingMlp {
  /**
   * What a forward pass computed.
   *
   * @param scores for each layer with attention (B, H, T, T): what enters the softmax, row = query;
   *     -inf where masked
   * @param weights for each (B, H, T, T): what multiplies V
   * @param hidden for each layer with an MLP its hidden units behind the activation, (B, T, F), or
   *     of the one answer (B, 1, F)
   * @param logits of every position (B, T, C), or of the one answer (B, 1, C)
   */
  record Trace(List<NDArray> scores, List<NDArray> weights, List<NDArray> hidden, NDArray logits) {
    /** The answer, read at the last position: (B, C). */
    public NDArray answer() {
      return logits.get(":, -1"); // (B, C)
    }

    /** The answers of all positions that are asked, A of them: (B A, C). */
    public NDArray answers(Signature signature) {
      return logits
          .get(":, -" + signature.answered() + ":") // (B, A, C)
          .reshape(-1, signature.classes());
    }
  }

  /** What it sees and answers. */
  Signature signature();

  Layout layout();

  /**
   * The forward pass, every position through every layer.
   *
   * @param parameters flat, as {@link #layout} orders them
   * @param tokens (B, T), int64
   */
  Trace trace(NDArray parameters, NDArray tokens);

  /**
   * The answers of a forward pass that computes no more than they take.
   *
   * @param parameters flat, as {@link #layout} orders them
   * @param tokens (B, T), int64
   * @param dropout what is left out in this pass, if anything
   * @return logits of the positions that are asked, A of them: (B A, C)
   */
  NDArray answer(NDArray parameters, NDArray tokens, @Nullable Dropout dropout);
}
