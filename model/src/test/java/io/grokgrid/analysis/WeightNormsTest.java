package io.grokgrid.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.grokgrid.net.Models;
import io.grokgrid.net.TransformerSpec;
import io.grokgrid.task.Tasks;
import io.grokgrid.tensor.EngineManager;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(EngineManager.class)
class WeightNormsTest {
  private final NDManager manager;

  WeightNormsTest(NDManager manager) {
    this.manager = manager;
  }

  private Subject drawn() {
    return Built.drawn(manager, Models.parts().model(), Tasks.modular(7).task());
  }

  @Test
  void aDiagonalMatrixHasItsEntriesForSingularValues() {
    Subject subject =
        Built.set(drawn(), "embed.W_E", i -> i % 4 == i / 4 ? (i % 4 == 2 ? 3 : 1) : 0);
    Map<String, Double> found = Peer.measure(new WeightNorms(2), subject);
    assertThat(found.get("norm.embed.W_E")).isCloseTo(Math.sqrt(12), within(1e-12));
    assertThat(found.get("singular_value.embed.W_E.1")).isCloseTo(3, within(1e-12));
    assertThat(found.get("singular_value.embed.W_E.2")).isCloseTo(1, within(1e-12));
    assertThat(found).doesNotContainKey("singular_value.embed.W_E.3");
    double entropy = -0.5 * Math.log(0.5) - 0.5 * Math.log(1 / 6.0);
    assertThat(found.get("effective_rank.embed.W_E")).isCloseTo(Math.exp(entropy), within(1e-12));
  }

  /** Both heads read the same two of four directions: the one map has rank 2. */
  @Test
  void headsAreOneMap() {
    Subject subject =
        Built.set(drawn(), "blocks.0.attn.W_Q", i -> i % 8 == 0 || i % 8 == 3 ? 1 : 0);
    Map<String, Double> found = Peer.measure(new WeightNorms(4), subject);
    assertThat(found.get("effective_rank.blocks.0.attn.W_Q")).isCloseTo(2, within(1e-12));
    assertThat(found.get("singular_value.blocks.0.attn.W_Q.1"))
        .isCloseTo(Math.sqrt(2), within(1e-12));
  }

  /** W_U is looked at, and counts once with W_E; the training's weight_norm is the same. */
  @Test
  void tiedEmbeddingsCountOnce() {
    TransformerSpec model = Models.parts().with("tiedEmbeddings", true).model();
    float[] trained = model.draw(model.layoutOfPairs(7), 1);
    Subject subject = new Subject(manager, model, Tasks.modular(7).task(), 1, trained);
    Map<String, Double> found = Peer.measure(new WeightNorms(), subject);
    double all = 0;
    for (float number : trained) {
      all += (double) number * number;
    }
    assertThat(found.get("sum_squared")).isCloseTo(all, within(1e-9));
    assertThat(found).containsKey("norm.unembed.W_U");
    double[] embedding = subject.tensor("embed.W_E"); // (8, 4), the last row is that of '='
    double[] unembedding = subject.unembedding(); // (4, 7)
    for (int i = 0; i < unembedding.length; i++) {
      assertThat(unembedding[i]).isEqualTo(embedding[i % 7 * 4 + i / 7]);
    }
    Subject before = subject.initial();
    assertThat(before.parameters()).isEqualTo(subject.parameters());
  }

  @Test
  void squaresOfTensorsSumToThatOfAll() {
    Subject subject = drawn();
    Map<String, Double> found = Peer.measure(new WeightNorms(), subject);
    double sum =
        subject.layout().tensors().stream()
            .mapToDouble(tensor -> Math.pow(Built.number(found, "norm." + tensor.name()), 2))
            .sum();
    assertThat(found.get("sum_squared")).isCloseTo(sum, within(1e-9));
    assertThat(found.get("norm")).isCloseTo(Math.sqrt(sum), within(1e-9));
    assertThat(found).containsKeys("effective_rank.W_L", "singular_value.W_L.1");
  }

  @Test
  void findsThePublishedNorms() {
    for (String peer : Peer.NAMES) {
      assertThat(Peer.named(peer).check(new WeightNorms(), manager)).isEqualTo(2);
    }
  }

  @Test
  void whatIsNoNumberHasNoRank() {
    Map<String, Double> found =
        Peer.measure(new WeightNorms(), Built.set(drawn(), "embed.W_E", i -> Double.NaN));
    assertThat(found.get("effective_rank.embed.W_E")).isNaN();
    assertThat(found.get("singular_value.embed.W_E.1")).isNaN();
    assertThat(found.get("effective_rank.W_L")).isFinite();
    Map<String, Double> zero = Peer.measure(new WeightNorms(), Built.all(drawn(), 0));
    assertThat(zero.get("effective_rank.embed.W_E")).isNaN();
    assertThat(zero.get("singular_value.embed.W_E.1")).isZero();
  }
}
