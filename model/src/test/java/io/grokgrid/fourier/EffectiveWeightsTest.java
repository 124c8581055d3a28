package io.grokgrid.fourier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.grokgrid.analysis.Labels.Part;
import io.grokgrid.analysis.Peer;
import io.grokgrid.analysis.Subject;
import io.grokgrid.net.Activation;
import io.grokgrid.net.Encoding;
import io.grokgrid.net.Layout;
import io.grokgrid.net.Models;
import io.grokgrid.net.TransformerSpec;
import io.grokgrid.task.Tasks;
import io.grokgrid.tensor.EngineManager;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(EngineManager.class)
class EffectiveWeightsTest {
  private static final Offset<Double> NEARLY = within(1e-5);
  private static final int P = 7;

  private final NDManager manager;

  EffectiveWeightsTest(NDManager manager) {
    this.manager = manager;
  }

  /**
   * Without queries every position gets a third; where besides u = 0, the simplification is the
   * network with values half as large again.
   */
  @Test
  void isExactWhereAttentionIsEven() {
    for (Models.Parts parts : variants()) {
      TransformerSpec model = parts.model();
      Subject subject = evenly(model, 1);
      Map<String, Double> found = Peer.measure(new EffectiveWeights(), subject);
      Subject larger = evenly(model, 1.5f);
      double loss = larger.labels().loss(larger.logits(), Part.ALL);
      assertThat(found.get("simplified_loss")).as(model.toString()).isCloseTo(loss, NEARLY);
      assertThat(found.get("attention_complementarity.1")).isCloseTo(2 / 3.0, NEARLY);
    }
  }

  private static List<Models.Parts> variants() {
    return List.of(
        parts(),
        parts().encoding(Encoding.NONE),
        parts().outputProjection(false),
        parts().mlpResidual(false),
        parts().mlpBias(false),
        parts().unembedBias(true).separateOperands(true),
        parts().outputs(TransformerSpec.Outputs.TOKENS),
        parts().causal(false));
  }

  private static Models.Parts parts() {
    return Models.parts().widths(8, 2, 4).hidden(6).activation(Activation.RELU);
  }

  /** Drawn, but W_Q = 0, W_E of '=' the negative of W_pos there, biases 0.1, W_V scaled. */
  private Subject evenly(TransformerSpec model, float scale) {
    Layout layout = model.layoutOfPairs(P);
    float[] weights = model.init().draw(layout, 1);
    for (Layout.Tensor tensor : layout.tensors()) {
      int from = tensor.offset();
      int to = from + tensor.size();
      if (tensor.name().contains("b_")) {
        Arrays.fill(weights, from, to, 0.1f);
      } else if (tensor.name().endsWith("W_Q")) {
        Arrays.fill(weights, from, to, 0);
      }
      for (int i = from; i < to; i++) {
        weights[i] *= tensor.name().endsWith("W_V") ? scale : 1;
      }
    }
    int width = model.dModel();
    int equals = layout.at("embed.W_E").offset() + (model.tokens(P) - 1) * width;
    for (int i = 0; i < width; i++) {
      boolean placed = layout.find("pos_embed.W_pos") != null;
      int last = placed ? layout.at("pos_embed.W_pos").offset() + 2 * width : 0;
      weights[equals + i] = placed ? -weights[last + i] : 0;
    }
    return new Subject(manager, model, Tasks.modular(P).task(), 1, weights);
  }

  @Test
  void equalPositionsAndBlindNetworksHaveNoDistance() {
    Subject subject = evenly(parts().encoding(Encoding.NONE).model(), 1);
    Map<String, Double> found = Peer.measure(new EffectiveWeights(), subject);
    assertThat(found.get("symmetry_distance")).isCloseTo(0, NEARLY);
    assertThat(found.get("position_distance")).isNaN();
  }

  @Test
  void withoutBiasesAndSkipTheRealLogitsAreOfNeuronsAlone() {
    Subject subject = evenly(parts().mlpResidual(false).model(), 1);
    Map<String, Double> found = Peer.measure(new EffectiveWeights(), subject);
    assertThat(found.get("no_skip_loss"))
        .isCloseTo(subject.labels().loss(subject.logits(), Part.ALL), NEARLY);
    assertThat(found.get("simplified_no_skip_loss")).isEqualTo(found.get("simplified_loss"));
  }

  /** The values in the notes beside what the peers' authors measured. */
  @Test
  void withoutAnyConstantPeersComputeWhatWasNoted() {
    Map<String, Double> clean = measure("nanda_wd");
    assertThat(clean.get("bare_loss")).isCloseTo(0.000783976, within(1e-9));
    assertThat(clean.get("bare_accuracy")).isCloseTo(0.999843, within(1e-6));
    Map<String, Double> other = measure("c113_seed1");
    assertThat(other.get("bare_loss")).isCloseTo(2.69398, within(1e-5));
    assertThat(other.get("bare_accuracy")).isCloseTo(0.701386, within(1e-6));
  }

  private Map<String, Double> measure(String peer) {
    return Peer.measure(new EffectiveWeights(), Peer.named(peer).subject(manager));
  }

  @Test
  void saysWhatItNeeds() {
    for (Models.Parts parts :
        List.of(
            parts().equalsToken(false),
            parts().layers(2),
            parts().activation(Activation.GELU),
            parts().encoding(Encoding.ROPE),
            parts().residual(false))) {
      TransformerSpec model = parts.model();
      float[] weights = model.init().draw(model.layoutOfPairs(P), 1);
      Subject subject = new Subject(manager, model, Tasks.modular(P).task(), 1, weights);
      assertThat(new EffectiveWeights().idle(subject)).get().asString().startsWith("needs");
    }
  }
}
