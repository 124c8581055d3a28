package io.grokgrid.analysis;

import io.grokgrid.math.PrincipalComponents;
import java.util.Arrays;

/**
 * The principal components of n embeddings, of which only those count that are more than the
 * rounding of float32; and how much of each goes round a circle of the residues modulo n.
 */
final class Components {
  /** A share of the variance below which a component is rounding: float32's, squared, and more. */
  private static final double ROUNDING = 1e-12;

  private final double[] rows; // (n, D)
  private final int n;
  private final PrincipalComponents components;
  private final int size;

  /**
   * @param rows (n, D); numbers that are not finite have no components
   */
  Components(double[] rows, int n) {
    boolean isFinite = Arrays.stream(rows).allMatch(Double::isFinite);
    this.rows = isFinite ? rows : new double[rows.length];
    this.n = n;
    components = new PrincipalComponents(this.rows, n, rows.length / n);
    int counted = 0;
    while (counted < components.size() && components.share(counted) > ROUNDING) {
      counted++;
    }
    size = counted;
  }

  /** How many count. */
  int size() {
    return size;
  }

  /** The share of the variance that component i has, from 0; NaN where it does not count. */
  double share(int i) {
    return i < size ? components.share(i) : Double.NaN;
  }

  /** What each embedding has of component i: (n). */
  double[] scores(int i) {
    return components.scores(i);
  }

  /** The embeddings as they are when of their differences no more is left: (n, D). */
  double[] keeping(int... kept) {
    return components.keeping(kept);
  }

  /** The largest of {@link #rounds}, at most 1; NaN where the component does not count. */
  double circularity(int i) {
    return i < size ? Math.min(1, Arrays.stream(rounds(i)).max().orElseThrow()) : Double.NaN;
  }

  /**
   * For each frequency k how much of component i is cosine and sine of 2 pi k x / n: with v its
   * scores over their norm and sqrt(n), 2 |sum over x of v_x e^(2 pi i k x / n)|^2, which for k
   * below n / 2 is a share of its variance.
   *
   * <p>The paper takes every s-th embedding in turn, s from 1 to n - 1, which finds the inverse of
   * s modulo n: of an n that is not prime only frequencies that have one, so that all n embeddings
   * lie at different places of the circle. Others are 0.
   *
   * @return (n / 2 + 1), by frequency
   */
  double[] rounds(int i) {
    double[] scores = scores(i);
    double squares = Arrays.stream(scores).map(v -> v * v).sum();
    double[] shares = new double[n / 2 + 1];
    for (int k = 1; k < shares.length; k++) {
      shares[k] = isCoprime(k) ? 2 * power(scores, k) / (squares * n) : 0;
    }
    return shares;
  }

  private double power(double[] scores, int k) {
    double cosine = 0;
    double sine = 0;
    for (int x = 0; x < n; x++) {
      double angle = 2 * Math.PI * (k * (long) x % n) / n;
      cosine += scores[x] * Math.cos(angle);
      sine += scores[x] * Math.sin(angle);
    }
    return cosine * cosine + sine * sine;
  }

  private boolean isCoprime(int k) {
    int larger = n;
    int smaller = k;
    while (smaller != 0) {
      int rest = larger % smaller;
      larger = smaller;
      smaller = rest;
    }
    return larger == 1;
  }
}
