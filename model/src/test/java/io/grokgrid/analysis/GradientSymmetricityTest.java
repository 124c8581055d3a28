package io.grokgrid.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.grokgrid.analysis.OperandGradients.Triple;
import io.grokgrid.math.Statistics;
import io.grokgrid.net.EmbeddingMlpSpec.Combine;
import io.grokgrid.net.Models;
import io.grokgrid.net.TransformerSpec.Normalization;
import io.grokgrid.net.TransformerSpec.Outputs;
import io.grokgrid.task.Tasks;
import io.grokgrid.tensor.EngineManager;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(EngineManager.class)
class GradientSymmetricityTest {
  private static final GradientSymmetricity ANALYSIS = new GradientSymmetricity();

  private final NDManager manager;

  GradientSymmetricityTest(NDManager manager) {
    this.manager = manager;
  }

  @Test
  void takesThePublishedTriples() {
    assertThat(GradientSymmetricity.published(59))
        .hasSize(100)
        .startsWith(
            new Triple(29, 1, 57),
            new Triple(49, 36, 24),
            new Triple(40, 38, 8),
            new Triple(13, 17, 16),
            new Triple(57, 34, 36));
  }

  @Test
  void takesAllTriplesWhereThereAreFewAndNoneWhereTheyAreTooMany() {
    assertThat(GradientSymmetricity.published(2)).hasSize(8).doesNotHaveDuplicates();
    assertThat(GradientSymmetricity.published(406)).hasSize(100);
    assertThat(GradientSymmetricity.published(407)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void isOneWhereOnlyTheSumOfTheEmbeddingsIsSeen(boolean separate) {
    Subject subject =
        Built.drawn(
            manager,
            Models.mlp().combine(Combine.SUM).separateOperands(separate).layers(2).model(),
            Tasks.modular(7).task());
    Map<String, Double> found = Peer.measure(ANALYSIS, subject);
    assertThat(found.get("mean")).isCloseTo(1, within(1e-12));
    assertThat(found.get("random_mean")).isCloseTo(1, within(1e-12));
    assertThat(found.get("random_deviation")).isCloseTo(0, within(1e-12));
  }

  /** All units are active; W is the identity for a, and turns b by 60 degrees. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void isTheCosineOfTheAngleByWhichOneOperandIsTurned(boolean separate) {
    double[] w = {1, 0, 0, 1, 0.5, Math.sqrt(0.75), -Math.sqrt(0.75), 0.5};
    Subject subject =
        Built.drawn(
            manager,
            Models.mlp().separateOperands(separate).widths(2, 2).model(),
            Tasks.modular(5).task());
    subject = Built.set(subject, "mlp.0.W", i -> w[i]);
    subject = Built.set(subject, "mlp.0.b", i -> 100);
    Map<String, Double> found = Peer.measure(ANALYSIS, subject);
    assertThat(found.get("mean")).isCloseTo(0.5, within(1e-7));
    assertThat(found.get("random_mean")).isCloseTo(0.5, within(1e-7));
  }

  /** Tokens of their own for both operands: each derivative is by one row of W_E. */
  @Test
  void agreesWithDifferencesThroughLayersAndNorms() {
    Subject subject =
        Built.drawn(
            manager,
            Models.parts()
                .separateOperands(true)
                .layers(2)
                .normalization(Normalization.PRE)
                .outputs(Outputs.TOKENS)
                .model(),
            Tasks.modular(5).task());
    Triple triple = new Triple(1, 3, 2);
    double expected = Statistics.cosine(slopes(subject, triple, 1), slopes(subject, triple, 8));
    assertThat(GradientSymmetricity.cosines(subject, List.of(triple)))
        .hasSize(1)
        .satisfies(found -> assertThat(found[0]).isCloseTo(expected, within(1e-5)));
  }

  /** Of the triple's logit along each coordinate of a row of W_E. */
  private static double[] slopes(Subject subject, Triple triple, int row) {
    double[] slopes = new double[4];
    for (int i = 0; i < 4; i++) {
      int at = subject.layout().at("embed.W_E").offset() + row * 4 + i;
      float[] above = subject.parameters().clone();
      float[] below = subject.parameters().clone();
      above[at] += 1e-3f;
      below[at] -= 1e-3f;
      double difference = logit(subject, above, triple) - logit(subject, below, triple);
      slopes[i] = difference / ((double) above[at] - below[at]);
    }
    return slopes;
  }

  private static double logit(Subject subject, float[] parameters, Triple triple) {
    int n = subject.n();
    return subject.logits(parameters)[(triple.a() * n + triple.b()) * n + triple.c()];
  }

  @Test
  void findsThePublishedSymmetricity() {
    for (String peer : Peer.NAMES) {
      assertThat(Peer.named(peer).check(ANALYSIS, manager)).isPositive();
    }
  }

  @Test
  void isMeasuredOfPermutations() {
    Subject subject = Built.drawn(manager, Models.parts().model(), Tasks.permutations().task());
    assertThat(Peer.measure(ANALYSIS, subject).get("mean")).isBetween(-1.0, 1.0);
  }

  @Test
  void isNoNumberWhereNothingDependsOnTheOperands() {
    Subject subject = Built.drawn(manager, Models.parts().model(), Tasks.modular(5).task());
    assertThat(Peer.measure(ANALYSIS, Built.all(subject, 0)).values()).containsOnly(Double.NaN);
  }
}
