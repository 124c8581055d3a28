package io.grokgrid.net;

import io.grokgrid.base.Changed;
import io.grokgrid.keys.RunSpecs;
import io.grokgrid.net.EmbeddingMlpSpec.Combine;
import io.grokgrid.net.TransformerSpec.Normalization;
import io.grokgrid.net.TransformerSpec.Outputs;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Networks for tests, written short. */
public final class Models {
  private static final TransformerSpec TRANSFORMER =
      (TransformerSpec) RunSpecs.of(Map.of()).model();
  private static final EmbeddingMlpSpec EMBEDDING_MLP =
      (EmbeddingMlpSpec) RunSpecs.of(Map.of("model.kind", "embedding_mlp")).model();

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
    private final Map<String, Object> changes = new HashMap<>();

    private Parts() {
      changes.put("layers", 1);
      changes.put("dModel", 4);
      changes.put("heads", 2);
      changes.put("dHead", 2);
      changes.put("dMlp", 5);
      changes.put("activation", Activation.GELU);
      changes.put("outputs", Outputs.RESIDUES);
      changes.put("encoding", Encoding.LEARNED);
      changes.put("attentionRate", 1.0);
      changes.put("causal", true);
      changes.put("equalsToken", true);
      changes.put("separateOperands", false);
      changes.put("positions", 3);
      changes.put("mlpBias", true);
      changes.put("normalization", Normalization.NONE);
      changes.put("residual", true);
      changes.put("outputProjection", true);
      changes.put("mlpResidual", true);
      changes.put("unembedBias", false);
      changes.put("dropout", 0.0);
      changes.put("init", Initialization.PAPER);
    }

    public Parts layers(int number) {
      changes.put("layers", number);
      return this;
    }

    /** D, H and K. */
    public Parts widths(int model, int numberOfHeads, int head) {
      changes.put("dModel", model);
      changes.put("heads", numberOfHeads);
      changes.put("dHead", head);
      return this;
    }

    /** F. */
    public Parts hidden(int mlp) {
      changes.put("dMlp", mlp);
      return this;
    }

    public Parts activation(Activation of) {
      changes.put("activation", of);
      return this;
    }

    public Parts outputs(Outputs which) {
      changes.put("outputs", which);
      return this;
    }

    public Parts encoding(Encoding kind) {
      changes.put("encoding", kind);
      return this;
    }

    public Parts attentionRate(double rate) {
      changes.put("attentionRate", rate);
      return this;
    }

    public Parts causal(boolean is) {
      changes.put("causal", is);
      return this;
    }

    /** Whether the input ends with '='; there are as many positions as it then has. */
    public Parts equalsToken(boolean is) {
      changes.put("equalsToken", is);
      changes.put("positions", is ? 3 : 2);
      return this;
    }

    public Parts separateOperands(boolean are) {
      changes.put("separateOperands", are);
      return this;
    }

    public Parts positions(int rows) {
      changes.put("positions", rows);
      return this;
    }

    public Parts mlpBias(boolean is) {
      changes.put("mlpBias", is);
      return this;
    }

    public Parts normalization(Normalization where) {
      changes.put("normalization", where);
      return this;
    }

    public Parts residual(boolean is) {
      changes.put("residual", is);
      return this;
    }

    public Parts outputProjection(boolean is) {
      changes.put("outputProjection", is);
      return this;
    }

    public Parts mlpResidual(boolean is) {
      changes.put("mlpResidual", is);
      return this;
    }

    public Parts unembedBias(boolean is) {
      changes.put("unembedBias", is);
      return this;
    }

    public Parts dropout(double probability) {
      changes.put("dropout", probability);
      return this;
    }

    public Parts init(Initialization law) {
      changes.put("init", law);
      return this;
    }

    public TransformerSpec model() {
      return Changed.with(TRANSFORMER, changes);
    }

    /** Any other component. */
    public Parts with(String component, Object value) {
      changes.put(component, value);
      return this;
    }
  }

  /** An embedding MLP part by part: each method changes one and returns the same object. */
  public static final class Mlp {
    private final Map<String, Object> changes = new HashMap<>();

    private Mlp() {
      changes.put("combine", Combine.CONCAT);
      changes.put("separateOperands", false);
      changes.put("dModel", 3);
      changes.put("hidden", 4);
      changes.put("hiddenLayers", 1);
      changes.put("activation", Activation.RELU);
      changes.put("bias", true);
      changes.put("init", Initialization.TORCH);
    }

    public Mlp combine(Combine how) {
      changes.put("combine", how);
      return this;
    }

    public Mlp separateOperands(boolean are) {
      changes.put("separateOperands", are);
      return this;
    }

    /** D, and how wide each hidden layer is. */
    public Mlp widths(int model, int hiddenLayer) {
      changes.put("dModel", model);
      changes.put("hidden", hiddenLayer);
      return this;
    }

    public Mlp layers(int hiddenLayers) {
      changes.put("hiddenLayers", hiddenLayers);
      return this;
    }

    public Mlp activation(Activation of) {
      changes.put("activation", of);
      return this;
    }

    public Mlp bias(boolean is) {
      changes.put("bias", is);
      return this;
    }

    public Mlp init(Initialization law) {
      changes.put("init", law);
      return this;
    }

    public EmbeddingMlpSpec model() {
      return Changed.with(EMBEDDING_MLP, changes);
    }

    /** Any other component. */
    public Mlp with(String component, Object value) {
      changes.put(component, value);
      return this;
    }
  }
}
