package io.grokgrid.llc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class NormalQuantileTest {
  @Test
  void agreesWithTables() {
    assertThat(NormalQuantile.of(0.5)).isCloseTo(0, within(1e-9));
    assertThat(NormalQuantile.of(0.975)).isCloseTo(1.959963984540054, within(1e-8));
    assertThat(NormalQuantile.of(0.9)).isCloseTo(1.281551565544601, within(1e-8));
    assertThat(NormalQuantile.of(0.001)).isCloseTo(-3.090232306167814, within(1e-8));
    assertThat(NormalQuantile.of(1 - 1e-6)).isCloseTo(4.753424308822899, within(1e-7));
  }
}
