package io.grokgrid.math;

import io.grokgrid.base.Check;

/**
 * Intervals of 95 % confidence, and the test that goes with them, for shares and medians of runs.
 * None supposes how values are distributed.
 */
public final class Confidence {
  /** The standard normal distribution is below it with probability 0.975. */
  static final double NORMAL_QUANTILE = 1.959963984540054;

  /** What may lie beyond either end. */
  private static final double TAIL = 0.025;

  private Confidence() {}

  /**
   * Lower end of the score interval of a share (Wilson 1927): with p = successes / trials, n =
   * trials and z the normal quantile, (p + z²/2n - z sqrt(p (1 - p) / n + z²/4n²)) / (1 + z²/n).
   *
   * @return NaN for no trials
   */
  public static double wilsonLow(long successes, long trials) {
    return successes == 0 && trials > 0 ? 0 : wilson(successes, trials, -NORMAL_QUANTILE);
  }

  /** Upper end of the same. */
  public static double wilsonHigh(long successes, long trials) {
    return successes == trials && trials > 0 ? 1 : wilson(successes, trials, NORMAL_QUANTILE);
  }

  private static double wilson(long successes, long trials, double z) {
    new Check()
        .that(
            successes >= 0 && successes <= trials,
            "successes",
            "must be from 0 to trials " + trials,
            successes)
        .done();
    double n = trials;
    double share = successes / n;
    double spread = z * Math.sqrt(share * (1 - share) / n + z * z / (4 * n * n));
    return (share + z * z / (2 * n) + spread) / (1 + z * z / n);
  }

  /**
   * Which of {@code count} independent values, sorted and numbered from 1, is the lower end of an
   * interval that holds the median of what they are drawn from with a probability of at least 0.95;
   * the upper end is as far from the other side. It is the largest r for which at most {@code r -
   * 1} of as many fair coins fall on heads with probability 0.025 or less (Conover 1999, section
   * 3.2).
   *
   * @return 0 where there is none: fewer than 6 values cannot have one
   */
  public static int medianRank(int count) {
    double log = -count * Math.log(2); // of the probability of exactly rank heads
    double below = Math.exp(log);
    int rank = 0;
    while (below <= TAIL) {
      rank++;
      log += Math.log((double) (count - rank + 1) / rank);
      below += Math.exp(log);
    }
    return rank;
  }

  /**
   * The two-sided, exact p-value of the sign test: how likely it is that fair coins fall at least
   * as unevenly. Ties belong to neither count; of none at all, it is 1.
   */
  public static double signTest(long plus, long minus) {
    new Check()
        .that(plus >= 0, "plus", "must be at least 0", plus)
        .that(minus >= 0, "minus", "must be at least 0", minus)
        .done();
    return Math.min(1, 2 * fewHeads(plus + minus, Math.min(plus, minus)));
  }

  /** The probability that at most {@code most} of fair coins fall on heads. */
  private static double fewHeads(long coins, long most) {
    double log = -coins * Math.log(2);
    double sum = 0;
    for (long heads = 0; heads <= most; heads++) {
      sum += Math.exp(log);
      log += Math.log((double) (coins - heads) / (heads + 1));
    }
    return sum;
  }
}
