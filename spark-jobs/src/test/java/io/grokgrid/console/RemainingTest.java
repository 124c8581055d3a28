package io.grokgrid.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RemainingTest {
  private static Report report(int run, double share, String outcome) {
    return new Report("run " + run, (int) Math.round(1000 * share), 0, outcome);
  }

  private static Remaining of(boolean mayStop, double... seconds) {
    Map<String, Piece> pieces = new HashMap<>();
    for (int i = 0; i < seconds.length; i++) {
      pieces.put("run " + i, new Piece(seconds[i], 1000, mayStop));
    }
    return new Remaining(pieces);
  }

  @Test
  void isNotKnownBeforeAnythingIsDone() {
    Remaining remaining = of(false, 10, 10);
    assertThat(remaining.seconds(3)).isEmpty();
    remaining.accept(report(0, 0, ""), 4);
    assertThat(remaining.seconds(5)).isEmpty();
  }

  /** 5 of 40 in 10 seconds; what came before the first report took none of them. */
  @Test
  void isTheWorkThatIsLeftOverTheSpeedOfLate() {
    Remaining remaining = of(false, 20, 10, 10);
    remaining.accept(report(0, 0, ""), 100);
    remaining.accept(report(0, 0.05, ""), 107);
    remaining.accept(report(0, 0.25, ""), 110);
    assertThat(remaining.seconds(110)).hasValue(70);
    remaining.accept(report(0, 0.5, ""), 120);
    remaining.accept(report(0, 1, ""), 130);
    assertThat(remaining.seconds(130).orElseThrow()).isEqualTo(20 / (20 / 30d), within(1e-9));
    // From here on only what was done since 110 counts: 15 in 20 seconds.
    assertThat(remaining.seconds(130).orElseThrow()).isEqualTo(20 / (15 / 20d), within(1e-9));
  }

  /** 100 of 200 in 100 seconds, asked at each of them; then nothing for 5, as between two runs. */
  @Test
  void aPauseIsNotTakenForTheSpeed() {
    Remaining remaining = of(false, 100, 100);
    remaining.accept(report(0, 0, ""), 0);
    for (int second = 1; second <= 100; second++) {
      remaining.accept(report(0, second / 100d, second == 100 ? "MEMORISED" : ""), second);
      assertThat(remaining.seconds(second).isPresent()).isEqualTo(second >= 4);
    }
    assertThat(remaining.seconds(105).orElseThrow()).isBetween(100d, 115d);
  }

  @Test
  void theLongestRunCannotBeShared() {
    Remaining remaining = of(false, 30, 10);
    remaining.accept(report(0, 0, ""), 0);
    remaining.accept(report(1, 0, ""), 0);
    remaining.accept(report(0, 0.05, ""), 5);
    remaining.accept(report(0, 0.1, ""), 10);
    remaining.accept(report(1, 0.3, ""), 10);
    assertThat(remaining.seconds(10)).hasValue(27 * 2 / 0.6);
  }

  @Test
  void halfIsExpectedOfRunsThatMayStopUntilSomeDid() {
    Remaining remaining = of(true, IntStream.range(0, 100).mapToDouble(i -> 10).toArray());
    remaining.accept(report(0, 0, ""), 0);
    remaining.accept(report(0, 0.001, ""), 2);
    assertThat(remaining.seconds(2)).isEmpty();
    assertThat(remaining.seconds(5).orElseThrow() * 0.01 / 5).isEqualTo(500, within(1.5));
  }

  /**
   * While it begins, what is reported of late counts if it is more: 0.02 against 0.001 a second.
   */
  @Test
  void aSlowBeginningSaysLittle() {
    Remaining remaining = of(false, 10, 10);
    remaining.accept(report(0, 0, ""), 0);
    remaining.accept(report(0, 0.001, ""), 5);
    remaining.accept(new Report("run 0", 10, 2, ""), 10);
    assertThat(remaining.seconds(10).orElseThrow()).isEqualTo(19.9 / 0.02, within(1e-9));
    assertThat(remaining.seconds(40).orElseThrow()).isEqualTo(19.9 / 0.0025, within(1e-9));
  }

  /**
   * Sweeps on two slots, of runs that stop after a share of their steps that has a mean from 0.4 to
   * 1: at 3 %, at a tenth, at a quarter, half and three quarters of its time.
   */
  @Test
  void isRightWithinAFactorOfTwo() {
    Random random = new Random(1);
    for (double mean : new double[] {0.4, 0.5, 0.75, 1}) {
      for (int runs : new int[] {12, 40, 200}) {
        for (double gone : new double[] {0.03, 0.1, 0.25, 0.5, 0.75}) {
          double error = error(shares(runs, mean, random), gone);
          assertThat(error).as("%s runs, mean %s, at %s", runs, mean, gone).isBetween(0.5, 2.0);
        }
      }
    }
  }

  /** From half to half as much again, but none above 1. */
  private static List<Double> shares(int runs, double mean, Random random) {
    List<Double> shares = new ArrayList<>();
    for (int i = 0; i < runs; i++) {
      double share = mean < 1 ? mean * (0.5 + i / (runs - 1.0)) : 1;
      shares.add(Math.min(1, share));
    }
    Collections.shuffle(shares, random);
    return shares;
  }

  /** What is said to be left over what is, when such a part of the time has gone. */
  private static double error(List<Double> shares, double gone) {
    double total = simulate(shares, Double.POSITIVE_INFINITY, of(true, tens(shares.size())));
    Remaining remaining = of(true, tens(shares.size()));
    simulate(shares, gone * total, remaining);
    return remaining.seconds(gone * total).orElseThrow() / ((1 - gone) * total);
  }

  private static double[] tens(int runs) {
    return IntStream.range(0, runs).mapToDouble(i -> 10).toArray();
  }

  /** Trains until then, or all; a report a second, asked every fifth. Returns when. */
  private static double simulate(List<Double> shares, double until, Remaining remaining) {
    Deque<Integer> pending = new ArrayDeque<>(IntStream.range(0, shares.size()).boxed().toList());
    Map<Integer, Double> active = new HashMap<>();
    int tick = 0;
    while ((!pending.isEmpty() || !active.isEmpty()) && tick < until) {
      while (active.size() < 2 && !pending.isEmpty()) {
        active.put(pending.peek(), 0.0);
        remaining.accept(report(pending.pop(), 0, ""), tick);
      }
      tick++;
      for (Integer run : List.copyOf(active.keySet())) {
        double share = Objects.requireNonNull(active.get(run)) + 0.01;
        boolean ends = share > shares.get(run) - 1e-9;
        active.put(run, share);
        remaining.accept(report(run, share, ends ? "GROKKED" : ""), tick);
        if (ends) {
          active.remove(run);
        }
      }
      if (tick % 5 == 0) {
        remaining.seconds(tick);
      }
    }
    return tick;
  }
}
