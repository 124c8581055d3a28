package io.grokgrid.net;

/** How a transformer's parameters are drawn; {@link Parameters} has the distributions. */
public enum Initialization {
  /** All N(0, 1/d_model), W_U N(0, 1/V), biases 0 (Nanda et al. 2023). */
  PAPER,
  /** As paper, W_in N(0, 1/d_mlp) (Zhong et al. 2023). */
  CLOCK_PIZZA,
  /** Embedding and attention N(0, 1), MLP and unembedding as torch.nn.Linear draws them. */
  STANDARD_NORMAL,
  /**
   * Everything as torch.nn draws it: embeddings N(0, 1), linear maps and biases
   * U(+-1/sqrt(inputs)).
   */
  TORCH,
  /** Xavier normal for every matrix, biases 0. */
  XAVIER
}
