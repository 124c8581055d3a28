package io.grokgrid.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.grokgrid.analysis.Labels.Part;
import io.grokgrid.analysis.Peer;
import io.grokgrid.analysis.Subject;
import io.grokgrid.net.EmbeddingMlpSpec.Combine;
import io.grokgrid.net.Models;
import io.grokgrid.net.TransformerSpec.Normalization;
import io.grokgrid.net.TransformerSpec.Outputs;
import io.grokgrid.task.PermutationOperation;
import io.grokgrid.task.Tasks;
import io.grokgrid.tensor.EngineManager;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(EngineManager.class)
class RepresentationsTest {
  private static final int[] DIMENSIONS = {1, 1, 4, 4, 5, 5, 6};

  private final NDManager manager;

  RepresentationsTest(NDManager manager) {
    this.manager = manager;
  }

  private static Map<String, Double> measure(Subject subject) {
    return Peer.measure(new Representations(), subject);
  }

  /** A real network that multiplies matrices computes the traces exactly. */
  @ParameterizedTest
  @CsvSource({"standard, 4 1", "sign, 1 1 1 1 1", "5d_a, 2 2 1", "6d, 3 1 1"})
  void findsTheRepresentationThatANetworkMultiplies(String name, String shape) {
    int[] rows = Arrays.stream(shape.split(" ")).mapToInt(Integer::parseInt).toArray();
    OrthogonalForm form = new OrthogonalForm(new Permutations(), rows);
    Subject subject = GroupNetworks.multiplying(manager, form, 10);
    Map<String, Double> found = measure(subject);
    for (Irreducible irreducible : Group.permutations().nontrivial()) {
      double expected = irreducible.name().equals(name) ? 1 : 0;
      assertThat(found.get("similarity." + irreducible.name())).isCloseTo(expected, within(1e-6));
      assertThat(found.containsKey("key_representation." + irreducible.name()))
          .isEqualTo(expected == 1);
      assertThat(found.get("unembedding_share." + irreducible.name()))
          .isCloseTo(expected, within(1e-6));
    }
    double loss = subject.labels().loss(subject.logits(), Part.ALL);
    assertThat(found.get("restricted_loss")).isCloseTo(loss, within(1e-5));
    assertThat(found.get("restricted_loss." + name)).isCloseTo(loss, within(1e-5));
    assertThat(found.get("excluded_loss")).isCloseTo(Math.log(120), within(1e-3));
    assertThat(found.get("explained_share")).isCloseTo(1, within(1e-6));
  }

  @Test
  void oneHotEmbeddingsHaveOfEachRepresentationItsDimensionSquared() {
    OrthogonalForm form = new OrthogonalForm(new Permutations(), 4, 1);
    Map<String, Double> found = measure(GroupNetworks.multiplying(manager, form, 1));
    for (int i = 0; i < DIMENSIONS.length; i++) {
      String name = Group.permutations().irreducibles().get(i).name();
      double share = DIMENSIONS[i] * DIMENSIONS[i] / 120.0;
      assertThat(found.get("embedding_share." + name)).isCloseTo(share, within(1e-12));
      assertThat(found.get("embedding_share_right." + name)).isCloseTo(share, within(1e-12));
    }
  }

  /**
   * (x + y)^2 with x = sign(a), y = sign(b) is 2 + 2 sign(a b): of its deviations all belong to the
   * answer's sign, nothing to an operand's.
   */
  @Test
  void hiddenUnitsOfTheSignAreOfTheAnswerAlone() {
    OrthogonalForm form = new OrthogonalForm(new Permutations(), 1, 1, 1, 1, 1);
    Map<String, Double> found = measure(GroupNetworks.multiplying(manager, form, 1));
    assertThat(found.get("hidden_share_answer.sign")).isCloseTo(1, within(1e-12));
    assertThat(found.get("hidden_share_left.sign")).isCloseTo(0, within(1e-12));
    assertThat(found.get("hidden_share_right.sign")).isCloseTo(0, within(1e-12));
    assertThat(found.get("hidden_share_answer.standard")).isCloseTo(0, within(1e-12));
  }

  @ParameterizedTest
  @EnumSource
  void anUntrainedNetworkHasTheSharesOfChance(PermutationOperation operation) {
    Map<String, Double> found =
        measure(
            GroupNetworks.untrained(
                manager, Models.mlp().separateOperands(true).widths(256, 128).model(), operation));
    for (int i = 0; i < DIMENSIONS.length; i++) {
      String name = Group.permutations().irreducibles().get(i).name();
      double chance = DIMENSIONS[i] * DIMENSIONS[i] / 120.0;
      assertThat(found.get("embedding_share." + name)).isCloseTo(chance, within(0.02));
      assertThat(found.get("unembedding_share." + name)).isCloseTo(chance, within(0.02));
      if (i > 0) {
        assertThat(found.get("similarity." + name)).isBetween(-0.02, 0.02);
      }
    }
    assertThat(found.get("explained_share")).isLessThan(1e-3);
  }

  @Test
  void measuresTransformersOfAnyForm() {
    Models.Parts parts = Models.parts().layers(2).normalization(Normalization.PRE);
    for (Models.Parts of :
        new Models.Parts[] {
          parts, parts.outputs(Outputs.TOKENS), parts.separateOperands(true).equalsToken(false)
        }) {
      Subject subject = GroupNetworks.untrained(manager, of.model(), PermutationOperation.SANDWICH);
      assertThat(measure(subject).values()).allMatch(Double::isFinite);
    }
  }

  @Test
  void weightsOfZeroHaveNoShares() {
    Subject drawn =
        GroupNetworks.untrained(
            manager, Models.mlp().combine(Combine.SUM).model(), PermutationOperation.COMPOSE);
    Map<String, Double> found = measure(drawn.with(new float[drawn.layout().size()]));
    assertThat(found.get("similarity.sign")).isNaN();
    assertThat(found.get("embedding_share.sign")).isNaN();
    assertThat(found.get("restricted_loss")).isCloseTo(Math.log(120), within(1e-9));
  }

  @Test
  void saysNothingOfOtherTasks() {
    Subject subject =
        new Subject(
            manager,
            Models.mlp().model(),
            Tasks.modular(5).task(),
            0,
            new float[Models.mlp().model().layout(Models.mlp().model().ofPairs(5)).size()]);
    assertThat(new Representations().idle(subject)).contains("needs a task of permutations");
    assertThat(new Cosets().idle(subject)).contains("needs a task of permutations");
  }
}
