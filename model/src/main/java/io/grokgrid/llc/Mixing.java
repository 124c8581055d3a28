package io.grokgrid.llc;

import io.grokgrid.math.Statistics;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.transform.DftNormalization;
import org.apache.commons.math3.transform.FastFourierTransformer;
import org.apache.commons.math3.transform.TransformType;

/**
 * Whether chains of one number went everywhere often enough: Vehtari, Gelman, Simpson, Carpenter,
 * Buerkner 2021, "Rank-normalization, folding, and localization" (arXiv 1903.08008). Every chain is
 * cut into halves first, so that one that drifts is unlike itself; the middle draw of an odd number
 * is left out.
 */
final class Mixing {
  private static final NormalDistribution NORMAL = new NormalDistribution(null, 0, 1);

  private final double[][] halves;
  private final int length;

  /**
   * @param chains of one length, at least 4
   */
  Mixing(List<double[]> chains) {
    length = chains.get(0).length / 2;
    halves =
        chains.stream()
            .flatMap(
                chain ->
                    IntStream.of(0, chain.length - length)
                        .mapToObj(from -> Arrays.copyOfRange(chain, from, from + length)))
            .toArray(double[][]::new);
  }

  /**
   * R-hat: how much wider all chains together spread than each, 1 where they are alike; the larger
   * of that of ranks and that of ranks of the distance from the median (their equations 1 to 4 and
   * section 3.2). NaN where no chain moved.
   */
  double rHat() {
    double[][] folded = new double[halves.length][];
    double median = median();
    for (int i = 0; i < halves.length; i++) {
      folded[i] = Arrays.stream(halves[i]).map(x -> Math.abs(x - median)).toArray();
    }
    return Math.max(plainRHat(ranked(halves)), plainRHat(ranked(folded)));
  }

  private double median() {
    double[] all = Arrays.stream(halves).flatMapToDouble(Arrays::stream).sorted().toArray();
    return (all[all.length / 2] + all[(all.length - 1) / 2]) / 2;
  }

  /** Gelman and Rubin's, of chains as they are. */
  static double plainRHat(double[][] chains) {
    double n = chains[0].length;
    double within = within(chains);
    double between = deviation(means(chains));
    return Math.sqrt(((n - 1) / n * within + between * between) / within);
  }

  private static double[] means(double[][] chains) {
    return Arrays.stream(chains).mapToDouble(Statistics::mean).toArray();
  }

  /** Mean variance of a chain, ddof 1. */
  private static double within(double[][] chains) {
    return Arrays.stream(chains)
        .mapToDouble(chain -> deviation(chain) * deviation(chain))
        .average()
        .orElse(Double.NaN);
  }

  private static double deviation(double[] values) {
    return Statistics.sampleDeviation(values);
  }

  /** Normal scores of the ranks among all, ties at their mean rank. */
  private static double[][] ranked(double[][] chains) {
    double[] sorted = Arrays.stream(chains).flatMapToDouble(Arrays::stream).sorted().toArray();
    return Arrays.stream(chains)
        .map(chain -> Arrays.stream(chain).map(x -> score(sorted, x)).toArray())
        .toArray(double[][]::new);
  }

  private static double score(double[] sorted, double x) {
    double rank = (below(sorted, x, false) + 1 + below(sorted, x, true)) / 2.0;
    return NORMAL.inverseCumulativeProbability((rank - 0.375) / (sorted.length + 0.25));
  }

  /**
   * How many are below x.
   *
   * @param orEqual whether those that are x count, too
   */
  private static int below(double[] sorted, double x, boolean orEqual) {
    int from = 0;
    int to = sorted.length;
    while (from < to) {
      int middle = (from + to) >>> 1;
      if (sorted[middle] < x || (orEqual && sorted[middle] == x)) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return from;
  }

  /**
   * How many independent draws would tell the mean as well: draws / tau, where tau = -1 + 2 sum of
   * the autocorrelations of even and next odd lag, up to the first such pair that is negative and
   * none larger than the one before (Geyer 1992; their equations 10 to 12). Never more than draws
   * times the decimal logarithm of draws; NaN where no chain moved.
   */
  double effectiveSamples() {
    double draws = (double) length * halves.length;
    double[] covariances = covariances();
    double between = deviation(means(halves));
    double variance = covariances[0] * (length - 1) / length + between * between;
    double sum = 0;
    double before = Double.POSITIVE_INFINITY;
    for (int lag = 0; lag + 1 < length; lag += 2) {
      double pair = correlation(covariances, lag, variance);
      pair += correlation(covariances, lag + 1, variance);
      if (pair < 0) {
        break;
      }
      before = Math.min(before, pair);
      sum += before;
    }
    double tau = Math.max(2 * sum - 1, 1 / Math.log10(draws));
    return variance > 0 ? draws / tau : Double.NaN;
  }

  private static double correlation(double[] covariances, int lag, double variance) {
    return lag == 0 ? 1 : 1 - (covariances[0] - covariances[lag]) / variance;
  }

  /** Mean over the halves, by lag, each as a variance with ddof 1. */
  private double[] covariances() {
    double[] mean = new double[length];
    double factor = length / (length - 1.0) / halves.length;
    for (double[] half : halves) {
      double[] its = autocovariances(half);
      for (int lag = 0; lag < length; lag++) {
        mean[lag] += its[lag] * factor;
      }
    }
    return mean;
  }

  /**
   * Sum over i of (x_i - mean)(x_{i + lag} - mean), over n whatever the lag: the transform of the
   * power spectrum of the series with as many zeros behind it.
   *
   * @return (n), by lag
   */
  static double[] autocovariances(double[] series) {
    int n = series.length;
    double mean = Statistics.mean(series);
    double[][] spectrum = new double[2][Integer.highestOneBit(2 * n - 1) * 2]; // real, imaginary
    Arrays.setAll(spectrum[0], i -> i < n ? series[i] - mean : 0);
    transform(spectrum, TransformType.FORWARD);
    for (int i = 0; i < spectrum[0].length; i++) {
      double real = spectrum[0][i];
      spectrum[0][i] = real * real + spectrum[1][i] * spectrum[1][i];
      spectrum[1][i] = 0;
    }
    transform(spectrum, TransformType.INVERSE);
    return Arrays.stream(spectrum[0], 0, n).map(sum -> sum / n).toArray();
  }

  private static void transform(double[][] numbers, TransformType type) {
    FastFourierTransformer.transformInPlace(numbers, DftNormalization.STANDARD, type);
  }

  /** Standard deviation of all draws, ddof 1. */
  double deviation() {
    return deviation(Arrays.stream(halves).flatMapToDouble(Arrays::stream).toArray());
  }
}
