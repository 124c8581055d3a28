package io.grokgrid.analysis;

import io.grokgrid.math.Fourier;
import io.grokgrid.math.Statistics;
import io.grokgrid.net.TransformerSpec;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How the operands and the answer's position attend to each other, head by head. Scores are what
 * enters the softmax; weights A what multiplies V, attention rate included; h is a head from 0, in
 * a network of several layers LAYER.h:
 *
 * <ul>
 *   <li>{@code symmetry.h}: correlation over all pairs of score(0 on 1) with score(1 on 0) at the
 *       same input.
 *   <li>{@code mean_gap.h}: |mean score(0 on 1) - mean score(1 on 0)| over the training pairs, over
 *       their pooled standard deviation, the root of the mean of both population variances.
 *   <li>{@code position_invariance.h}: correlation over tokens x of score('=' on 0) with x there
 *       and score('=' on 1) with x there, each the mean over the other operand, which has no part
 *       in it in the first layer.
 *   <li>{@code answer_gap.h}: as mean_gap, for '=' on 0 and '=' on 1.
 *   <li>{@code complementarity.h}: mean over all pairs of A('=' on 0) + A('=' on 1).
 *   <li>{@code mean_weight.h.KEY}: mean over all pairs of A(answer's position on KEY).
 *   <li>{@code fit.h.frequency}, {@code fit.h.share}: the one k for which A(answer's position on 0)
 *       is nearest to constant + alpha (cos wa - cos wb) + beta (sin wa - sin wb), w = 2 pi k / n,
 *       and the share of its variance that this explains (Nanda et al. 2023, arXiv 2301.05217);
 *       only of addition and subtraction, where b then stands for -b.
 *   <li>{@code fit.h.all_frequencies}: the same share for constant + f(a) - f(b), whatever f is.
 *   <li>{@code reaches_answer.QUERY.KEY}, or .LAYER.QUERY.KEY: 1 if that score can change the
 *       answer in a network so built, else 0, as where the answer does not come from that query,
 *       the key is masked or the only one seen, or the attention rate is 0.
 * </ul>
 *
 * <p>All pairs are those that the table has: division has no (a, 0). What needs '=' is left out
 * where there is none, what needs a score that is masked likewise. What is constant up to rounding
 * correlates with nothing: NaN.
 */
public final class AttentionPattern implements Analysis {
  /** Deviations below this part of the numbers themselves are rounding. */
  private static final double ROUNDING = 1e-12;

  @Override
  public String name() {
    return "attention";
  }

  @Override
  public Optional<String> idle(Subject subject) {
    return subject.model().attentionLayers() == 0
        ? Optional.of("needs attention")
        : Optional.empty();
  }

  @Override
  public void measure(Subject subject, Findings found) {
    for (int layer = 0; layer < subject.model().attentionLayers(); layer++) {
      for (int head = 0; head < subject.model().heads(); head++) {
        Head of = new Head(subject, layer, head);
        measureOperands(of, found);
        measureAnswer(of, found);
      }
      addReach(subject, layer, found);
    }
  }

  /** Layer and head as in names. */
  private static String inNames(Subject subject, int layer) {
    return subject.model().attentionLayers() == 1 ? "" : "." + layer;
  }

  private static void measureOperands(Head head, Findings found) {
    if (head.sees(0, 1) && head.sees(1, 0)) {
      double[] forth = head.scores(0, 1);
      double[] back = head.scores(1, 0);
      found.add("symmetry" + head.name, correlation(head.known(forth), head.known(back)));
      found.add("mean_gap" + head.name, gap(head.trained(forth), head.trained(back)));
    }
  }

  private static void measureAnswer(Head head, Findings found) {
    int answer = head.length - 1;
    if (answer == 2) {
      double[] first = head.scores(answer, 0);
      double[] second = head.scores(answer, 1);
      found.add("position_invariance" + head.name, positionInvariance(head, first, second));
      found.add("answer_gap" + head.name, gap(head.trained(first), head.trained(second)));
      double both = head.meanWeight(answer, 0) + head.meanWeight(answer, 1);
      found.add("complementarity" + head.name, both);
    }
    for (int key = 0; key < head.length; key++) {
      found.add("mean_weight" + head.name + "." + key, head.meanWeight(answer, key));
    }
    if (head.sign != 0) {
      addFit(head.weights(answer, 0), head, found.under("fit" + head.name + "."));
    }
  }

  /** Over tokens that the table has in both places. */
  private static double positionInvariance(Head head, double[] first, double[] second) {
    double[] ofFirst = byOperand(first, head.labels.pairs(), head.n, 0);
    double[] ofSecond = byOperand(second, head.labels.pairs(), head.n, 1);
    int[] both =
        IntStream.range(0, head.n)
            .filter(x -> !Double.isNaN(ofFirst[x]) && !Double.isNaN(ofSecond[x]))
            .toArray();
    return correlation(
        Arrays.stream(both).mapToDouble(x -> ofFirst[x]).toArray(),
        Arrays.stream(both).mapToDouble(x -> ofSecond[x]).toArray());
  }

  private static void addFit(double[] weights, Head head, Findings found) {
    double[] shares = fits(weights, head.n, head.sign);
    int best = IntStream.range(2, shares.length).reduce(1, (i, k) -> shares[k] > shares[i] ? k : i);
    found.add("frequency", Double.isNaN(shares[best]) ? Double.NaN : best);
    found.add("share", shares[best]);
    found.add("all_frequencies", Arrays.stream(shares).sum());
  }

  /**
   * Functions f(a) - f(b), f of the orthonormal Fourier basis but the constant one, are orthogonal
   * to each other and to the constant, and their squares sum to 2 n: each explains its own part.
   *
   * @param weights (n, n)
   * @return (n / 2 + 1), the share of the variance that is explained, by frequency
   */
  static double[] fits(double[] weights, int n, int sign) {
    int[] all = IntStream.range(0, n * n).toArray();
    double[] ofLeft = byOperand(weights, all, n, 0);
    double[] ofRight = byOperand(weights, all, n, 1);
    Fourier fourier = new Fourier(n);
    double deviation = varies(weights) ? Statistics.populationDeviation(weights) : Double.NaN;
    double squares = deviation * deviation * n * n;
    double[] shares = new double[n]; // a row of the basis
    for (int row = 1; row < n; row++) {
      double product = 0;
      for (int x = 0; x < n; x++) {
        double difference = ofLeft[x] - ofRight[Math.floorMod(sign * x, n)];
        product += n * difference * fourier.basis()[row * n + x];
      }
      shares[row] = product * product / (2 * n * squares);
    }
    return fourier.byFrequency(shares);
  }

  private static void addReach(Subject subject, int layer, Findings found) {
    String name = "reaches_answer" + inNames(subject, layer) + ".";
    for (int query = 0; query < subject.length(); query++) {
      for (int key = 0; key < subject.length(); key++) {
        boolean reaches = reachesAnswer(subject, layer, query, key);
        found.add(name + query + "." + key, reaches ? 1 : 0);
      }
    }
  }

  private static boolean reachesAnswer(Subject subject, int layer, int query, int key) {
    TransformerSpec model = (TransformerSpec) subject.model();
    boolean isRead = layer < model.layers() - 1 || query == model.length() - 1;
    long seen = IntStream.range(0, model.length()).filter(k -> model.sees(query, k)).count();
    return isRead && model.sees(query, key) && seen > 1 && model.attentionRate() > 0;
  }

  /**
   * Means over the other operand.
   *
   * @param pairs over which they are
   * @return (n), NaN where there is none of a token
   */
  private static double[] byOperand(double[] ofPairs, int[] pairs, int n, int operand) {
    double[] sums = new double[n];
    int[] counts = new int[n];
    for (int pair : pairs) {
      int x = operand == 0 ? pair / n : pair % n;
      sums[x] += ofPairs[pair];
      counts[x]++;
    }
    Arrays.setAll(sums, x -> sums[x] / counts[x]);
    return sums;
  }

  private static double mean(double[] values) {
    return Statistics.mean(values);
  }

  private static boolean varies(double[] values) {
    double largest = Arrays.stream(values).map(Math::abs).max().orElse(0);
    return Statistics.populationDeviation(values) > ROUNDING * largest;
  }

  private static double correlation(double[] x, double[] y) {
    return varies(x) && varies(y) ? Statistics.correlation(x, y) : Double.NaN;
  }

  private static double gap(double[] x, double[] y) {
    if (!varies(x) && !varies(y)) {
      return Double.NaN;
    }
    double ofX = Statistics.populationDeviation(x);
    double ofY = Statistics.populationDeviation(y);
    return Math.abs(mean(x) - mean(y)) / Math.sqrt((ofX * ofX + ofY * ofY) / 2);
  }

  /** One head's squares for all pairs. */
  private static final class Head {
    private final Subject subject;
    private final Labels labels;
    private final int layer;
    private final int head;
    private final int n;
    private final int sign;
    private final int length; // T
    private final String name;

    private Head(Subject subject, int layer, int head) {
      this.subject = subject;
      labels = subject.labels();
      this.layer = layer;
      this.head = head;
      n = subject.n();
      sign = subject.cyclicSign();
      length = subject.length();
      name = inNames(subject, layer) + "." + head;
    }

    private boolean sees(int query, int key) {
      return subject.model().sees(query, key);
    }

    /** (n^2). */
    private double[] scores(int query, int key) {
      return entry(subject.scores(layer), query, key);
    }

    /** (n^2). */
    private double[] weights(int query, int key) {
      return entry(subject.attention(layer), query, key);
    }

    private double[] entry(double[] squares, int query, int key) {
      int each = subject.model().heads() * length * length;
      int at = (head * length + query) * length + key;
      double[] entries = new double[n * n];
      Arrays.setAll(entries, pair -> squares[pair * each + at]);
      return entries;
    }

    /** Those of pairs that the table has. */
    private double[] known(double[] ofPairs) {
      return Arrays.stream(labels.pairs()).mapToDouble(pair -> ofPairs[pair]).toArray();
    }

    private double meanWeight(int query, int key) {
      return mean(known(weights(query, key)));
    }

    /** Those of pairs that were trained on. */
    private double[] trained(double[] ofPairs) {
      return IntStream.range(0, ofPairs.length)
          .filter(labels::isTrained)
          .mapToDouble(pair -> ofPairs[pair])
          .toArray();
    }
  }
}
