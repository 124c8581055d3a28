package io.grokgrid.net;

import io.grokgrid.net.EmbeddingMlpSpec.Combine;
import io.grokgrid.net.TransformerSpec.Normalization;
import io.grokgrid.net.TransformerSpec.Outputs;
import java.util.Arrays;

/** Networks for tests, written short. */
public final class Models {
  private Models() {}

  /** As in the mainline: causal, with '=', learned positions, everything present. */
  public static TransformerSpec mainline(int width, int heads, int hidden) {
    return parts()
        .widths(width, heads, width / heads)
        .hidden(hidden)
        .activation(Activation.RELU)
        .model();
  }

  /** The textbook's transformer, of the smallest size at which every part matters. */
  public static Parts parts() {
    return new Parts();
  }

  /** An embedding MLP over concatenated operands, likewise. */
  public static Mlp mlp() {
    return new Mlp();
  }

  /** Initial parameters in float64. */
  static double[] draw(Initialization init, Layout layout, long seed) {
    float[] drawn = init.draw(layout, seed);
    double[] wide = new double[drawn.length];
    Arrays.setAll(wide, i -> drawn[i]);
    return wide;
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
    private double attentionRate = 1;
    private boolean causal = true;
    private boolean equalsToken = true;
    private boolean separateOperands;
    private int positions = 3;
    private boolean mlpBias = true;
    private Normalization normalization = Normalization.NONE;
    private boolean residual = true;
    private boolean outputProjection = true;
    private boolean mlpResidual = true;
    private boolean unembedBias;
    private double dropout;
    private Initialization init = Initialization.PAPER;

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

    public Parts outputs(Outputs which) {
      outputs = which;
      return this;
    }

    public Parts encoding(Encoding kind) {
      encoding = kind;
      return this;
    }

    public Parts attentionRate(double rate) {
      attentionRate = rate;
      return this;
    }

    public Parts causal(boolean is) {
      causal = is;
      return this;
    }

    /** Whether the input ends with '='; there are as many positions as it then has. */
    public Parts equalsToken(boolean is) {
      equalsToken = is;
      positions = is ? 3 : 2;
      return this;
    }

    public Parts separateOperands(boolean are) {
      separateOperands = are;
      return this;
    }

    public Parts positions(int rows) {
      positions = rows;
      return this;
    }

    public Parts mlpBias(boolean is) {
      mlpBias = is;
      return this;
    }

    public Parts normalization(Normalization where) {
      normalization = where;
      return this;
    }

    public Parts residual(boolean is) {
      residual = is;
      return this;
    }

    public Parts outputProjection(boolean is) {
      outputProjection = is;
      return this;
    }

    public Parts mlpResidual(boolean is) {
      mlpResidual = is;
      return this;
    }

    public Parts unembedBias(boolean is) {
      unembedBias = is;
      return this;
    }

    public Parts dropout(double probability) {
      dropout = probability;
      return this;
    }

    public Parts init(Initialization law) {
      init = law;
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
          attentionRate,
          causal,
          equalsToken,
          separateOperands,
          positions,
          mlpBias,
          normalization,
          residual,
          outputProjection,
          mlpResidual,
          unembedBias,
          dropout,
          init);
    }
  }

  /** An embedding MLP part by part: each method changes one and returns the same object. */
  public static final class Mlp {
    private Combine combine = Combine.CONCAT;
    private boolean separateOperands;
    private int width = 3;
    private int hidden = 4;
    private int layers = 1;
    private Activation activation = Activation.RELU;
    private boolean bias = true;
    private Initialization init = Initialization.TORCH;

    private Mlp() {}

    public Mlp combine(Combine how) {
      combine = how;
      return this;
    }

    public Mlp separateOperands(boolean are) {
      separateOperands = are;
      return this;
    }

    /** D, and how wide each hidden layer is. */
    public Mlp widths(int model, int hiddenLayer) {
      width = model;
      hidden = hiddenLayer;
      return this;
    }

    public Mlp layers(int hiddenLayers) {
      layers = hiddenLayers;
      return this;
    }

    public Mlp activation(Activation of) {
      activation = of;
      return this;
    }

    public Mlp bias(boolean is) {
      bias = is;
      return this;
    }

    public Mlp init(Initialization law) {
      init = law;
      return this;
    }

    public EmbeddingMlpSpec model() {
      return new EmbeddingMlpSpec(
          combine, separateOperands, width, hidden, layers, activation, bias, init);
    }
  }
}
