package io.grokgrid.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.grokgrid.net.Encoding;
import io.grokgrid.net.Models;
import io.grokgrid.task.Tasks;
import io.grokgrid.tensor.EngineManager;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(EngineManager.class)
class AttentionPatternTest {
  private static final AttentionPattern ANALYSIS = new AttentionPattern();

  private final NDManager manager;

  AttentionPatternTest(NDManager manager) {
    this.manager = manager;
  }

  private Subject drawn(Models.Parts parts) {
    return Built.drawn(manager, parts.model(), Tasks.modular(7).task());
  }

  private Map<String, Double> measure(Models.Parts parts) {
    return Peer.measure(ANALYSIS, drawn(parts));
  }

  @Test
  void scoresAreSymmetricWhereQueriesAreKeys() {
    Subject subject = drawn(Models.parts().causal(false));
    double[] queries = subject.tensor("blocks.0.attn.W_Q");
    Subject symmetric = Built.set(subject, "blocks.0.attn.W_K", i -> queries[i]);
    for (int head = 0; head < 2; head++) {
      Map<String, Double> found = Peer.measure(ANALYSIS, symmetric);
      assertThat(found.get("symmetry." + head)).isCloseTo(1, within(1e-12));
      assertThat(found.get("mean_gap." + head)).isCloseTo(0, within(1e-12));
      assertThat(Peer.measure(ANALYSIS, subject).get("symmetry." + head)).isLessThan(0.9);
    }
  }

  @Test
  void withoutPositionsTheAnswerTreatsBothPlacesAlike() {
    Map<String, Double> found = measure(Models.parts().encoding(Encoding.NONE));
    assertThat(found.get("position_invariance.0")).isCloseTo(1, within(1e-12));
    assertThat(found.get("position_invariance.1")).isCloseTo(1, within(1e-12));
    Map<String, Double> placed = measure(Models.parts().encoding(Encoding.ROPE).widths(4, 2, 2));
    assertThat(placed.get("position_invariance.0")).isLessThan(0.9999);
  }

  /** ALiBi takes slope times distance from each score, and nothing else knows of places. */
  @Test
  void theGapOfAnswersIsTheDifferenceOfMeansOverTheirDeviation() {
    Subject subject = drawn(Models.parts().encoding(Encoding.ALIBI));
    Map<String, Double> found = Peer.measure(ANALYSIS, subject);
    double[] of = new double[6]; // sum, sum of squares, of both, and pairs
    for (int pair = 0; pair < 49; pair++) {
      if (subject.labels().isTrained(pair)) {
        double first = subject.scores(0)[pair * 18 + 6];
        double second = subject.scores(0)[pair * 18 + 7];
        of[0] += first;
        of[1] += first * first;
        of[2] += second;
        of[3] += second * second;
        of[4]++;
      }
    }
    double first = of[0] / of[4];
    double second = of[2] / of[4];
    double variance = (of[1] / of[4] - first * first + of[3] / of[4] - second * second) / 2;
    assertThat(found.get("answer_gap.0"))
        .isCloseTo(Math.abs(first - second) / Math.sqrt(variance), within(1e-9));
  }

  @Test
  void weightsOfAllKeysSumToOne() {
    Map<String, Double> found = measure(Models.parts());
    double sum = 0;
    for (int key = 0; key < 3; key++) {
      sum += Built.number(found, "mean_weight.1." + key);
    }
    assertThat(sum).isCloseTo(1, within(1e-12));
    double rest = 1 - Built.number(found, "mean_weight.1.2");
    assertThat(found.get("complementarity.1")).isCloseTo(rest, within(1e-12));
  }

  @Test
  void thePatternOfOneFrequencyIsFittedWhole() {
    for (int n : new int[] {7, 8}) {
      double[] shares = AttentionPattern.fits(pattern(n, 2, 1, 0), n, 1);
      assertThat(shares[2]).isCloseTo(1, within(1e-12));
      assertThat(shares[1] + shares[3]).isCloseTo(0, within(1e-12));
      assertThat(AttentionPattern.fits(pattern(n, 2, -1, 0), n, -1)[2]).isCloseTo(1, within(1e-12));
    }
    assertThat(AttentionPattern.fits(pattern(8, 4, 1, 0), 8, 1)[4]).isCloseTo(1, within(1e-12));
  }

  /** What both operands do alike is no part of the pattern. */
  @Test
  void whatIsNotOppositeIsNotExplained() {
    assertThat(AttentionPattern.fits(pattern(7, 2, 1, 1), 7, 1)[2]).isCloseTo(0.5, within(1e-12));
    assertThat(AttentionPattern.fits(new double[49], 7, 1)[2]).isNaN();
  }

  /** 0.5 + f(a) - f(sign b) + alike (f(a) + f(sign b)), f a wave of frequency k. */
  private static double[] pattern(int n, int k, int sign, double alike) {
    double[] weights = new double[n * n];
    for (int pair = 0; pair < n * n; pair++) {
      double ofLeft = wave(n, k * (pair / n));
      double ofRight = wave(n, sign * k * (pair % n));
      weights[pair] = 0.5 + ofLeft - ofRight + alike * (ofLeft + ofRight);
    }
    return weights;
  }

  private static double wave(int n, int turns) {
    return 0.1 * Math.cos(2 * Math.PI * turns / n) + 0.2 * Math.sin(2 * Math.PI * turns / n);
  }

  @Test
  void onlyTheAnswersOwnScoresReachItInOneLayer() {
    Map<String, Double> found = measure(Models.parts().causal(false));
    for (int key = 0; key < 3; key++) {
      assertThat(found.get("reaches_answer.0." + key)).isEqualTo(0);
      assertThat(found.get("reaches_answer.1." + key)).isEqualTo(0);
      assertThat(found.get("reaches_answer.2." + key)).isEqualTo(1);
    }
  }

  @Test
  void allSeenScoresReachTheAnswerThroughASecondLayer() {
    Map<String, Double> found = measure(Models.parts().layers(2));
    assertThat(found.get("reaches_answer.0.1.0")).isEqualTo(1);
    assertThat(found.get("reaches_answer.0.0.1")).as("masked").isEqualTo(0);
    assertThat(found.get("reaches_answer.0.0.0")).as("the only key").isEqualTo(0);
    assertThat(found.get("reaches_answer.1.1.0")).isEqualTo(0);
    assertThat(found)
        .containsKeys("mean_weight.1.0.2", "fit.0.1.share")
        .doesNotContainKey("symmetry.0");
  }

  @Test
  void constantAttentionReachesNothing() {
    Map<String, Double> found = measure(Models.parts().attentionRate(0).layers(2).causal(false));
    assertThat(found.entrySet())
        .filteredOn(entry -> entry.getKey().startsWith("reaches_answer"))
        .hasSize(18)
        .allMatch(entry -> entry.getValue() == 0);
    assertThat(found.get("mean_weight.0.0.1")).isEqualTo(1);
    assertThat(found.get("fit.0.0.share")).isNaN();
  }

  @Test
  void leavesOutWhatTheNetworkDoesNotHave() {
    assertThat(measure(Models.parts())).doesNotContainKey("symmetry.0");
    assertThat(measure(Models.parts().equalsToken(false).causal(false)))
        .containsKeys("symmetry.0", "mean_gap.0", "fit.0.share")
        .doesNotContainKeys("position_invariance.0", "answer_gap.0", "complementarity.0");
    Subject none = Built.drawn(manager, Models.mlp().model(), Tasks.modular(7).task());
    assertThat(ANALYSIS.idle(none)).contains("needs attention");
  }

  @Test
  void theWholeFitIsThatOfAllFrequencies() {
    Map<String, Double> found = Peer.measure(ANALYSIS, Peer.named("nanda_wd").subject(manager));
    for (int head = 0; head < 4; head++) {
      assertThat(found.get("fit." + head + ".frequency")).isIn(6.0, 23.0);
      assertThat(found.get("fit." + head + ".all_frequencies")).isBetween(0.9, 1.0);
      assertThat(found.get("complementarity." + head)).isBetween(0.99, 1.0);
    }
  }

  @Test
  void isNoNumberWhereScoresAreConstant() {
    Map<String, Double> found =
        Peer.measure(ANALYSIS, Built.all(drawn(Models.parts().causal(false)), 0));
    assertThat(found.get("symmetry.0")).isNaN();
    assertThat(found.get("mean_gap.0")).isNaN();
    assertThat(found.get("position_invariance.0")).isNaN();
    assertThat(found.get("fit.0.frequency")).isNaN();
  }
}
