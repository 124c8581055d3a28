package io.grokgrid.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.grokgrid.math.PairedTimes.Effect;
import io.grokgrid.math.PairedTimes.Pair;
import io.grokgrid.math.PairedTimes.Rule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PairedTimesTest {
  /**
   * Weeks of remission of 21 pairs of patients, placebo first and 6-MP second, negative where it
   * went on (Freireich et al. 1963, who report 18 preferences for 6-MP and 3 for the placebo).
   */
  private static final int[][] REMISSIONS = {
    {1, 10}, {22, 7}, {3, -32}, {12, 23}, {8, 22}, {17, 6}, {2, 16}, {11, -34}, {8, -32}, {12, -25},
    {2, -11}, {5, -20}, {4, -19}, {15, 6}, {8, -17}, {23, -35}, {5, 6}, {11, 13}, {4, -9}, {1, -6},
    {8, -10}
  };

  private static Effect of(int[]... times) {
    return new PairedTimes(Arrays.stream(times).map(PairedTimesTest::pair).toList()).effect();
  }

  /** Negative where censored. */
  private static Pair pair(int[] times) {
    return new Pair(Math.abs(times[0]), times[0] > 0, Math.abs(times[1]), times[1] > 0);
  }

  /** p: 2 (1 + 21 + 210 + 1,330) of 2^21. */
  @Test
  void agreesWithThePublishedPreferences() {
    Effect effect = of(REMISSIONS);
    assertThat(effect.pairs()).isEqualTo(21);
    assertThat(effect.firstSooner()).isEqualTo(18);
    assertThat(effect.secondSooner()).isEqualTo(3);
    assertThat(effect.p()).isEqualTo(2 * 1562 / 2097152d, within(1e-12));
    assertThat(effect.low()).isGreaterThan(1);
  }

  @Test
  void withoutCensoringItIsTheMedianAndItsInterval() {
    Random random = new Random(3);
    for (int count = 6; count < 40; count++) {
      List<Pair> pairs = new ArrayList<>();
      double[] ratios = new double[count];
      for (int i = 0; i < count; i++) {
        Pair pair = new Pair(1 + random.nextInt(9999), true, 1 + random.nextInt(9999), true);
        ratios[i] = (double) pair.second() / pair.first();
        pairs.add(pair);
      }
      Arrays.sort(ratios);
      Effect effect = new PairedTimes(pairs).effect();
      int rank = Confidence.medianRank(count);
      assertThat(effect.low()).as("of %s", count).isEqualTo(ratios[rank - 1]);
      assertThat(effect.high()).isEqualTo(ratios[count - rank]);
      double median = Math.sqrt(ratios[(count - 1) / 2] * ratios[count / 2]);
      assertThat(effect.ratio()).isEqualTo(median, within(1e-12 * median));
      assertThat(effect.rule()).isEqualTo(Rule.SIGN);
    }
  }

  /** At every ratio between two turns the test is done anew, in plain loops. */
  @Test
  void theIntervalHoldsTheRatiosThatTheTestDoesNotRefuse() {
    Random random = new Random(5);
    int bounded = 0;
    for (int trial = 0; trial < 60; trial++) {
      List<Pair> pairs = new ArrayList<>();
      for (int i = 0; i < 8 + random.nextInt(20); i++) {
        pairs.add(
            new Pair(
                1 + random.nextInt(50),
                random.nextInt(4) > 0,
                1 + random.nextInt(90),
                random.nextInt(4) > 0));
      }
      Effect effect = new PairedTimes(pairs).effect();
      for (double ratio = 0.0101; ratio < 100; ratio *= 1.003) {
        boolean isInside = ratio > effect.low() && ratio < effect.high();
        assertThat(isInside).as("%s in %s", ratio, effect).isEqualTo(p(pairs, ratio) > 0.05);
      }
      bounded += effect.low() > 0 && effect.high() < 100 ? 1 : 0;
    }
    assertThat(bounded).isGreaterThan(30);
  }

  private static double p(List<Pair> pairs, double ratio) {
    int first = 0;
    int second = 0;
    for (Pair pair : pairs) {
      double scaled = ratio * pair.first();
      boolean isFirst = pair.firstReached() && scaled < pair.second();
      boolean isSecond = pair.secondReached() && pair.second() < scaled;
      first += isFirst ? 1 : 0;
      second += isSecond ? 1 : 0;
    }
    double tail = 0;
    for (int heads = 0; heads <= Math.min(first, second); heads++) {
      double ways = 1;
      for (int i = 0; i < heads; i++) {
        ways = ways * (first + second - i) / (i + 1);
      }
      tail += ways / Math.pow(2, first + second);
    }
    return Math.min(1, 2 * tail);
  }

  /** Of seven pairs: decided both ways, a tie, undecided since both, or the later, are censored. */
  @Test
  void aCensoredPairCountsWhereItsOrderIsCertain() {
    Effect effect =
        of(
            new int[] {5, -5},
            new int[] {5, -9},
            new int[] {-9, 5},
            new int[] {7, 7},
            new int[] {-9, -9},
            new int[] {9, -5},
            new int[] {5, 9});
    assertThat(effect.firstSooner()).isEqualTo(3);
    assertThat(effect.secondSooner()).isEqualTo(1);
    assertThat(effect.ties()).isEqualTo(1);
    assertThat(effect.usable()).isEqualTo(5);
    assertThat(effect.isTooFew()).isTrue();
  }

  @Test
  void whereTheSecondNeverCameTheRatioHasNoUpperEnd() {
    int[][] all = new int[8][];
    Arrays.fill(all, new int[] {500, -1000});
    Effect effect = of(all);
    assertThat(effect.low()).isEqualTo(2);
    assertThat(effect.high()).isInfinite();
    assertThat(effect.ratio()).isNaN();
    assertThat(effect.p()).isEqualTo(2 / 256d, within(1e-15));
  }

  /** Five of seven are known to be ten and more: so is the ratio, and not ten. */
  @Test
  void aRatioOfPairsMostOfWhichAreCensoredIsOnlyABound() {
    int[] sooner = {100, -1000};
    int[] later = {-1000, 100};
    Effect least =
        of(sooner, sooner, sooner, sooner, sooner, new int[] {100, 300}, new int[] {100, 400});
    assertThat(least.ratio()).isEqualTo(10, within(1e-12));
    assertThat(least.standing()).isEqualTo(PairedTimes.Standing.AT_LEAST);
    Effect most = of(later, later, later, later, later, new int[] {300, 100}, new int[] {400, 100});
    assertThat(most.ratio()).isEqualTo(0.1, within(1e-12));
    assertThat(most.standing()).isEqualTo(PairedTimes.Standing.AT_MOST);
    Effect known = of(sooner, sooner, new int[] {100, 300}, new int[] {100, 400}, new int[] {5, 9});
    assertThat(known.standing()).isEqualTo(PairedTimes.Standing.ESTIMATE);
  }

  /** Three pairs of the quickstart, weight decay 1 and 2; SciPy's ttest_rel of the logarithms. */
  @Test
  void fewPairsAreSupposedToBeLogNormal() {
    Effect effect = of(new int[] {1800, 1050}, new int[] {2850, 1050}, new int[] {2850, 1050});
    assertThat(effect.rule()).isEqualTo(Rule.STUDENT);
    assertThat(1 / effect.ratio()).isEqualTo(Math.cbrt(1800d * 2850 * 2850) / 1050, within(1e-9));
    assertThat(1 / effect.high()).isEqualTo(1.204762, within(1e-4));
    assertThat(1 / effect.low()).isEqualTo(4.501545, within(1e-4));
    assertThat(effect.p()).isEqualTo(0.03129999, within(1e-5));
    assertThat(effect.isTooFew()).isFalse();
  }

  @Test
  void fewPairsOfWhichOneIsCensoredOrAllAreAlikeAreTooFew() {
    assertThat(of(new int[] {1, 2}, new int[] {1, 3}, new int[] {1, -4}).isTooFew()).isTrue();
    assertThat(of(new int[] {1, 2}, new int[] {1, 2}, new int[] {2, 4}).isTooFew()).isTrue();
    assertThat(of(new int[] {1, 2}, new int[] {1, 3}).isTooFew()).isTrue();
    Effect nothing = of();
    assertThat(nothing.isTooFew()).isTrue();
    assertThat(nothing.p()).isEqualTo(1);
  }

  /**
   * Both of each pair are drawn from the same law, and may be censored: a difference is shown no
   * more often than the level allows.
   */
  @Test
  void whatDoesNothingSeldomShowsADifference() {
    Random random = new Random(11);
    for (int count : new int[] {3, 5, 7, 24}) {
      int shown = 0;
      for (int shuffle = 0; shuffle < 2000; shuffle++) {
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
          double condition = 2000 * Math.exp(0.5 * random.nextGaussian());
          int[] times = {time(random, condition, count), time(random, condition, count)};
          pairs.add(pair(times));
        }
        Effect effect = new PairedTimes(pairs).effect();
        shown += effect.p() <= PairedTimes.LEVEL ? 1 : 0;
      }
      assertThat(shown / 2000d).as("of %s pairs", count).isLessThan(0.06);
    }
  }

  /** Recorded every 50 steps; of more than five pairs, some never came until 4,000. */
  private static int time(Random random, double condition, int count) {
    int time = 50 * (int) Math.ceil(condition * Math.exp(0.3 * random.nextGaussian()) / 50);
    return time > 4000 && count > 5 ? -4000 : time;
  }
}
