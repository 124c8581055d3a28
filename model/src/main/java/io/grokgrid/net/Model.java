package io.grokgrid.net;

import java.io.Serializable;

/** What a network is made of. */
public sealed interface Model extends Serializable permits TransformerSpec, EmbeddingMlpSpec {
  /** Which of the kinds this is. */
  ModelKind kind();

  /** How parameters are drawn. */
  Initialization init();

  /** For pairs of n elements each. */
  Signature ofPairs(int n);
}
