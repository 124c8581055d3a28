package io.grokgrid.math;

import io.grokgrid.base.Check;

/**
 * The real Fourier basis of functions on the residues modulo n (Nanda et al. 2023, arXiv
 * 2301.05217, section 4), orthonormal. Row 0 is constant; rows 2 k - 1 and 2 k are cos(2 pi k x /
 * n) and sin(2 pi k x / n) for each frequency k below n / 2; of an even n, whose frequency n / 2
 * has no sine, the last row is that cosine, (-1)^x.
 */
public final class Fourier {
  private final int n;
  private final double[] basis; // (n, n), a row a function

  /** Of the residues modulo n, which is at least 2. */
  public Fourier(int n) {
    new Check().atLeast("n", n, 2).done();
    this.n = n;
    basis = new double[n * n];
    for (int row = 0; row < n; row++) {
      int k = frequency(row);
      boolean isAlone = k == 0 || 2 * k == n;
      double height = Math.sqrt((isAlone ? 1.0 : 2.0) / n);
      for (int x = 0; x < n; x++) {
        double angle = 2 * Math.PI * (k * (long) x % n) / n;
        boolean isCosine = isAlone || row % 2 == 1;
        basis[row * n + x] = height * (isCosine ? Math.cos(angle) : Math.sin(angle));
      }
    }
  }

  public int n() {
    return n;
  }

  /** The largest frequency, n / 2 rounded down; the smallest that is not constant is 1. */
  public int frequencies() {
    return n / 2;
  }

  /** The basis (n, n), a row a function of x; nobody changes it. */
  public double[] basis() {
    return basis;
  }

  /** The frequency of a row of the basis; 0 of the constant one. */
  public static int frequency(int row) {
    return (row + 1) / 2;
  }

  /** The row of frequency k's cosine, k at least 1. */
  public static int cosine(int k) {
    return 2 * k - 1;
  }

  /** Whether frequency k has a sine, the row behind its cosine's. */
  public boolean hasSine(int k) {
    return 2 * k < n;
  }

  /**
   * Sums over the rows of each frequency.
   *
   * @param ofRows (n), a number for each row of the basis
   * @return (n / 2 + 1), by frequency
   */
  public double[] byFrequency(double[] ofRows) {
    double[] sums = new double[frequencies() + 1];
    for (int row = 0; row < n; row++) {
      sums[frequency(row)] += ofRows[row];
    }
    return sums;
  }
}
