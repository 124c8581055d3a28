package io.grokgrid.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.grokgrid.base.Randomness;
import org.junit.jupiter.api.Test;

/** Against sums in double arithmetic. */
class PanelsTest {
  private static final int DEPTH = 21;

  private final Randomness random = Randomness.stream(1, "panels");

  private float[] random(int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /** Rows of the left matrix along the array and across it, the second panel of the right one. */
  @Test
  void multipliesRowsByAPanel() {
    float[] a = random(DEPTH * DEPTH);
    float[] b = random(DEPTH * 40);
    float[] panels = new float[Vectors.LEAD + DEPTH * 32];
    Panels.pack(b, 3, DEPTH - 1, 40, 32, panels);
    int panel = Vectors.LEAD + (DEPTH - 1) * Panels.COLUMNS;
    for (int[] strides : new int[][] {{DEPTH, 1}, {1, DEPTH}}) {
      float[] c = new float[Panels.ROWS * 20];
      Panels.multiply(a, 1, strides[0], strides[1], DEPTH - 1, panels, panel, c, 2, 20);
      for (int i = 0; i < Panels.ROWS; i++) {
        for (int j = 0; j < Panels.COLUMNS; j++) {
          double sum = 0;
          for (int k = 0; k < DEPTH - 1; k++) {
            sum += (double) a[1 + i * strides[0] + k * strides[1]] * b[3 + k * 40 + 16 + j];
          }
          assertThat((double) c[2 + i * 20 + j]).isCloseTo(sum, within(1e-5));
        }
      }
    }
  }

  /** Columns that the last panel lacks are 0, whatever was there. */
  @Test
  void packsATranspose() {
    float[] b = random(20 * 9);
    float[] panels = random(Vectors.LEAD + 32 * 7);
    Panels.packTransposed(b, 1, 19, 9, 7, panels);
    for (int j = 0; j < 32; j++) {
      for (int k = 0; k < 7; k++) {
        int at = Vectors.LEAD + j / 16 * 16 * 7 + k * 16 + j % 16;
        assertThat(panels[at]).isEqualTo(j < 19 ? b[1 + j * 9 + k] : 0);
      }
    }
  }
}
