package io.grokgrid.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.grokgrid.math.KaplanMeier.Observation;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogRankTest {
  /** Weeks of remission of 42 patients (Freireich et al. 1963), as in textbooks; + is censored. */
  private static final List<Observation> MERCAPTOPURINE =
      observations("6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+");

  private static final List<Observation> PLACEBO =
      observations("1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23");

  private static List<Observation> observations(String text) {
    return Arrays.stream(text.split(" "))
        .map(each -> new Observation(Integer.parseInt(each.replace("+", "")), !each.endsWith("+")))
        .toList();
  }

  /** Kleinbaum and Klein, Survival Analysis, chapter 2: 9 observed, 19.25 expected, 16.793. */
  @Test
  void isThatOfTheWorkedExample() {
    LogRank test = LogRank.of(MERCAPTOPURINE, PLACEBO);
    assertThat(test.observed()).isEqualTo(9);
    assertThat(test.expected()).isCloseTo(19.25, within(0.005));
    assertThat(test.variance()).isCloseTo(6.257, within(0.0005));
    assertThat(test.chiSquared()).isCloseTo(16.793, within(0.0005));
    assertThat(test.pValue()).isCloseTo(4.17e-5, within(0.005e-5));
    assertThat(LogRank.of(PLACEBO, MERCAPTOPURINE).chiSquared())
        .isCloseTo(test.chiSquared(), within(1e-12));
  }

  /**
   * By hand: at 1, 1 of 2 against 0 of 2; at 2, 1 of 1 against 0 of 2; then nobody of the first.
   */
  @Test
  void isThatOfFourRunsByHand() {
    LogRank test = LogRank.of(observations("1 2"), observations("3 4"));
    assertThat(test.expected()).isCloseTo(1 / 2.0 + 1 / 3.0, within(1e-15));
    assertThat(test.variance()).isCloseTo(1 / 4.0 + 2 / 9.0, within(1e-15));
  }

  /** Groups that differ between strata only do not differ. */
  @Test
  void comparesWithinStrataOnly() {
    List<Observation> early = observations("1 2 3 4");
    List<Observation> late = observations("11 12 13 14");
    LogRank alike = LogRank.of(early, early);
    LogRank strata = LogRank.sum(List.of(alike, LogRank.of(late, late)));
    assertThat(strata.chiSquared()).isCloseTo(0, within(1e-12));
    assertThat(strata.pValue()).isCloseTo(1, within(1e-6));
    LogRank one = LogRank.of(MERCAPTOPURINE, PLACEBO);
    assertThat(LogRank.sum(List.of(one, one)).chiSquared())
        .isCloseTo(2 * one.chiSquared(), within(1e-12));
  }

  @Test
  void saysNothingWhereThereIsNothingToSay() {
    List<Observation> never = observations("9+ 9+");
    for (LogRank test :
        List.of(
            LogRank.of(List.of(), List.of()),
            LogRank.of(never, never),
            LogRank.of(List.of(), PLACEBO),
            LogRank.sum(List.of()))) {
      assertThat(test.chiSquared()).isZero();
      assertThat(test.pValue()).isEqualTo(1);
    }
  }
}
