package io.grokgrid.math;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.DoublePredicate;
import java.util.function.Predicate;
import java.util.stream.DoubleStream;
import org.apache.commons.math3.distribution.TDistribution;

/**
 * How much sooner the first of a pair reaches an event than the second, where either may be
 * censored: not have reached it when it was last seen.
 *
 * <p>The test is the sign test: exact for any number of pairs, whatever the distribution. A
 * censored pair counts where its order is certain, one that reached the event by the time until
 * which the other was seen without it being the sooner; others are left out. (The log-rank test
 * with a stratum a pair counts the same pairs, but its p-value is an approximation for many.)
 *
 * <p>The interval is that test turned round: all ratios r for which, the first times being
 * multiplied by r, it finds no difference at 5 %; the ratio is where as many count for the first as
 * for the second. Without censoring the one has its ends at {@link Confidence#medianRank}, the
 * other is the median. Pairs that came at the same time count for neither; where many did, an end
 * of the interval can be 1, which the test itself shuts out. Both suppose that where a pair's times
 * are scaled so, either order is equally likely.
 *
 * <p>Fewer than {@value #FEWEST_SIGNS} pairs can show no difference at 5 % without a supposition.
 * Of {@value #FEWEST_LOGS} or more, none censored, ratios are supposed to be log-normal instead:
 * geometric mean, Student's t. Ratios that are all the same are left to the sign test, because what
 * is recorded every n steps can agree by chance.
 */
public final class PairedTimes {
  /** Above this, no difference is shown. */
  public static final double LEVEL = 0.05;

  /** As many fair coins fall alike with a probability of 1 in 32. */
  public static final int FEWEST_SIGNS = 6;

  private static final int FEWEST_LOGS = 3;

  private static final double ROUNDING = 1e-9;

  private final List<Pair> pairs;

  /** The r above which a pair does not count for the first, ascending. */
  private final double[] firstUntil;

  /** The r below which a pair does not count for the second, ascending. */
  private final double[] secondFrom;

  /** Every r at which some pair counts otherwise, ascending. */
  private final double[] turns;

  /** The times of a pair, neither negative: of the event, or when it was last seen without it. */
  public record Pair(int first, boolean firstReached, int second, boolean secondReached)
      implements Serializable {
    /** By what the first time is to be multiplied so that it is the second. */
    private double ratio() {
      return first == second ? 1 : (double) second / first;
    }

    private boolean isFirstSooner() {
      return firstReached && (secondReached ? first < second : first <= second);
    }

    private boolean isSecondSooner() {
      return secondReached && (firstReached ? second < first : second <= first);
    }

    private boolean isObserved() {
      return firstReached && secondReached;
    }
  }

  /** How the ratio, its interval and the p-value were found. */
  public enum Rule {
    SIGN,
    STUDENT
  }

  /** What a ratio is of which pairs were not all seen to their end. */
  public enum Standing {
    /** Half of the usable pairs are known to lie on either side of it. */
    ESTIMATE,
    /** So few lie below it for certain that it would be larger had all been seen longer. */
    AT_LEAST,
    /** Likewise smaller. */
    AT_MOST
  }

  /**
   * What pairs say.
   *
   * @param pairs all of them
   * @param firstSooner those in which the first came sooner, and likewise
   * @param ties in which both came at the same time
   * @param ratio second time over first, above 1 where the first is sooner; NaN where unbounded
   * @param low lower end of its interval of 95 %, 0 where unbounded
   * @param high upper end, infinite where unbounded
   * @param p two-sided; 1 of no usable pair
   * @param standing whether the ratio is an estimate, or what it is at least or at most
   */
  public record Effect(
      int pairs,
      int firstSooner,
      int secondSooner,
      int ties,
      double ratio,
      double low,
      double high,
      double p,
      Rule rule,
      Standing standing) {
    /** Pairs that say which is sooner, or that neither is. */
    public int usable() {
      return firstSooner + secondSooner + ties;
    }

    /** Whether no test at all could show a difference. */
    public boolean isTooFew() {
      return rule == Rule.SIGN && usable() < FEWEST_SIGNS;
    }
  }

  public PairedTimes(Collection<Pair> pairs) {
    this.pairs = List.copyOf(pairs);
    firstUntil = ratios(Pair::firstReached).toArray();
    secondFrom = ratios(Pair::secondReached).toArray();
    turns = ratios(pair -> pair.firstReached || pair.secondReached).distinct().toArray();
  }

  private DoubleStream ratios(Predicate<Pair> which) {
    return pairs.stream().filter(which).mapToDouble(Pair::ratio).sorted();
  }

  /** What they say. */
  public Effect effect() {
    double[] logs = ratios(Pair::isObserved).map(Math::log).filter(Double::isFinite).toArray();
    boolean isStudents =
        logs.length == pairs.size()
            && logs.length >= FEWEST_LOGS
            && logs.length < FEWEST_SIGNS
            && logs[0] < logs[logs.length - 1];
    return isStudents ? student(logs) : sign();
  }

  private int count(Predicate<Pair> which) {
    return (int) pairs.stream().filter(which).count();
  }

  private int ties() {
    return count(pair -> pair.isObserved() && pair.first == pair.second);
  }

  private Effect student(double[] logs) {
    double mean = Statistics.mean(logs);
    double error = Statistics.sampleDeviation(logs) / Math.sqrt(logs.length);
    TDistribution students = new TDistribution(logs.length - 1);
    double reach = students.inverseCumulativeProbability(1 - LEVEL / 2) * error;
    double p = 2 * students.cumulativeProbability(-Math.abs(mean) / error);
    return effect(Math.exp(mean), Math.exp(mean - reach), Math.exp(mean + reach), p, Rule.STUDENT);
  }

  private Effect sign() {
    double p = Confidence.signTest(count(Pair::isFirstSooner), count(Pair::isSecondSooner));
    double ratio = Math.sqrt(lastBelow(1) * firstAbove(1));
    boolean isBounded = ratio > 0 && ratio < Double.POSITIVE_INFINITY;
    return effect(
        isBounded ? ratio : Double.NaN, lastBelow(LEVEL), firstAbove(LEVEL), p, Rule.SIGN);
  }

  private Effect effect(double ratio, double low, double high, double p, Rule rule) {
    return new Effect(
        pairs.size(),
        count(Pair::isFirstSooner),
        count(Pair::isSecondSooner),
        ties(),
        ratio,
        low,
        high,
        p,
        rule,
        rule == Rule.STUDENT ? Standing.ESTIMATE : standing(ratio));
  }

  private Standing standing(double ratio) {
    int below = count(pair -> pair.secondReached && pair.ratio() <= ratio * (1 + ROUNDING));
    int above = count(pair -> pair.firstReached && pair.ratio() >= ratio * (1 - ROUNDING));
    int usable = count(Pair::isFirstSooner) + count(Pair::isSecondSooner) + ties();
    boolean isLow = 2 * below < usable;
    boolean isHigh = 2 * above < usable;
    return isLow == isHigh ? Standing.ESTIMATE : isLow ? Standing.AT_LEAST : Standing.AT_MOST;
  }

  /** The largest r below which more pairs count for the first, by a test at this level; or 0. */
  private double lastBelow(double level) {
    int last =
        turning(
            r ->
                leads(
                    firstUntil.length - countBelow(firstUntil, r),
                    countBelow(secondFrom, r),
                    level));
    return last == 0 ? 0 : turns[last - 1];
  }

  /** The smallest r above which more count for the second, likewise; or infinity. */
  private double firstAbove(double level) {
    int first =
        turning(
            r ->
                !leads(
                    countBelow(secondFrom, Math.nextUp(r)),
                    firstUntil.length - countBelow(firstUntil, Math.nextUp(r)),
                    level));
    return first == turns.length ? Double.POSITIVE_INFINITY : turns[first];
  }

  private static boolean leads(int more, int fewer, double level) {
    return more > fewer && Confidence.signTest(more, fewer) <= level;
  }

  /** How many of the turns have what holds of the first of them only. */
  private int turning(DoublePredicate holds) {
    int from = 0;
    int to = turns.length;
    while (from < to) {
      int middle = (from + to) >>> 1;
      if (holds.test(turns[middle])) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return from;
  }

  private static int countBelow(double[] sorted, double bound) {
    int at = Arrays.binarySearch(sorted, bound);
    int below = at < 0 ? -at - 1 : at;
    while (below > 0 && sorted[below - 1] == bound) {
      below--;
    }
    return below;
  }
}
