package io.grokgrid.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class VerdictTest {
  @Test
  void namesTheAlgorithmWhereBothMeasuresAgree() {
    assertThat(Verdict.of(0.9937, 0.1717)).isEqualTo(Verdict.PIZZA);
    assertThat(Verdict.of(0.2924, 0.8261)).isEqualTo(Verdict.CLOCK);
    assertThat(Verdict.of(0.9998, 0.9994)).as("untrained").isEqualTo(Verdict.NEITHER);
    assertThat(Verdict.of(0.5, 0.1)).isEqualTo(Verdict.NEITHER);
  }

  @Test
  void theBoundsBelongToThePizzasSymmetricityAndTheClocksIrrelevance() {
    assertThat(Verdict.of(0.9, 0.39)).isEqualTo(Verdict.PIZZA);
    assertThat(Verdict.of(0.89, 0.4)).isEqualTo(Verdict.CLOCK);
  }

  @Test
  void isNeitherWhereOneIsNotDefined() {
    assertThat(Verdict.of(Double.NaN, 0.1)).isEqualTo(Verdict.NEITHER);
    assertThat(Verdict.of(0.5, Double.NaN)).isEqualTo(Verdict.NEITHER);
  }
}
