package io.grokgrid.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class PrincipalComponentsTest {
  private static final Offset<Double> NEARLY = within(1e-12);

  /** An ellipse of radii 3 and 1 about (5, -2, 7), in the plane of the first and last axis. */
  private static double[] ellipse(int n) {
    double[] rows = new double[3 * n];
    for (int i = 0; i < n; i++) {
      double angle = 2 * Math.PI * i / n;
      rows[3 * i] = 5 + 3 * Math.cos(angle);
      rows[3 * i + 1] = -2;
      rows[3 * i + 2] = 7 + Math.sin(angle);
    }
    return rows;
  }

  @Test
  void anEllipseHasItsAxesAsComponents() {
    PrincipalComponents found = new PrincipalComponents(ellipse(12), 12, 3);
    assertThat(found.size()).isEqualTo(3);
    assertThat(found.share(0)).isCloseTo(0.9, NEARLY);
    assertThat(found.share(1)).isCloseTo(0.1, NEARLY);
    assertThat(found.share(2)).isCloseTo(0, NEARLY);
    double[] first = found.scores(0);
    for (int i = 0; i < 12; i++) {
      double sign = Math.signum(first[0]);
      assertThat(sign * first[i]).isCloseTo(3 * Math.cos(2 * Math.PI * i / 12), NEARLY);
    }
  }

  @Test
  void keepingSomeComponentsTakesTheOthersAway() {
    double[] rows = ellipse(12);
    PrincipalComponents found = new PrincipalComponents(rows, 12, 3);
    assertThat(found.keeping(0, 1, 2)).containsExactly(rows, NEARLY);
    double[] flat = found.keeping(0);
    for (int i = 0; i < 12; i++) {
      assertThat(flat[3 * i]).isCloseTo(rows[3 * i], NEARLY);
      assertThat(flat[3 * i + 2]).isCloseTo(7, NEARLY);
    }
  }

  @Test
  void singularValuesAreOfTheMatrixAsItIs() {
    double[] diagonal = {0, 2, 0, -5, 0, 0};
    assertThat(PrincipalComponents.singularValues(diagonal, 2, 3))
        .containsExactly(new double[] {5, 2}, NEARLY);
    assertThat(diagonal).containsExactly(0, 2, 0, -5, 0, 0);
  }
}
