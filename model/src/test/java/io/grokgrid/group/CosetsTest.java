package io.grokgrid.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.grokgrid.analysis.Peer;
import io.grokgrid.analysis.Subject;
import io.grokgrid.base.Randomness;
import io.grokgrid.net.Activation;
import io.grokgrid.net.Models;
import io.grokgrid.task.PermutationOperation;
import io.grokgrid.tensor.EngineManager;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(EngineManager.class)
class CosetsTest {
  private static final int ORDER = Permutations.ORDER;
  private static final Permutations GROUP = new Permutations();

  private final NDManager manager;
  private final Randomness random = Randomness.stream(0, "cosets");

  CosetsTest(NDManager manager) {
    this.manager = manager;
  }

  private static Map<String, Double> measure(Subject subject) {
    return Peer.measure(new Cosets(), subject);
  }

  private Subject additive(double[][] left, double[][] right) {
    double[][] read = new double[left.length][ORDER];
    return GroupNetworks.additive(manager, Activation.RELU, left, right, read);
  }

  private static SubgroupClass named(String name) {
    return CosetShares.known().classes().stream()
        .filter(of -> of.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** A number of its own for each coset. */
  private double[] onCosets(int[] cosets, int order) {
    double[] f = new double[ORDER];
    for (int from = 0; from < ORDER; from += order) {
      double value = random.nextGaussian();
      for (int i = from; i < from + order; i++) {
        f[cosets[i]] = value;
      }
    }
    return f;
  }

  private double[][] onRight(Subgroup of, int units) {
    double[][] functions = new double[units][];
    Arrays.setAll(functions, unit -> onCosets(of.rightCosets(GROUP), of.order()));
    return functions;
  }

  private double[][] onLeft(Subgroup of, int units) {
    double[][] functions = new double[units][];
    Arrays.setAll(functions, unit -> onCosets(of.leftCosets(GROUP), of.order()));
    return functions;
  }

  @ParameterizedTest
  @ValueSource(strings = {"A5", "S4", "F20", "S3xS2", "A4", "D10", "D8", "S3_twisted", "C5", "V4"})
  void neuronsOnCosetsOfConjugatesAreOfTheirClass(String name) {
    List<Subgroup> conjugates = named(name).conjugates();
    double[][] left = onRight(conjugates.get(0), 5);
    double[][] right = onLeft(conjugates.get(conjugates.size() - 1), 5);
    for (int unit = 0; unit < 5; unit++) { // so that no neuron is silent
      Arrays.setAll(left[unit], plus(left[unit], 5));
    }
    Map<String, Double> found = measure(additive(left, right));
    assertThat(found.get("coset_share." + name)).isEqualTo(1);
    assertThat(found.get("concentrated")).isEqualTo(1);
    assertThat(found.get("circuit")).isEqualTo(1);
    assertThat(found.get("constant")).isZero();
    assertThat(found.get("concentration_left")).isCloseTo(0, within(1e-9));
    assertThat(found.get("concentration_right")).isCloseTo(0, within(1e-9));
  }

  private static IntToDoubleFunction plus(double[] f, double constant) {
    double[] before = f.clone();
    return i -> before[i] + constant;
  }

  /** Stander et al.'s example: 4, 2, 0, -2, -4 on H_1's cosets, -4 .. 4 on those of H_5. */
  @Test
  void thePublishedNeuronOfTheShareCosetIsOfS4() {
    List<int[]> images = PermutationOperation.group();
    double[] left = new double[ORDER];
    double[] right = new double[ORDER];
    for (int x = 0; x < ORDER; x++) {
      left[x] = 4 - 2 * images.get(x)[0];
      int place = 0;
      while (images.get(x)[place] != 4) {
        place++;
      }
      right[x] = 2 * place - 4;
    }
    Map<String, Double> found = measure(additive(new double[][] {left}, new double[][] {right}));
    assertThat(found.get("coset_share.S4")).isEqualTo(1);
    assertThat(found.get("circuit")).isEqualTo(1);
  }

  @Test
  void cosetsOfTheWrongSideAreNoCircuit() {
    Subgroup of = named("F20").conjugates().get(0);
    Map<String, Double> found = measure(additive(onLeft(of, 4), onRight(of, 4)));
    assertThat(found.get("coset_share.F20")).isEqualTo(found.get("concentrated")).isPositive();
    assertThat(found.get("circuit")).isZero();
  }

  @Test
  void operandsOnCosetsOfDifferentClassesShareASmallerGroupOrNone() {
    double[][] left = onRight(named("A5").conjugates().get(0), 1);
    double[][] right = onLeft(named("S4").conjugates().get(0), 1);
    Arrays.setAll(left[0], plus(left[0], 5));
    Map<String, Double> found = measure(additive(left, right));
    assertThat(found.get("coset_share.A4")).isEqualTo(1); // A4 is in both
  }

  /** A network that multiplies signs has its neurons on cosets of A5. */
  @Test
  void bothReadingsOfTheSignAgree() {
    OrthogonalForm sign = new OrthogonalForm(GROUP, 1, 1, 1, 1, 1);
    Subject subject = GroupNetworks.multiplying(manager, sign, 1);
    assertThat(measure(subject).get("coset_share.A5")).isEqualTo(1);
    assertThat(Peer.measure(new Representations(), subject).get("similarity.sign"))
        .isCloseTo(1, within(1e-6));
  }

  /** Functions on cosets of F20 are constants and 5d_a, nothing else: 6 = 1 + 5. */
  @Test
  void neuronsOnCosetsOfF20AreMadeOfOneRepresentation() {
    List<Subgroup> conjugates = named("F20").conjugates();
    double[][] left = onRight(conjugates.get(0), 4);
    double[][] right = onLeft(conjugates.get(3), 4);
    for (double[] f : left) {
      Arrays.setAll(f, plus(f, 50)); // all above 0
    }
    Map<String, Double> found = Peer.measure(new Representations(), additive(left, right));
    assertThat(found.get("hidden_share_left.5d_a")).isPositive();
    assertThat(found)
        .hasEntrySatisfying(
            "hidden_share_right.5d_a",
            share ->
                assertThat(share)
                    .isCloseTo(
                        1 - found.getOrDefault("hidden_share_left.5d_a", 0.0), within(1e-9)));
  }

  @Test
  void randomNeuronsAreOnNoCosets() {
    double[][] left = new double[20][ORDER];
    double[][] right = new double[20][ORDER];
    for (double[][] functions : List.of(left, right)) {
      for (double[] f : functions) {
        Arrays.setAll(f, x -> random.nextGaussian());
      }
    }
    Map<String, Double> found = measure(additive(left, right));
    assertThat(found.get("concentrated")).isZero();
    assertThat(found.get("concentration_left")).isBetween(1.7, 2.0);
    assertThat(found.get("concentration_right")).isBetween(1.7, 2.0);
  }

  @Test
  void halfOfTheNeuronsOnCosetsAreHalf() {
    Subgroup of = named("F20").conjugates().get(2);
    double[][] left = Arrays.copyOf(onRight(of, 3), 6);
    double[][] right = Arrays.copyOf(onLeft(of, 3), 6);
    for (int unit = 0; unit < 6; unit++) {
      if (unit < 3) {
        Arrays.setAll(left[unit], plus(left[unit], 5));
      } else {
        left[unit] = new double[ORDER];
        right[unit] = new double[ORDER];
        Arrays.setAll(left[unit], x -> random.nextGaussian());
        Arrays.setAll(right[unit], x -> random.nextGaussian());
      }
    }
    Map<String, Double> found = measure(additive(left, right));
    assertThat(found.get("coset_share.F20")).isEqualTo(0.5);
    assertThat(found.get("concentrated")).isEqualTo(0.5);
  }

  @Test
  void correctedSharesOfChanceAreZero() {
    assertThat(CosetShares.corrected(4 / 119.0, 5)).isCloseTo(0, within(1e-12));
    assertThat(CosetShares.corrected(29 / 119.0, 30)).isCloseTo(0, within(1e-12));
    assertThat(CosetShares.corrected(1, 30)).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anUntrainedNetworkIsOnNoCosets(boolean hasAttention) {
    Subject subject =
        GroupNetworks.untrained(
            manager,
            hasAttention ? Models.parts().layers(2).model() : Models.mlp().widths(64, 32).model(),
            PermutationOperation.CONJUGATE);
    assertThat(measure(subject).get("concentrated")).isZero();
  }

  @Test
  void silentNeuronsAreConstant() {
    double[][] nothing = new double[3][ORDER];
    Map<String, Double> found = measure(additive(nothing, nothing));
    assertThat(found.get("constant")).isEqualTo(1);
    assertThat(found.get("concentrated")).isZero();
    assertThat(found.get("concentration_left")).isNaN();
  }

  @Test
  void weightsThatAreNoNumbersHaveNoShares() {
    double[][] nothing = new double[3][ORDER];
    double[][] broken = new double[3][ORDER];
    broken[1][7] = Double.NaN;
    Map<String, Double> found = measure(additive(nothing, broken));
    assertThat(found.get("concentrated")).isNaN();
    assertThat(found.get("constant")).isNaN();
    assertThat(found.get("coset_share.S4")).isNaN();
  }
}
