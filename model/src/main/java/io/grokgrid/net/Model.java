package io.grokgrid.net;

import java.io.Serializable;

/** What a network is made of. */
public sealed interface Model extends Serializable permits TransformerModel, EmbeddingMlpModel {
  /** How parameters are drawn. */
  Initialization init();

  /** For pairs of n elements each. */
  Signature ofPairs(int n);
}
