package io.grokgrid.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.grokgrid.math.KaplanMeier.Knot;
import io.grokgrid.math.KaplanMeier.Observation;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KaplanMeierTest {
  @Test
  void withoutCensoringIsTheShareThatIsLeft() {
    KaplanMeier curve = new KaplanMeier(List.of(at(40), at(10), at(30), at(20)));

    assertThat(curve.curve()).extracting(Knot::time).containsExactly(10, 20, 30, 40);
    assertThat(curve.curve()).extracting(Knot::survival).containsExactly(0.75, 0.5, 0.25, 0d);
    assertThat(curve.quantile(0.25)).isEqualTo(10);
    assertThat(curve.quantile(0.5)).isEqualTo(20);
    assertThat(curve.quantile(0.51)).isEqualTo(30);
    assertThat(curve.quantile(1)).isEqualTo(40);
  }

  /** Remission times of 21 patients (Freireich et al. 1963), as in every textbook: median 23. */
  @Test
  void agreesWithTheTextbookExample() {
    KaplanMeier curve = new KaplanMeier(treated());

    double[] published = {0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448};
    assertThat(curve.curve()).hasSameSizeAs(published);
    for (int i = 0; i < published.length; i++) {
      assertThat(curve.curve().get(i).survival()).isCloseTo(published[i], within(5e-4));
    }
    assertThat(curve.quantile(0.25)).isEqualTo(13);
    assertThat(curve.quantile(0.5)).isEqualTo(23);
    assertThat(curve.quantile(0.75)).isNull();
  }

  private List<Observation> treated() {
    List<Observation> patients = new ArrayList<>();
    for (int time : new int[] {6, 6, 6, 7, 10, 13, 16, 22, 23}) {
      patients.add(at(time));
    }
    for (int time : new int[] {6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35}) {
      patients.add(until(time));
    }
    return patients;
  }

  /** The other 21 of the same trial, who were given a placebo. */
  private List<Observation> untreated() {
    return IntStream.of(1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23)
        .mapToObj(this::at)
        .toList();
  }

  /**
   * The published standard errors of the treated, and the medians' intervals that R (survfit,
   * log-log) and SAS (lifetest) print of both: 23 [13, -] and 8 [4, 11].
   */
  @Test
  void agreesWithThePublishedIntervalsOfTheTextbookExample() {
    KaplanMeier curve = new KaplanMeier(treated());
    double[] published = {0.0764, 0.0869, 0.0963, 0.1068, 0.1141, 0.1282, 0.1346};
    for (int i = 0; i < published.length; i++) {
      Knot point = curve.curve().get(i);
      assertThat(point.survival() * Math.sqrt(point.greenwood()))
          .isCloseTo(published[i], within(5e-5));
    }
    assertThat(curve.quantileLow(0.5)).isEqualTo(13);
    assertThat(curve.quantileHigh(0.5)).isNull();
    KaplanMeier placebo = new KaplanMeier(untreated());
    assertThat(placebo.quantile(0.5)).isEqualTo(8);
    assertThat(placebo.quantileLow(0.5)).isEqualTo(4);
    assertThat(placebo.quantileHigh(0.5)).isEqualTo(11);
  }

  /** From the first time at which the curve is not found above half, to where it is found below. */
  @Test
  void anIntervalIsTheTestTurnedRound() {
    Random random = new Random(7);
    int bounded = 0;
    for (int trial = 0; trial < 200; trial++) {
      List<Observation> all = new ArrayList<>();
      for (int i = 0; i < 25; i++) {
        all.add(new Observation(1 + random.nextInt(40), random.nextInt(4) > 0));
      }
      KaplanMeier curve = new KaplanMeier(all);
      assertThat(curve.quantileLow(0.5)).isEqualTo(first(curve, all, 1.959963984540054));
      assertThat(curve.quantileHigh(0.5)).isEqualTo(first(curve, all, -1.959963984540054));
      bounded += curve.quantileHigh(0.5) == null ? 0 : 1;
    }
    assertThat(bounded).isBetween(100, 199);
  }

  private static @Nullable Integer first(KaplanMeier curve, List<Observation> all, double most) {
    return curve.curve().stream()
        .filter(point -> point.survival() > 0 && distance(all, point.time()) <= most)
        .map(Knot::time)
        .findFirst()
        .orElse(null);
  }

  /** How many deviations the curve at a time lies above half, in plain loops. */
  private static double distance(List<Observation> all, int until) {
    double survival = 1;
    double sum = 0;
    for (int t = 0; t <= until; t++) {
      int atRisk = 0;
      int events = 0;
      for (Observation each : all) {
        atRisk += each.time() >= t ? 1 : 0;
        events += each.time() == t && each.reached() ? 1 : 0;
      }
      if (events > 0) {
        survival = survival * (atRisk - events) / atRisk;
        sum += events / ((double) atRisk * (atRisk - events));
      }
    }
    double onItsScale = Math.log(-Math.log(survival)) - Math.log(-Math.log(0.5));
    return onItsScale * Math.log(survival) / Math.sqrt(sum);
  }

  @Test
  void threeRunsHaveNoUpperEnd() {
    KaplanMeier three = new KaplanMeier(List.of(at(10), at(20), at(30)));
    assertThat(three.quantileLow(0.5)).isEqualTo(10);
    assertThat(three.quantileHigh(0.5)).isNull();
    KaplanMeier alike = new KaplanMeier(List.of(at(10), at(10), at(10)));
    assertThat(alike.quantileLow(0.5)).isNull();
  }

  @Test
  void countsACensoringAtTheTimeOfAnEventAsAtRisk() {
    assertThat(new KaplanMeier(List.of(until(10), at(10))).curve())
        .containsExactly(new Knot(10, 0.5, 0.5));
  }

  @Test
  void hasNoQuantileWhereTooFewReachedIt() {
    assertThat(new KaplanMeier(List.of()).quantile(0.5)).isNull();
    assertThat(new KaplanMeier(List.of(until(10))).quantile(0.5)).isNull();
    assertThat(new KaplanMeier(List.of(at(5), until(10), until(10))).quantile(0.5)).isNull();
  }

  @Test
  void roundingDoesNotMoveAQuantile() {
    for (int half = 1; half <= 200; half++) {
      List<Observation> all = IntStream.rangeClosed(1, 2 * half).mapToObj(this::at).toList();
      assertThat(new KaplanMeier(all).quantile(0.5)).isEqualTo(half);
    }
  }

  @Test
  void refusesWhatIsNoQuantile() {
    KaplanMeier curve = new KaplanMeier(List.of());
    for (String refused : List.of("0", "-1", "1.5", "NaN")) {
      assertThatThrownBy(() -> curve.quantile(Double.parseDouble(refused)))
          .hasMessage("quantile must be above 0 and at most 1, was " + refused);
    }
  }

  private Observation at(int time) {
    return new Observation(time, true);
  }

  private Observation until(int time) {
    return new Observation(time, false);
  }
}
