package io.grokgrid.group;

import io.grokgrid.tensor.DoubleMatrices;
import java.util.Arrays;
import java.util.Optional;

/** How a neuron f(a, b) that depends on both operands does so by cosets; see {@link Cosets}. */
final class CosetNeuron {
  private static final double CONCENTRATED = 0.95;

  /** Squares below this part of all of a neuron's are rounding. */
  private static final double ROUNDING = 1e-20;

  private final CosetShares shares;
  private final Dependence left;
  private final Dependence right;

  /** {@link CosetShares}' R of the dependence on one operand: of each class, by each side. */
  private static final class Dependence {
    private final double[] byRight;
    private final double[] byLeft;

    private Dependence(double[] gram, CosetShares shares) {
      byRight = shares.byRight(gram);
      byLeft = shares.byLeft(gram);
    }

    private double byEither(int of) {
      return Math.max(byRight[of], byLeft[of]);
    }
  }

  private CosetNeuron(double[] gramOfLeft, double[] gramOfRight, CosetShares shares) {
    this.shares = shares;
    left = new Dependence(gramOfLeft, shares);
    right = new Dependence(gramOfRight, shares);
  }

  /**
   * Empty if it does not depend on both operands.
   *
   * @param f (120, 120), over a and b
   */
  static Optional<CosetNeuron> of(double[] f, DoubleMatrices matrices, CosetShares shares) {
    double[] ofLeft = gram(transposed(f), matrices);
    double[] ofRight = gram(f, matrices);
    double least = ROUNDING * Arrays.stream(f).map(x -> x * x).sum();
    boolean varies = CosetShares.trace(ofLeft) > least && CosetShares.trace(ofRight) > least;
    return varies ? Optional.of(new CosetNeuron(ofLeft, ofRight, shares)) : Optional.empty();
  }

  private static double[] transposed(double[] f) {
    int n = Permutations.ORDER;
    double[] swapped = new double[f.length];
    for (int a = 0; a < n; a++) {
      for (int b = 0; b < n; b++) {
        swapped[b * n + a] = f[a * n + b];
      }
    }
    return swapped;
  }

  /** G of the rows of f, each less its mean. */
  private static double[] gram(double[] f, DoubleMatrices matrices) {
    int n = Permutations.ORDER;
    double[] rows = new double[f.length];
    for (int row = 0; row < f.length; row += n) {
      double mean = Arrays.stream(f, row, row + n).sum() / n;
      for (int i = row; i < row + n; i++) {
        rows[i] = f[i] - mean;
      }
    }
    return matrices.transposedProduct(rows, rows, n, n, n);
  }

  /** The place of its class in {@link CosetShares#classes}, -1 for none. */
  int anyClass() {
    int best = -1;
    double most = 0;
    for (int of = 0; of < shares.classes().size(); of++) {
      double share = corrected(Math.min(left.byEither(of), right.byEither(of)), of);
      boolean isAsLarge = best < 0 || order(of) == order(best);
      if (share >= CONCENTRATED && isAsLarge && share > most) {
        best = of;
        most = share;
      }
    }
    return best;
  }

  private double corrected(double explained, int of) {
    return CosetShares.corrected(explained, shares.classes().get(of).index());
  }

  private int order(int of) {
    return shares.classes().get(of).order();
  }

  /** Whether it is of its class by cosets H g of a and g H of b. */
  boolean isOfCircuit() {
    int of = anyClass();
    return of >= 0 && corrected(Math.min(left.byRight[of], right.byLeft[of]), of) >= CONCENTRATED;
  }

  /** The smallest C_H of the dependence on a. */
  double concentrationLeft() {
    return concentration(left);
  }

  /** The same on b. */
  double concentrationRight() {
    return concentration(right);
  }

  private double concentration(Dependence on) {
    return Math.min(shares.concentration(on.byRight), shares.concentration(on.byLeft));
  }
}
