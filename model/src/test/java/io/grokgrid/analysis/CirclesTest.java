package io.grokgrid.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.grokgrid.net.EmbeddingMlpSpec.Combine;
import io.grokgrid.net.Models;
import io.grokgrid.task.ModularOperation;
import io.grokgrid.task.Tasks;
import io.grokgrid.tensor.EngineManager;
import java.util.Arrays;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is measured of circles in the embedding: {@code circularity}, {@code circle_fve}, PCA. */
@ExtendWith(EngineManager.class)
class CirclesTest {
  private static final Circularity CIRCULARITY = new Circularity();
  private static final CircleIsolation ISOLATION = new CircleIsolation();

  private final NDManager manager;

  CirclesTest(NDManager manager) {
    this.manager = manager;
  }

  /** An embedding MLP over residues modulo p whose embedding is a circle, beside the origin. */
  private Subject circle(int p, int frequency) {
    Subject subject =
        Built.drawn(
            manager,
            Models.mlp().combine(Combine.SUM).widths(4, 8).model(),
            Tasks.modular(p).task());
    return Built.set(
        subject,
        "embed.W_E",
        i -> {
          int x = i / 4;
          double angle = 2 * Math.PI * frequency * x / p;
          return switch (i % 4) {
            case 0 -> 1;
            case 1 -> 3 * Math.cos(angle);
            case 2 -> 3 * Math.sin(angle);
            default -> 0;
          };
        });
  }

  @Test
  void aCircleIsCircularAndHasNoMoreThanTwoComponents() {
    Map<String, Double> found = Peer.measure(CIRCULARITY, circle(11, 3));
    assertThat(found.get("mean")).isCloseTo(1, within(1e-6));
    assertThat(found.get("component.1")).isCloseTo(1, within(1e-6));
    assertThat(found.get("component.2")).isCloseTo(1, within(1e-6));
    assertThat(found).doesNotContainKeys("component.3", "component.4");
  }

  @Test
  void theComponentsOfACircleHaveEqualSharesAndItsRadius() {
    Map<String, Double> found = Peer.measure(new EmbeddingPca(4), circle(11, 3));
    assertThat(found.get("share.1")).isCloseTo(0.5, within(1e-6));
    assertThat(found.get("share.2")).isCloseTo(0.5, within(1e-6));
    assertThat(found.get("circularity.1")).isCloseTo(1, within(1e-6));
    for (int x = 0; x < 11; x++) {
      double first = Built.number(found, "component.1." + x);
      double second = Built.number(found, "component.2." + x);
      assertThat(Math.hypot(first, second)).isCloseTo(3, within(1e-6));
    }
    assertThat(found).doesNotContainKey("component.3.0");
  }

  @Test
  void coordinatesAreLeftOutWhereNobodyAsksForThem() {
    assertThat(Peer.measure(new EmbeddingPca(0), circle(11, 3)))
        .doesNotContainKey("component.1.0")
        .containsKey("share.2");
  }

  @Test
  void theOneCircleIsFoundAndIsolatedWithoutLoss() {
    Subject subject = circle(11, 8);
    Map<String, Double> found = Peer.measure(ISOLATION, subject);
    assertThat(found.get("circles")).isEqualTo(1);
    assertThat(found.get("circle.1.frequency")).isEqualTo(3);
    double clock = new CircleLogits(3, 11, 1).clock(subject.logits());
    assertThat(found.get("circle.1.clock")).isCloseTo(clock, within(1e-5));
  }

  /** Of 9 residues frequency 3 has but three places: the paper's strides do not see it. */
  @Test
  void onlyFrequenciesThatVisitEveryPlaceAreCircles() {
    assertThat(Peer.measure(ISOLATION, circle(9, 3)).get("circles")).isEqualTo(0);
    assertThat(Peer.measure(ISOLATION, circle(9, 2)).get("circle.1.frequency")).isEqualTo(2);
    assertThat(Peer.measure(CIRCULARITY, circle(8, 3)).get("mean")).isCloseTo(1, within(1e-6));
  }

  @Test
  void findsNoCircleInWhatIsDrawn() {
    Subject subject =
        Built.drawn(manager, Models.mlp().widths(32, 8).model(), Tasks.modular(59).task());
    assertThat(Peer.measure(ISOLATION, subject)).containsOnlyKeys("circles");
    assertThat(Peer.measure(CIRCULARITY, subject).get("mean")).isLessThan(0.4);
  }

  @Test
  void eachAlgorithmExplainsItsOwnLogits() {
    int n = 11;
    for (int k : new int[] {1, 4}) {
      double w = 2 * Math.PI * k / n;
      DoubleUnaryOperator pizza = x -> Math.abs(Math.cos(x / 2)) - Math.abs(Math.sin(x / 2));
      double[] clock = new double[n * n * n];
      double[] dependent = new double[n * n * n];
      double[] subtracted = new double[n * n * n];
      for (int i = 0; i < clock.length; i++) {
        int a = i / (n * n);
        int b = i / n % n;
        int c = i % n;
        clock[i] = 5 + 2 * Math.cos(w * (a + b - c));
        dependent[i] = Math.abs(Math.cos(w * (a - b) / 2)) * pizza.applyAsDouble(w * (a + b - c));
        subtracted[i] = Math.cos(w * (a - b - c));
      }
      CircleLogits formulas = new CircleLogits(k, n, 1);
      assertThat(formulas.clock(clock)).isCloseTo(1, within(1e-12));
      assertThat(formulas.pizza(dependent)).isCloseTo(1, within(1e-12));
      assertThat(formulas.clock(dependent)).isLessThan(0.9);
      assertThat(formulas.pizza(clock)).isLessThan(0.9);
      assertThat(new CircleLogits(k, n, -1).clock(subtracted)).isCloseTo(1, within(1e-12));
      assertThat(formulas.clock(new double[n * n * n])).isNaN();
    }
  }

  @Test
  void theDirectionOfACircleDoesNotMatter() {
    double[] logits = circle(11, 3).logits();
    CircleLogits one = new CircleLogits(3, 11, 1);
    CircleLogits other = new CircleLogits(8, 11, 1);
    assertThat(one.pizza(logits)).isCloseTo(other.pizza(logits), within(1e-12));
    assertThat(one.pizzaPrime(logits)).isCloseTo(other.pizzaPrime(logits), within(1e-12));
    assertThat(one.accompanying(logits)).isCloseTo(other.accompanying(logits), within(1e-12));
  }

  @Test
  void findsThePublishedCircles() {
    for (String peer : new String[] {"clock_pizza_model_a", "linear_beta"}) {
      assertThat(Peer.named(peer).check(CIRCULARITY, manager)).isEqualTo(5);
      assertThat(Peer.named(peer).check(ISOLATION, manager)).isEqualTo(9);
    }
  }

  /** The notebook's figures, in percent with two digits. */
  @Test
  void findsThePublishedPizzaOfFewDirectionsAndTheAccompanyingCircles() {
    Map<String, Double> found =
        Peer.measure(ISOLATION, Peer.named("clock_pizza_model_a").subject(manager));
    double[] pizza = {0.9836, 0.9830, 0.9861};
    double[] accompanying = {0.9756, 0.9723, 0.9769};
    for (int i = 0; i < 3; i++) {
      assertThat(found.get("circle." + (i + 1) + ".pizza_prime"))
          .isCloseTo(pizza[i], within(5.1e-5));
      assertThat(found.get("accompanying." + (i + 4))).isCloseTo(accompanying[i], within(5.1e-5));
    }
  }

  @Test
  void theCirclesOfANetworkWithOtherTokensHaveACircularityToo() {
    Subject subject = Peer.named("nanda_wd").subject(manager);
    assertThat(CIRCULARITY.idle(subject)).contains("needs an embedding of exactly p rows");
    assertThat(ISOLATION.idle(subject)).contains("needs an embedding of exactly p rows");
    Map<String, Double> found = Peer.measure(new EmbeddingPca(0), subject);
    double[] circularity = new double[4];
    Arrays.setAll(circularity, i -> Built.number(found, "circularity." + (i + 1)));
    assertThat(Arrays.stream(circularity)).allMatch(c -> c > 0.5);
  }

  @Test
  void measuresBothOperandsWhereEachHasItsOwnEmbedding() {
    Subject subject =
        Built.drawn(
            manager, Models.parts().separateOperands(true).model(), Tasks.modular(7).task());
    assertThat(Peer.measure(new EmbeddingPca(0), subject))
        .containsKeys("share.1", "second.share.1");
  }

  @Test
  void saysWhatItNeeds() {
    Subject permutations = Built.drawn(manager, Models.mlp().model(), Tasks.permutations().task());
    assertThat(CIRCULARITY.idle(permutations)).contains("needs residues modulo p");
    Subject product =
        Built.drawn(
            manager,
            Models.mlp().model(),
            Tasks.modular(7).operation(ModularOperation.MULTIPLY).task());
    assertThat(ISOLATION.idle(product)).contains("needs addition or subtraction modulo p");
    Subject separate =
        Built.drawn(manager, Models.mlp().separateOperands(true).model(), Tasks.modular(7).task());
    assertThat(ISOLATION.idle(separate)).contains("needs one embedding of both operands");
  }
}
