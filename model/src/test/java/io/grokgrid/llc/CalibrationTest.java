package io.grokgrid.llc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grokgrid.llc.LlcSpec.Sampler;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CalibrationTest {
  private static final double[] STEP_SIZES = {1e-6, 3e-3, 1e-2, 3e-2, 10};

  private static Calibration calibrated(double... nBetas) {
    LlcSpec base = new LlcSpec(Sampler.MALA, 1, 0, 1, 4, 2000, 500, 0, 3);
    Calibration calibration = new Calibration(base, STEP_SIZES, nBetas, new double[] {0.1});
    Potential potential = Polynomial.quadratic(1, 2, 3);
    Baseline baseline = Baseline.of(potential, new double[3]);
    for (LlcSpec spec : calibration.specs()) {
      Langevin langevin = new Langevin(spec, potential, new double[3], 0);
      List<Chain> chains = IntStream.range(0, 4).mapToObj(langevin::chain).toList();
      calibration.add(spec, new Estimate(spec, baseline, 3, chains));
    }
    return calibration;
  }

  /** Too small a step is unmixed, too large a one moves nowhere. */
  @Test
  void findsWhereTheEstimateIsFlat() {
    Calibration calibration = calibrated(20, 40);
    assertThat(calibration.rows()).hasSize(10);
    assertThat(calibration.rows())
        .filteredOn(Calibration.Row::onPlateau)
        .hasSizeGreaterThanOrEqualTo(4)
        .allSatisfy(row -> assertThat(row.estimate().mean()).isBetween(1.4, 1.6))
        .allSatisfy(row -> assertThat(row.spec().stepSize()).isBetween(3e-3, 3e-2));
    LlcSpec recommended = calibration.recommended().orElseThrow();
    assertThat(recommended.stepSize()).isBetween(3e-3, 3e-2);
    assertThat(recommended.draws()).isEqualTo(2000);
  }

  @Test
  void fewerThanThreeAreNoPlateau() {
    Potential potential = Polynomial.quadratic(1);
    LlcSpec base = new LlcSpec(Sampler.MALA, 1, 0, 1, 4, 2000, 500, 0, 3);
    Calibration calibration =
        new Calibration(base, new double[] {0.05}, new double[] {10, 20}, new double[] {0});
    for (LlcSpec spec : calibration.specs()) {
      Langevin langevin = new Langevin(spec, potential, new double[1], 0);
      List<Chain> chains = IntStream.range(0, 4).mapToObj(langevin::chain).toList();
      calibration.add(spec, new Estimate(spec, Baseline.of(potential, new double[1]), 1, chains));
    }
    assertThat(calibration.rows()).hasSize(2).noneMatch(Calibration.Row::onPlateau);
    assertThat(calibration.recommended()).isEmpty();
  }
}
