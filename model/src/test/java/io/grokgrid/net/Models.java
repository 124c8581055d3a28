package io.grokgrid.net;

import io.grokgrid.net.TransformerModel.Normalization;
import io.grokgrid.net.TransformerModel.Outputs;

/** Networks for tests, written short. */
public final class Models {
  private Models() {}

  /** As in the mainline: causal, with '=', learned positions, everything present. */
  public static TransformerModel mainline(int width, int heads, int hidden) {
    return model(
        1, width, heads, hidden, Activation.RELU, Encoding.LEARNED, 1, true, Normalization.NONE);
  }

  public static TransformerModel model(
      int layers,
      int width,
      int heads,
      int hidden,
      Activation activation,
      Encoding encoding,
      double attentionRate,
      boolean equals,
      Normalization normalization) {
    return new TransformerModel(
        layers,
        width,
        heads,
        width / heads,
        hidden,
        activation,
        Outputs.RESIDUES,
        encoding,
        attentionRate,
        equals,
        equals,
        false,
        equals ? 3 : 2,
        true,
        normalization,
        true,
        true,
        true,
        false,
        Initialization.PAPER);
  }
}
