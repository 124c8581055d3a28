package io.grokgrid.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.grokgrid.net.Models;
import io.grokgrid.task.ModularOperation;
import io.grokgrid.task.Tasks;
import io.grokgrid.tensor.EngineManager;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(EngineManager.class)
class DistanceIrrelevanceTest {
  private static final DistanceIrrelevance ANALYSIS = new DistanceIrrelevance();

  private final NDManager manager;

  DistanceIrrelevanceTest(NDManager manager) {
    this.manager = manager;
  }

  @Test
  void isOneOfAFunctionOfTheSumAndNoneOfAFunctionOfTheDistance() {
    for (int n : new int[] {7, 8, 9}) {
      assertThat(ofSum(n, 1, 1)).isCloseTo(1, within(1e-12));
      assertThat(ofSum(n, -1, 1)).isCloseTo(0, within(1e-12));
    }
  }

  /** Where the operand b stands for -b, the distance is a + b. */
  @Test
  void changesPlacesForSubtraction() {
    assertThat(ofSum(7, -1, -1)).isCloseTo(1, within(1e-12));
    assertThat(ofSum(7, 1, -1)).isCloseTo(0, within(1e-12));
  }

  /** Half of the variance is along each distance. */
  @Test
  void isTheRootOfTheShareWhereEveryDistanceHasAsMuch() {
    int n = 7;
    double[] both = pairs(n, 1);
    double[] distance = pairs(n, -1);
    Arrays.setAll(both, i -> both[i] + distance[i]);
    assertThat(DistanceIrrelevance.of(both, n, 1)).isCloseTo(Math.sqrt(0.5), within(1e-12));
  }

  @Test
  void isNoNumberOfAConstant() {
    assertThat(DistanceIrrelevance.of(new double[49], 7, 1)).isNaN();
  }

  @Test
  void findsThePublishedIrrelevance() {
    for (String peer : Peer.NAMES) {
      assertThat(Peer.named(peer).check(ANALYSIS, manager)).isEqualTo(2);
    }
  }

  @Test
  void hasNothingToSayAboutMultiplication() {
    Subject subject =
        Built.drawn(
            manager,
            Models.mlp().model(),
            Tasks.modular(5).operation(ModularOperation.MULTIPLY).task());
    assertThat(ANALYSIS.idle(subject)).contains("needs addition or subtraction modulo p");
  }

  private static double ofSum(int n, int signOfB, int sign) {
    return DistanceIrrelevance.of(pairs(n, signOfB), n, sign);
  }

  private static double[] pairs(int n, int signOfB) {
    IntToDoubleFunction wave = x -> Math.cos(2 * Math.PI * x / n);
    double[] pairs = new double[n * n];
    Arrays.setAll(pairs, i -> wave.applyAsDouble(i / n + signOfB * (i % n)));
    return pairs;
  }
}
