package io.grokgrid.net;

import io.grokgrid.net.TransformerSpec.Normalization;
import io.grokgrid.net.TransformerSpec.Outputs;

/** Networks for tests, written short. */
public final class Models {
  private Models() {}

  /** As in the mainline: causal, with '=', learned positions, everything present. */
  public static TransformerSpec mainline(int width, int heads, int hidden) {
    return model(
        1, width, heads, hidden, Activation.RELU, Encoding.LEARNED, 1, true, Normalization.NONE);
  }

  public static TransformerSpec model(
      int layers,
      int width,
      int heads,
      int hidden,
      Activation activation,
      Encoding encoding,
      double attentionRate,
      boolean equals,
      Normalization normalization) {
    return new TransformerSpec(
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
        0,
        Initialization.PAPER);
  }

  /** The textbook's transformer, of the smallest size at which every part matters. */
  public static Parts parts() {
    return new Parts();
  }

  /** A transformer part by part: each method changes one and returns the same object. */
  public static final class Parts {
    private int layers = 1;
    private int width = 4;
    private int heads = 2;
    private int headWidth = 2;
    private int hidden = 5;
    private Activation activation = Activation.GELU;
    private Outputs outputs = Outputs.RESIDUES;
    private Encoding encoding = Encoding.LEARNED;
    private boolean causal = true;
    private boolean separateOperands;
    private int positions = 3;
    private boolean mlpBias = true;
    private Normalization normalization = Normalization.NONE;
    private boolean residual = true;
    private boolean outputProjection = true;
    private boolean mlpResidual = true;
    private boolean unembedBias;
    private double dropout;

    private Parts() {}

    public Parts layers(int number) {
      layers = number;
      return this;
    }

    /** D, H and K. */
    public Parts widths(int model, int numberOfHeads, int head) {
      width = model;
      heads = numberOfHeads;
      headWidth = head;
      return this;
    }

    /** F. */
    public Parts hidden(int mlp) {
      hidden = mlp;
      return this;
    }

    public Parts activation(Activation of) {
      activation = of;
      return this;
    }

    Parts outputs(Outputs which) {
      outputs = which;
      return this;
    }

    public Parts encoding(Encoding kind) {
      encoding = kind;
      return this;
    }

    Parts bidirectional() {
      causal = false;
      return this;
    }

    Parts separateOperands() {
      separateOperands = true;
      return this;
    }

    public Parts positions(int rows) {
      positions = rows;
      return this;
    }

    Parts withoutMlpBias() {
      mlpBias = false;
      return this;
    }

    public Parts normalization(Normalization where) {
      normalization = where;
      return this;
    }

    Parts withoutResidual() {
      residual = false;
      return this;
    }

    Parts withoutOutputProjection() {
      outputProjection = false;
      return this;
    }

    Parts withoutMlpResidual() {
      mlpResidual = false;
      return this;
    }

    public Parts unembedBias() {
      unembedBias = true;
      return this;
    }

    public Parts dropout(double probability) {
      dropout = probability;
      return this;
    }

    public TransformerSpec model() {
      return new TransformerSpec(
          layers,
          width,
          heads,
          headWidth,
          hidden,
          activation,
          outputs,
          encoding,
          1,
          causal,
          true,
          separateOperands,
          positions,
          mlpBias,
          normalization,
          residual,
          outputProjection,
          mlpResidual,
          unembedBias,
          dropout,
          Initialization.PAPER);
    }
  }
}
