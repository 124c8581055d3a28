package io.grokgrid.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.grokgrid.math.KaplanMeier.Knot;
import io.grokgrid.math.KaplanMeier.Observation;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KaplanMeierTest {
  @Test
  void withoutCensoringIsTheShareThatIsLeft() {
    KaplanMeier curve = new KaplanMeier(List.of(at(40), at(10), at(30), at(20)));

    assertThat(curve.curve())
        .containsExactly(
            new Knot(10, 0.75), new Knot(20, 0.5), new Knot(30, 0.25), new Knot(40, 0));
    assertThat(curve.quantile(0.25)).isEqualTo(10);
    assertThat(curve.quantile(0.5)).isEqualTo(20);
    assertThat(curve.quantile(0.51)).isEqualTo(30);
    assertThat(curve.quantile(1)).isEqualTo(40);
  }

  /** Remission times of 21 patients (Freireich et al. 1963), as in every textbook: median 23. */
  @Test
  void agreesWithTheTextbookExample() {
    List<Observation> patients = new ArrayList<>();
    for (int time : new int[] {6, 6, 6, 7, 10, 13, 16, 22, 23}) {
      patients.add(at(time));
    }
    for (int time : new int[] {6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35}) {
      patients.add(until(time));
    }
    KaplanMeier curve = new KaplanMeier(patients);

    double[] published = {0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448};
    assertThat(curve.curve()).hasSameSizeAs(published);
    for (int i = 0; i < published.length; i++) {
      assertThat(curve.curve().get(i).survival()).isCloseTo(published[i], within(5e-4));
    }
    assertThat(curve.quantile(0.25)).isEqualTo(13);
    assertThat(curve.quantile(0.5)).isEqualTo(23);
    assertThat(curve.quantile(0.75)).isNull();
  }

  @Test
  void countsACensoringAtTheTimeOfAnEventAsAtRisk() {
    assertThat(new KaplanMeier(List.of(until(10), at(10))).curve())
        .containsExactly(new Knot(10, 0.5));
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
