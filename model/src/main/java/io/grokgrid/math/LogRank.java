package io.grokgrid.math;

import io.grokgrid.math.KaplanMeier.Observation;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.math3.distribution.ChiSquaredDistribution;

/**
 * The log-rank test of two groups whose members reach an event at some time or are last seen
 * without it (Mantel 1966; Collett 2015, section 2.6): at each time of events, those of the first
 * group are held against what its share of all at risk would be, with the variance of the
 * hypergeometric distribution. It supposes that nobody's censoring depends on when they would have
 * reached the event. At equal times, events come before censorings.
 *
 * @param observed events in the first group
 * @param expected events in it if both groups were alike
 * @param variance of the difference
 */
public record LogRank(double observed, double expected, double variance) {
  /** Of two groups in any order, which may be empty. */
  public static LogRank of(List<Observation> first, List<Observation> second) {
    return sum(eventTimes(first, second).mapToObj(time -> at(time, first, second)).toList());
  }

  private static IntStream eventTimes(List<Observation> first, List<Observation> second) {
    return Stream.of(first, second)
        .flatMap(List::stream)
        .filter(Observation::reached)
        .mapToInt(Observation::time)
        .distinct();
  }

  private static LogRank at(int time, List<Observation> first, List<Observation> second) {
    double ofFirst = atRisk(time, first);
    double all = ofFirst + atRisk(time, second);
    double eventsOfFirst = events(time, first);
    double events = eventsOfFirst + events(time, second);
    double share = ofFirst / all;
    double variance = all > 1 ? events * share * (1 - share) * (all - events) / (all - 1) : 0;
    return new LogRank(eventsOfFirst, events * share, variance);
  }

  private static long atRisk(int time, List<Observation> group) {
    return group.stream().filter(each -> each.time() >= time).count();
  }

  private static long events(int time, List<Observation> group) {
    return group.stream().filter(each -> each.reached() && each.time() == time).count();
  }

  /**
   * The stratified test: each stratum's groups are held against each other only.
   *
   * @param strata may be none
   */
  public static LogRank sum(List<LogRank> strata) {
    return new LogRank(
        strata.stream().mapToDouble(LogRank::observed).sum(),
        strata.stream().mapToDouble(LogRank::expected).sum(),
        strata.stream().mapToDouble(LogRank::variance).sum());
  }

  /** The squared difference over its variance; 0 where nothing could differ. */
  public double chiSquared() {
    return variance > 0 ? (observed - expected) * (observed - expected) / variance : 0;
  }

  /**
   * The probability of a difference at least as large by chance, two-sided: that of the chi-squared
   * distribution with one degree of freedom, which is right for many events only.
   */
  public double pValue() {
    return 1 - new ChiSquaredDistribution(null, 1).cumulativeProbability(chiSquared());
  }
}
