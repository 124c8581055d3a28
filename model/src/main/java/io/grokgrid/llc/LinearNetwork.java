package io.grokgrid.llc;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A linear network's loss over isotropic inputs, 1/2 |W_L .. W_1 - W*|^2 with W* of rank r, and its
 * exactly known coefficient. W_l is (H_{l+1}, H_l), row-major, all one behind the other.
 */
final class LinearNetwork implements Potential {
  private final int[] widths;
  private final int rank;
  private final int layers;
  private final int[] offsets; // of each matrix
  private final double[][] below; // W_l .. W_1, (H_{l+1}, H_1)
  private final double[][] above; // the error's gradient by it

  /**
   * @param rank r, at most the smallest width
   * @param widths H_1 .. H_{L+1}, inputs first
   */
  LinearNetwork(int rank, int... widths) {
    this.rank = rank;
    this.widths = widths;
    layers = widths.length - 1;
    offsets = new int[layers + 1];
    below = new double[layers][];
    above = new double[layers][];
    for (int l = 0; l < layers; l++) {
      offsets[l + 1] = offsets[l] + widths[l] * widths[l + 1];
      below[l] = new double[widths[l + 1] * widths[0]];
      above[l] = new double[widths[l + 1] * widths[0]];
    }
  }

  @Override
  public int size() {
    return offsets[layers];
  }

  /**
   * The most singular of the parameters that the loss is 0 at: every matrix has r ones on its
   * diagonal and is 0 elsewhere. So is W*.
   */
  double[] minimum() {
    double[] w = new double[size()];
    for (int l = 0; l < layers; l++) {
      for (int i = 0; i < rank; i++) {
        w[offsets[l] + i * widths[l] + i] = 1;
      }
    }
    return w;
  }

  @Override
  public double differentiate(double[] w, double[] gradient) {
    forward(w);
    double[] error = above[layers - 1];
    System.arraycopy(below[layers - 1], 0, error, 0, error.length);
    for (int i = 0; i < rank; i++) {
      error[i * widths[0] + i] -= 1;
    }
    double squares = 0;
    for (double each : error) {
      squares += each * each;
    }
    backward(w, gradient);
    return squares / 2;
  }

  private void forward(double[] w) {
    System.arraycopy(w, 0, below[0], 0, below[0].length);
    int columns = widths[0];
    for (int l = 1; l < layers; l++) {
      Arrays.fill(below[l], 0);
      for (int i = 0; i < widths[l + 1]; i++) {
        for (int k = 0; k < widths[l]; k++) {
          double factor = w[offsets[l] + i * widths[l] + k];
          for (int j = 0; j < columns; j++) {
            below[l][i * columns + j] += factor * below[l - 1][k * columns + j];
          }
        }
      }
    }
  }

  /** By W_l: above_l below_{l-1}^T; by below_{l-1}: W_l^T above_l. */
  private void backward(double[] w, double[] gradient) {
    int columns = widths[0];
    for (int l = layers - 1; l > 0; l--) {
      Arrays.fill(above[l - 1], 0);
      for (int i = 0; i < widths[l + 1]; i++) {
        for (int k = 0; k < widths[l]; k++) {
          double factor = w[offsets[l] + i * widths[l] + k];
          double sum = 0;
          for (int j = 0; j < columns; j++) {
            double error = above[l][i * columns + j];
            sum += error * below[l - 1][k * columns + j];
            above[l - 1][k * columns + j] += factor * error;
          }
          gradient[offsets[l] + i * widths[l] + k] = sum;
        }
      }
    }
    System.arraycopy(above[0], 0, gradient, 0, above[0].length);
  }

  /**
   * A coefficient and its multiplicity.
   *
   * @param lambda the coefficient
   * @param multiplicity how many poles fall together; above 1 an estimate at finite n_beta is too
   *     low by about (m - 1) / ln n_beta of itself
   */
  record Coefficient(double lambda, int multiplicity) {}

  /**
   * Of deep linear networks (Aoyagi 2024, "Consideration on the learning efficiency of multiple-
   * layered neural networks with linear units"): with D_i = H_i - r the widths chosen are the l + 1
   * smallest with l times the largest inside at most their sum, and less than l times the smallest
   * outside.
   *
   * @param rank r, at most the smallest width
   */
  static Coefficient coefficient(int rank, int... widths) {
    int[] d = Arrays.stream(widths).map(width -> width - rank).sorted().toArray();
    int chosen =
        IntStream.rangeClosed(2, d.length).filter(n -> isChosen(d, n)).findFirst().orElse(0);
    int l = chosen - 1;
    int sum = Arrays.stream(d, 0, chosen).sum();
    int a = sum - ((sum + l - 1) / l - 1) * l;
    int squares = Arrays.stream(d, 0, chosen).map(x -> x * x).sum();
    double products = (sum * sum - squares) / 2.0;
    int ends = widths[0] + widths[widths.length - 1];
    double share = (double) sum / l;
    double lambda =
        (rank * (ends - rank)) / 2.0
            + a * (l - a) / (4.0 * l)
            - l * (l - 1) / 4.0 * share * share
            + products / 2;
    return new Coefficient(lambda, a * (l - a) + 1);
  }

  private static boolean isChosen(int[] sorted, int n) {
    int sum = Arrays.stream(sorted, 0, n).sum();
    int l = n - 1;
    return l * sorted[n - 1] <= sum && (n == sorted.length || sum < l * sorted[n]);
  }
}
