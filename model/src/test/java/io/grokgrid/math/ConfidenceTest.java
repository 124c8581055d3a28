package io.grokgrid.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.math.BigInteger;
import org.junit.jupiter.api.Test;

class ConfidenceTest {
  /** Newcombe 1998 (Statistics in Medicine 17, 857), table I, method 3. */
  @Test
  void agreesWithThePublishedIntervalsOfShares() {
    assertWilson(81, 263, 0.2553, 0.3662);
    assertWilson(15, 148, 0.0624, 0.1605);
    assertWilson(0, 20, 0, 0.1611);
    assertWilson(1, 29, 0.0061, 0.1718);
  }

  @Test
  void aShareOfNoneOrAllHasItAsAnEnd() {
    assertThat(Confidence.wilsonLow(0, 7)).isEqualTo(0);
    assertThat(Confidence.wilsonHigh(7, 7)).isEqualTo(1);
    assertThat(Confidence.wilsonHigh(0, 7))
        .isEqualTo(1 - Confidence.wilsonLow(7, 7), within(1e-15));
  }

  @Test
  void aShareOfNothingIsNotDefined() {
    assertThat(Confidence.wilsonLow(0, 0)).isNaN();
    assertThat(Confidence.wilsonHigh(0, 0)).isNaN();
    assertThatThrownBy(() -> Confidence.wilsonLow(3, 2))
        .hasMessage("successes must be from 0 to trials 2, was 3");
  }

  /** The ranks in every table of the sign test at a level of 5 %, as Conover's. */
  @Test
  void agreesWithTheTablesOfRanks() {
    int[][] countAndRank = {
      {0, 0}, {1, 0}, {5, 0}, {6, 1}, {8, 1}, {9, 2}, {10, 2}, {11, 2}, {12, 3}, {15, 4}, {16, 4},
      {20, 6}, {25, 8}, {30, 10}, {50, 18}, {100, 40}
    };
    for (int[] known : countAndRank) {
      assertThat(Confidence.medianRank(known[0])).as("of %s", known[0]).isEqualTo(known[1]);
    }
  }

  @Test
  void theRankIsTheLargestThatCoversTheMedian() {
    for (int count = 6; count < 200; count++) {
      int rank = Confidence.medianRank(count);
      assertThat(lowerTail(count, rank - 1)).as("of %s", count).isLessThanOrEqualTo(0.025);
      assertThat(lowerTail(count, rank)).as("of %s", count).isGreaterThan(0.025);
    }
    assertThat(Confidence.medianRank(10_000)).isEqualTo(4902); // 5,000 - 0.98 sqrt(10,000)
  }

  /** 1 + 10 of 2^10 on either side; 1 of 2^5. */
  @Test
  void agreesWithTheSignTestByHand() {
    assertThat(Confidence.signTest(9, 1)).isEqualTo(22 / 1024.0, within(1e-12));
    assertThat(Confidence.signTest(1, 9)).isEqualTo(22 / 1024.0, within(1e-12));
    assertThat(Confidence.signTest(5, 0)).isEqualTo(2 / 32.0, within(1e-12));
    assertThat(Confidence.signTest(3, 3)).isEqualTo(1);
    assertThat(Confidence.signTest(0, 0)).isEqualTo(1);
    assertThat(Confidence.signTest(5000, 0)).isEqualTo(0, within(1e-300));
    assertThatThrownBy(() -> Confidence.signTest(-1, 2))
        .hasMessage("plus must be at least 0, was -1");
  }

  private static void assertWilson(long successes, long trials, double low, double high) {
    assertThat(Confidence.wilsonLow(successes, trials)).isEqualTo(low, within(5e-5));
    assertThat(Confidence.wilsonHigh(successes, trials)).isEqualTo(high, within(5e-5));
  }

  /** Exactly, in whole numbers. */
  private static double lowerTail(int count, int most) {
    BigInteger ways = BigInteger.ZERO;
    BigInteger choices = BigInteger.ONE;
    for (int i = 0; i <= most; i++) {
      ways = ways.add(choices);
      choices = choices.multiply(BigInteger.valueOf(count - i)).divide(BigInteger.valueOf(i + 1));
    }
    return ways.doubleValue() / Math.pow(2, count);
  }
}
