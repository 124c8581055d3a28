package io.grokgrid.fourier;

import io.grokgrid.analysis.Analysis;
import io.grokgrid.analysis.Findings;
import io.grokgrid.analysis.Subject;
import io.grokgrid.math.Fourier;
import java.util.Arrays;
import java.util.Optional;

/**
 * Norms of the 2D Fourier transform (Nanda et al. 2023, arXiv 2301.05217, section 4.1), as shares
 * of their squares: {@code logits.i.j} is what products of a function of frequency i of a and one
 * of frequency j of b have of the logits' squared distance from their mean over all pairs, all
 * classes together, and {@code neurons.i.j} the same of the units of the last hidden layer.
 * Frequency 0 is a constant, so {@code i.0} is linear in functions of a. Parts of less than {@value
 * #LEAST} are not named but summed, in {@code logits.rest} and {@code neurons.rest}. NaN where
 * nothing varies.
 */
public final class PairSpectrum implements Analysis {
  /** A thousand parts at most are named. */
  static final double LEAST = 1e-3;

  @Override
  public String name() {
    return "pair_spectrum";
  }

  @Override
  public double passes() {
    return 0.6;
  }

  @Override
  public Optional<String> idle(Subject subject) {
    return Circuit.idle(subject);
  }

  @Override
  public void measure(Subject subject, Findings found) {
    int n = subject.n();
    addShares(squares(subject, subject.logits(), n), found.under("logits."));
    addShares(squares(subject, subject.hidden(), subject.hiddenWidth()), found.under("neurons."));
  }

  /**
   * By frequency of a and of b: (n / 2 + 1, n / 2 + 1).
   *
   * @param x (n^2, columns)
   */
  private static double[][] squares(Subject subject, double[] x, int columns) {
    int n = subject.n();
    Fourier fourier = new Fourier(n);
    double[] coefficients = subject.matrices().onBothOperands(x, fourier.basis(), n, columns);
    int frequencies = fourier.frequencies() + 1;
    double[][] squares = new double[frequencies][frequencies];
    for (int i = 0; i < coefficients.length; i++) {
      int row = i / columns;
      double square = coefficients[i] * coefficients[i];
      squares[Fourier.frequency(row / n)][Fourier.frequency(row % n)] += square;
    }
    return squares;
  }

  private static void addShares(double[][] squares, Findings found) {
    double constant = squares[0][0];
    squares[0][0] = 0;
    double all = Arrays.stream(squares).flatMapToDouble(Arrays::stream).sum();
    double whole = all > Spectrum.ROUNDING * constant ? all : Double.NaN;
    double rest = 1;
    for (int i = 0; i < squares.length; i++) {
      for (int j = 0; j < squares.length; j++) {
        double share = squares[i][j] / whole;
        if (share >= LEAST) {
          found.add(i + "." + j, share);
          rest -= share;
        }
      }
    }
    found.add("rest", rest * whole / whole);
  }
}
