package io.grokgrid.net;

import io.grokgrid.base.Kind;

/** {@code run.model.kind}. */
public enum ModelKind implements Kind {
  TRANSFORMER(TransformerSpec.class),
  EMBEDDING_MLP(EmbeddingMlpSpec.class);

  private final Class<? extends Model> type;

  ModelKind(Class<? extends Model> type) {
    this.type = type;
  }

  @Override
  public Class<? extends Model> type() {
    return type;
  }
}
