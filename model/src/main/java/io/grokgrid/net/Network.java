package io.grokgrid.net;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;

/** A network as its definition says; parameters come with each call. */
public sealed interface Network permits Transformer, EmbeddingMlp {
  Layout layout();

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
