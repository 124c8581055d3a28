package io.grokgrid.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class StatisticsTest {
  private static final Offset<Double> NEARLY = within(1e-12);

  @Test
  void deviationsAreOfThePopulationAndOfTheSample() {
    double[] values = {2, 4, 4, 4, 5, 5, 7, 9};
    assertThat(Statistics.mean(values)).isEqualTo(5);
    assertThat(Statistics.populationDeviation(values)).isEqualTo(2);
    assertThat(Statistics.sampleDeviation(values)).isCloseTo(Math.sqrt(32 / 7.0), NEARLY);
    assertThat(Statistics.mean(new double[0])).isNaN();
  }

  @Test
  void correlationAndCosineAreWhatTheyAreByHand() {
    double[] x = {1, 2, 3};
    assertThat(Statistics.correlation(x, new double[] {1, 2, 4}))
        .isCloseTo(0.98198050606, within(1e-9));
    assertThat(Statistics.correlation(x, new double[] {-5, -7, -9})).isCloseTo(-1, NEARLY);
    assertThat(Statistics.correlation(x, new double[] {5, 5, 5})).isNaN();
    assertThat(Statistics.cosine(new double[] {3, 4}, new double[] {4, 3})).isCloseTo(0.96, NEARLY);
    assertThat(Statistics.cosine(x, new double[3])).isNaN();
  }

  @Test
  void giniIsZeroOfEqualsAndNearOneOfOneAlone() {
    assertThat(Statistics.gini(new double[] {3, 3, 3, 3})).isCloseTo(0, NEARLY);
    assertThat(Statistics.gini(new double[] {0, 7, 0, 0})).isCloseTo(1 - 1 / 4.0, NEARLY);
    assertThat(Statistics.gini(new double[] {4, 1, 3, 2})).isCloseTo(0.25, NEARLY);
  }

  @Test
  void inverseParticipationIsOneOfOneAloneAndTheirShareOfEquals() {
    assertThat(Statistics.inverseParticipation(new double[] {0, -7, 0})).isCloseTo(1, NEARLY);
    assertThat(Statistics.inverseParticipation(new double[] {2, 2, -2, 2})).isCloseTo(0.25, NEARLY);
  }

  @Test
  void effectiveRankCountsEqualSingularValues() {
    assertThat(Statistics.effectiveRank(new double[] {5, 5, 5, 0})).isCloseTo(3, NEARLY);
    assertThat(Statistics.effectiveRank(new double[] {5, 0, 0})).isCloseTo(1, NEARLY);
    double entropy = -(0.75 * Math.log(0.75) + 0.25 * Math.log(0.25));
    assertThat(Statistics.effectiveRank(new double[] {3, 1})).isCloseTo(Math.exp(entropy), NEARLY);
  }
}
