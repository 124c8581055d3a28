package io.grokgrid.llc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.grokgrid.llc.LlcSpec.Sampler;
import io.grokgrid.train.Measurement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class EstimateTest {
  private static final double[] H = {1, 2, 5, 10};

  private static LlcSpec spec(Sampler sampler, double stepSize, int chains, int draws) {
    return new LlcSpec(sampler, stepSize, 50, 30, chains, draws, 200, 0, 1);
  }

  private static Estimate estimate(LlcSpec spec, Potential potential, double... w0) {
    Baseline baseline = Baseline.of(potential, w0);
    Langevin langevin = new Langevin(spec, potential, w0, baseline.loss());
    List<Chain> chains = IntStream.range(0, spec.chains()).mapToObj(langevin::chain).toList();
    return new Estimate(spec, baseline, w0.length, chains);
  }

  private static Map<String, Double> values(Estimate estimate) {
    return estimate.measurements(7).stream()
        .collect(Collectors.toMap(Measurement::name, Measurement::value));
  }

  private static double mean(Map<String, Double> values, String... names) {
    return Stream.of(names)
        .mapToDouble(name -> values.getOrDefault(name, Double.NaN))
        .average()
        .orElseThrow();
  }

  @Test
  void aSoundOneHasANumberAndAllThatSaysSo() {
    LlcSpec spec = spec(Sampler.MALA, 5e-3, 3, 5000);
    Estimate estimate = estimate(spec, Polynomial.quadratic(H), 0, 0, 0, 0);
    Map<String, Double> values = values(estimate);
    assertThat(estimate.verdict()).isEqualTo(Verdict.SOUND);
    assertThat(values)
        .containsKeys("mean", "std", "chain.0", "chain.1", "chain.2", "loss.0", "loss.104")
        .containsEntry("verdict.sound", 1.0)
        .containsEntry("diverged_chains", 0.0)
        .containsEntry("below_baseline", 0.0)
        .containsEntry("n_beta", 30.0)
        .doesNotContainKey("chain.3");
    assertThat(values.keySet().stream().filter(name -> name.startsWith("loss."))).hasSize(50);
    assertThat(values.get("mean"))
        .isEqualTo(values.get("unverified_mean"))
        .isCloseTo(mean(values, "chain.0", "chain.1", "chain.2"), within(1e-12));
    assertThat(estimate.measurements(7)).allMatch(each -> each.analysis().equals("llc"));
  }

  /** Mean over directions of gamma / (n_beta h + gamma). */
  @Test
  void saysWhatLocalizationTakes() {
    LlcSpec spec = spec(Sampler.MALA, 5e-3, 4, 10_000);
    double expected = (50 / 80.0 + 50 / 110.0 + 50 / 200.0 + 50 / 350.0) / 4;
    assertThat(values(estimate(spec, Polynomial.quadratic(H), 0, 0, 0, 0)).get("localized"))
        .isCloseTo(expected, within(0.01));
  }

  /** 1/2 sum of n_beta h (var - 1 / A), exactly. */
  @Test
  void saysWhatTheStepSizeAdds() {
    LlcSpec spec = spec(Sampler.SGLD, 5e-3, 4, 20_000);
    double added = 0;
    for (double h : H) {
      double a = 30 * h + 50;
      added += 0.5 * 30 * h / a * (1 / (1 - 5e-3 * a / 4) - 1);
    }
    assertThat(estimate(spec, Polynomial.quadratic(H), 0, 0, 0, 0).discretization())
        .isCloseTo(added, within(0.03 * added));
  }

  @Test
  void offAMinimumThereIsNone() {
    LlcSpec spec = spec(Sampler.MALA, 5e-3, 3, 5000);
    Estimate estimate = estimate(spec, Polynomial.quadratic(H), 0.5, 0.5, 0.5, 0.5);
    assertThat(estimate.verdict()).isEqualTo(Verdict.NOT_A_MINIMUM);
    assertThat(estimate.mean()).isNaN();
    assertThat(estimate.unverifiedMean()).isNegative();
    assertThat(values(estimate).get("below_baseline")).isGreaterThan(0.5);
  }

  /** So hot that draws are above the loss at w0 although descent leads far down. */
  @Test
  void drawsAboveTheBaselineProveNothing() {
    LlcSpec hot = new LlcSpec(Sampler.MALA, 1e-2, 100, 1, 3, 5000, 200, 0, 1);
    Estimate estimate = estimate(hot, Polynomial.quadratic(1, 1, 40, 40), 2, 2, 0, 0);
    assertThat(values(estimate).get("below_baseline")).isLessThan(1.0);
    assertThat(estimate.unverifiedMean()).isPositive();
    assertThat(estimate.verdict()).isEqualTo(Verdict.NOT_A_MINIMUM);
  }

  @Test
  void fewDrawsAreTooFew() {
    Potential potential = Polynomial.quadratic(H);
    assertThat(estimate(spec(Sampler.MALA, 5e-3, 3, 10), potential, 0, 0, 0, 0).verdict())
        .isEqualTo(Verdict.TOO_SHORT);
    assertThat(estimate(spec(Sampler.MALA, 5e-3, 2, 60), potential, 0, 0, 0, 0).mean()).isNaN();
  }

  @Test
  void chainsThatAreStillOnTheirWayAreUnmixed() {
    LlcSpec slow = new LlcSpec(Sampler.SGLD, 1e-5, 1, 30, 3, 1000, 0, 0, 1);
    assertThat(estimate(slow, Polynomial.quadratic(H), 0, 0, 0, 0).verdict())
        .isEqualTo(Verdict.UNMIXED);
  }

  @Test
  void aChainThatDivergedSpoilsNoOther() {
    LlcSpec spec = spec(Sampler.MALA, 5e-3, 3, 2000);
    Potential potential = Polynomial.quadratic(H);
    double[] w0 = new double[4];
    Langevin langevin = new Langevin(spec, potential, w0, 0);
    List<Chain> chains = new ArrayList<>(List.of(langevin.chain(0), langevin.chain(2)));
    Chain lost = new Chain(1, spec);
    lost.diverge();
    chains.add(lost);
    Map<String, Double> values = values(new Estimate(spec, Baseline.of(potential, w0), 4, chains));
    assertThat(values).containsEntry("diverged_chains", 1.0).containsEntry("verdict.diverged", 1.0);
    assertThat(values.get("mean")).isNaN();
    assertThat(values.get("chain.1")).isNaN();
    assertThat(values.get("unverified_mean"))
        .isCloseTo(mean(values, "chain.0", "chain.2"), within(1e-12));
  }

  @Test
  void whereAllDivergedThereIsNothingElse() {
    LlcSpec spec = new LlcSpec(Sampler.SGLD, 1, 0, 100, 2, 500, 0, 0, 1);
    Map<String, Double> values = values(estimate(spec, Polynomial.quadratic(H), 0, 0, 0, 0));
    assertThat(values).containsEntry("diverged_chains", 2.0).containsEntry("verdict.diverged", 1.0);
    assertThat(values.get("unverified_mean")).isNaN();
    assertThat(values).doesNotContainKey("loss.0");
  }

  @Test
  void oneChainHasNoSpread() {
    LlcSpec spec = spec(Sampler.MALA, 5e-3, 1, 3000);
    assertThat(values(estimate(spec, Polynomial.quadratic(H), 0, 0, 0, 0)).get("std")).isNaN();
  }

  /** Descent there finds next to nothing lower, so that only what is answered tells. */
  @Test
  void aCheckpointBeforeMemorisationHasNone() {
    LlcSpec spec = spec(Sampler.MALA, 5e-3, 3, 5000);
    Polynomial quadratic = Polynomial.quadratic(H);
    double[] w0 = new double[H.length];
    Langevin langevin = new Langevin(spec, quadratic, w0, 0);
    List<Chain> chains = IntStream.range(0, spec.chains()).mapToObj(langevin::chain).toList();
    Estimate early = new Estimate(spec, new Baseline(0, 0, 0, 0.98), H.length, chains);
    Estimate late = new Estimate(spec, new Baseline(0, 0, 0, 0.99), H.length, chains);
    assertThat(early.verdict()).isEqualTo(Verdict.NOT_A_MINIMUM);
    assertThat(early.mean()).isNaN();
    assertThat(values(early)).containsEntry("train_accuracy", 0.98);
    assertThat(late.verdict()).isEqualTo(Verdict.SOUND);
  }
}
