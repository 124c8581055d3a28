package io.grokgrid.llc;

import io.grokgrid.math.Statistics;
import java.util.Arrays;

/**
 * Autocovariances of a series at every lag, by the power spectrum of the series with as many zeros
 * behind it (Cooley and Tukey's transform, in strict arithmetic).
 */
final class Autocovariance {
  private final int n;
  private final int size;
  private final double[] cosines; // of half a turn
  private final double[] sines;

  /** Of series of one length, n. */
  Autocovariance(int n) {
    this.n = n;
    size = Integer.highestOneBit(2 * n - 1) * 2;
    cosines = new double[size / 2];
    sines = new double[size / 2];
    Arrays.setAll(cosines, k -> StrictMath.cos(2 * Math.PI * k / size));
    Arrays.setAll(sines, k -> -StrictMath.sin(2 * Math.PI * k / size));
  }

  /**
   * Sum over i of (x_i - mean)(x_{i + lag} - mean), over n whatever the lag.
   *
   * @return (n), by lag
   */
  double[] of(double[] series) {
    double[] real = new double[size];
    double[] imaginary = new double[size];
    double mean = Statistics.mean(series);
    Arrays.setAll(real, i -> i < n ? series[i] - mean : 0);
    transform(real, imaginary);
    for (int i = 0; i < size; i++) {
      real[i] = real[i] * real[i] + imaginary[i] * imaginary[i];
      imaginary[i] = 0;
    }
    transform(real, imaginary);
    double scale = 1.0 / size / n;
    return Arrays.stream(real, 0, n).map(x -> x * scale).toArray();
  }

  /** Discrete Fourier transform in place; of an even spectrum it is its own inverse, times n. */
  private void transform(double[] real, double[] imaginary) {
    int shift = Integer.numberOfLeadingZeros(size) + 1;
    for (int i = 0; i < size; i++) {
      int j = Integer.reverse(i) >>> shift;
      if (j > i) {
        swap(real, i, j);
        swap(imaginary, i, j);
      }
    }
    for (int half = 1; half < size; half *= 2) {
      int apart = size / 2 / half;
      for (int block = 0; block < size; block += 2 * half) {
        for (int k = 0; k < half; k++) {
          turn(real, imaginary, block + k, block + k + half, k * apart);
        }
      }
    }
  }

  private static void swap(double[] values, int i, int j) {
    double swapped = values[i];
    values[i] = values[j];
    values[j] = swapped;
  }

  /** Both become their sum and their difference, the second one turned first. */
  private void turn(double[] x, double[] y, int i, int j, int k) {
    double a = cosines[k] * x[j] - sines[k] * y[j];
    double b = cosines[k] * y[j] + sines[k] * x[j];
    x[j] = x[i] - a;
    y[j] = y[i] - b;
    x[i] += a;
    y[i] += b;
  }
}
