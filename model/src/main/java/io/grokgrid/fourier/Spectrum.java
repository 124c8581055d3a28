package io.grokgrid.fourier;

import io.grokgrid.math.Fourier;
import io.grokgrid.tensor.DoubleMatrices;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * What m functions of pairs (a, b) of residues modulo n have of each frequency: coefficients on
 * unit vectors of R^(n^2), the functions F_r(u) / sqrt(n) of the {@link Fourier} basis's rows r,
 * where u is one of four sums modulo n, a {@link Direction}. With b' = b where the answer is a + b
 * and b' = -b where it is a - b, the products of two functions of frequency k, one of a and one of
 * b', are spanned by those of frequency k of a + b' and of a - b' (Nanda et al. 2023, arXiv
 * 2301.05217, section 4: its 2D transform keeps besides these only what mixes frequencies).
 */
final class Spectrum {
  /** Variance that is no more than rounding of a function which is constant, for its mean 1. */
  static final double ROUNDING = 1e-24;

  /** Of what a function is one. */
  enum Direction {
    /** a. */
    LEFT(1, 0),
    /** b'. */
    RIGHT(0, 1),
    /** a + b'. */
    ANSWER(1, 1),
    /** a - b', of which frequency n / 2 of an even n counts to {@link #ANSWER}: it is the same. */
    OTHER(1, -1);

    private final int ofLeft;
    private final int ofRight;

    Direction(int ofLeft, int ofRight) {
      this.ofLeft = ofLeft;
      this.ofRight = ofRight;
    }

    private int sum(int a, int b, int n) {
      return Math.floorMod(ofLeft * a + ofRight * b, n);
    }
  }

  private final Fourier fourier;
  private final int n;
  private final int columns;
  private final int sign;
  private final Map<Direction, double[]> coefficients = new EnumMap<>(Direction.class); // (n, m)
  private final double[] mean; // (m)
  private final double[] variance; // (m)

  /**
   * @param x (n^2, m), a column a function
   * @param sign 1 where b' is b, -1 where it is -b
   */
  Spectrum(Fourier fourier, double[] x, int sign, DoubleMatrices matrices) {
    this.fourier = fourier;
    this.sign = sign;
    n = fourier.n();
    columns = x.length / (n * n);
    for (Direction direction : Direction.values()) {
      double[] unscaled = matrices.product(fourier.basis(), sums(x, direction), n, n, columns);
      double[] scaled = Arrays.stream(unscaled).map(v -> v / Math.sqrt(n)).toArray();
      coefficients.put(direction, scaled);
    }
    mean = Arrays.copyOf(at(Direction.LEFT), columns); // n times the mean: F_0 is 1 / sqrt(n)
    Arrays.setAll(mean, c -> mean[c] / n);
    variance = variance(x);
  }

  private double[] at(Direction direction) {
    return Objects.requireNonNull(coefficients.get(direction));
  }

  /** Over the n pairs of each value of a direction's sum: (n, m). */
  private double[] sums(double[] x, Direction direction) {
    double[] sums = new double[n * columns];
    for (int pair = 0; pair < n * n; pair++) {
      int to = sum(direction, pair) * columns;
      for (int c = 0; c < columns; c++) {
        sums[to + c] += x[pair * columns + c];
      }
    }
    return sums;
  }

  private double[] variance(double[] x) {
    double[] squares = new double[columns];
    for (int pair = 0; pair < n * n; pair++) {
      for (int c = 0; c < columns; c++) {
        double off = x[pair * columns + c] - mean[c];
        squares[c] += off * off;
      }
    }
    for (int c = 0; c < columns; c++) {
      boolean isConstant = squares[c] <= ROUNDING * n * n * mean[c] * mean[c];
      squares[c] = isConstant ? 0 : squares[c];
    }
    return squares;
  }

  /** What a direction is a function of, at a pair. */
  int sum(Direction direction, int pair) {
    return direction.sum(pair / n, sign * (pair % n), n);
  }

  int columns() {
    return columns;
  }

  /** A column's mean over all pairs. */
  double mean(int column) {
    return mean[column];
  }

  /** Sum over all pairs of the squared distance of a column from its mean. */
  double variance(int column) {
    return variance[column];
  }

  /** Of all columns. */
  double variance() {
    return Arrays.stream(variance).sum();
  }

  double coefficient(Direction direction, int row, int column) {
    return at(direction)[row * columns + column];
  }

  /** Of the variance of a column, what frequency k of a direction has, k from 1. */
  double energy(Direction direction, int k, int column) {
    if (direction == Direction.OTHER && !fourier.hasSine(k)) {
      return 0;
    }
    double cosine = coefficient(direction, Fourier.cosine(k), column);
    double sine = fourier.hasSine(k) ? coefficient(direction, Fourier.cosine(k) + 1, column) : 0;
    return cosine * cosine + sine * sine;
  }

  /** Of all columns. */
  double energy(Direction direction, int k) {
    return IntStream.range(0, columns).mapToDouble(c -> energy(direction, k, c)).sum();
  }

  /** Share of a column's variance in functions of frequency k of a or b' alone. */
  double linearShare(int k, int column) {
    double energy = energy(Direction.LEFT, k, column) + energy(Direction.RIGHT, k, column);
    return energy / variance[column];
  }

  /** Share of a column's variance in products of one function of a and one of b'. */
  double quadraticShare(int k, int column) {
    double energy = energy(Direction.ANSWER, k, column) + energy(Direction.OTHER, k, column);
    return energy / variance[column];
  }

  /** Share of a column's variance that frequency k explains, both together. */
  double explained(int k, int column) {
    return linearShare(k, column) + quadraticShare(k, column);
  }

  /**
   * Projection of all columns on the functions of frequencies of the answer: P_k of Nanda et al.
   *
   * @return (n, m), a row what every pair of that answer has
   */
  double[] ofAnswer(Collection<Integer> frequencies) {
    double[] projection = new double[n * columns];
    for (int k : frequencies) {
      addRow(Fourier.cosine(k), projection);
      if (fourier.hasSine(k)) {
        addRow(Fourier.cosine(k) + 1, projection);
      }
    }
    return projection;
  }

  private void addRow(int row, double[] to) {
    for (int s = 0; s < n; s++) {
      double height = fourier.basis()[row * n + s] / Math.sqrt(n);
      for (int c = 0; c < columns; c++) {
        to[s * columns + c] += height * coefficient(Direction.ANSWER, row, c);
      }
    }
  }
}
