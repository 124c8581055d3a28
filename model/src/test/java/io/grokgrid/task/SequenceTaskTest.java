package io.grokgrid.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.grokgrid.base.Randomness;
import io.grokgrid.base.Refused;
import io.grokgrid.task.SequenceTask.Purpose;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SequenceTaskTest {
  private static final int DRAWS = 4000;

  /** A share of half in {@link #DRAWS} draws has this standard deviation. */
  private static final double HALF = 0.5 / Math.sqrt(DRAWS);

  private static Tasks.Drawn usual(SequenceRule rule) {
    return Tasks.sequences(rule).vocabulary(20).lengths(24, 40).k(3).modulus(7);
  }

  private static SequenceTask task(SequenceRule rule) {
    return usual(rule).task();
  }

  private static Sequences draw(SequenceTask task, Purpose purpose) {
    return task.draw(DRAWS, purpose, Randomness.stream(1, "test"));
  }

  private static long[] sequence(Sequences drawn, int i) {
    return Arrays.copyOfRange(drawn.tokens(), i * drawn.length(), (i + 1) * drawn.length());
  }

  private static long[] answers(Sequences drawn, int i) {
    int answered = drawn.answered();
    return Arrays.copyOfRange(drawn.answers(), i * answered, (i + 1) * answered);
  }

  private static double positives(Sequences drawn) {
    return Arrays.stream(drawn.answers()).average().orElseThrow();
  }

  @ParameterizedTest
  @EnumSource(Purpose.class)
  void modularSumIsThatOfTheWholeSequence(Purpose purpose) {
    Sequences drawn = draw(task(SequenceRule.MODULAR_SUM), purpose);
    int[] answers = new int[7];
    for (int i = 0; i < DRAWS; i++) {
      assertThat(answers(drawn, i)).containsExactly(Arrays.stream(sequence(drawn, i)).sum() % 7);
      answers[(int) drawn.answers()[i]]++;
    }
    assertUniform(answers, DRAWS);
    assertTokensAreUniform(drawn, 20);
  }

  @ParameterizedTest
  @CsvSource({"1", "3", "23"})
  void kBackAnswersFromPositionKOn(int k) {
    SequenceTask task = usual(SequenceRule.K_BACK).k(k).task();
    for (Purpose purpose : Purpose.values()) {
      Sequences drawn = draw(task, purpose);
      assertThat(drawn.answered()).isEqualTo(task.length(purpose) - k);
      assertThat(task.answered(task.length(purpose))).isEqualTo(drawn.answered());
      for (int i = 0; i < DRAWS; i++) {
        long[] x = sequence(drawn, i);
        for (int t = k; t < x.length; t++) {
          assertThat(answers(drawn, i)[t - k]).isEqualTo(x[t - k]);
        }
      }
      assertTokensAreUniform(drawn, 20);
    }
  }

  /** Every token below that number, each within five standard deviations as often as the others. */
  private static void assertTokensAreUniform(Sequences drawn, int tokens) {
    int[] counts = new int[tokens];
    for (long token : drawn.tokens()) {
      counts[(int) token]++;
    }
    assertUniform(counts, drawn.tokens().length);
  }

  private static void assertUniform(int[] counts, int total) {
    double expected = total / (double) counts.length;
    for (int count : counts) {
      assertThat((double) count).isCloseTo(expected, within(5 * Math.sqrt(expected)));
    }
  }

  private static void assertBelow(int bound, long[] values) {
    assertThat(Arrays.stream(values).min().orElseThrow()).isNotNegative();
    assertThat(Arrays.stream(values).max().orElseThrow()).isLessThan(bound);
  }

  /** Positions 2 to 9 in training, L - 10 to L - 3 else, every one of them equally often. */
  @ParameterizedTest
  @CsvSource({"TRAINING, 2, 9", "TEST, 14, 21", "OUT_OF_DISTRIBUTION, 30, 37"})
  void shiftInvariantMovesThePattern(Purpose purpose, int first, int last) {
    Sequences drawn = draw(task(SequenceRule.SHIFT_INVARIANT), purpose);
    int[] places = new int[drawn.length()];
    for (int i = 0; i < DRAWS; i++) {
      long[] x = sequence(drawn, i);
      int at = patternIn(x);
      assertThat(answers(drawn, i)).containsExactly(at < 0 ? 0 : 1);
      if (at >= 0) {
        places[at]++;
      }
    }
    double expected = positives(drawn) * DRAWS / 8;
    for (int at = 0; at < places.length; at++) {
      double here = at >= first && at <= last ? expected : 0;
      assertThat((double) places[at]).isCloseTo(here, within(5 * Math.sqrt(here)));
    }
    assertThat(positives(drawn)).isCloseTo(0.5, within(5 * HALF));
  }

  /** Where 18, 19 stands, else -1; no other 18 or 19 may. */
  private static int patternIn(long[] x) {
    int found = -1;
    for (int t = 0; t < x.length; t++) {
      assertThat(x[t]).isBetween(0L, 19L);
      if (x[t] == 18) {
        assertThat(found).isEqualTo(-1);
        assertThat(x[t + 1]).isEqualTo(19);
        found = t;
      } else if (x[t] == 19) {
        assertThat(t).isEqualTo(found + 1);
      }
    }
    return found;
  }

  @ParameterizedTest
  @CsvSource({"5, 2, 2", "6, 2, 3", "11, 2, 8", "12, 2, 9"})
  void shiftInvariantUsesShortSequencesUpToTheirThirdLastPosition(int length, int first, int last) {
    SequenceTask task = usual(SequenceRule.SHIFT_INVARIANT).lengths(length, length).task();
    for (Purpose purpose : Purpose.values()) {
      Sequences drawn = draw(task, purpose);
      int[] places =
          IntStream.range(0, DRAWS)
              .map(i -> patternIn(sequence(drawn, i)))
              .filter(at -> at >= 0)
              .distinct()
              .sorted()
              .toArray();
      assertThat(places).hasSize(last - first + 1).startsWith(first).endsWith(last);
    }
  }

  /**
   * Where the last token is not the first, it is that plus a difference drawn from 0 to V - 2 with
   * 0 made 1: 1 is twice as frequent as 2, .., V - 2, and V - 1 does not occur.
   */
  @ParameterizedTest
  @EnumSource(Purpose.class)
  void longRangeMatchComparesTheLastTokenWithTheFirst(Purpose purpose) {
    int vocabulary = 6;
    Sequences drawn =
        draw(usual(SequenceRule.LONG_RANGE_MATCH).vocabulary(vocabulary).task(), purpose);
    assertBelow(vocabulary, drawn.tokens());
    int[] differences = new int[vocabulary];
    for (int i = 0; i < DRAWS; i++) {
      long[] x = sequence(drawn, i);
      long last = x[x.length - 1];
      assertThat(answers(drawn, i)).containsExactly(last == x[0] ? 1 : 0);
      differences[Math.floorMod(last - x[0], vocabulary)]++;
    }
    assertThat(positives(drawn)).isCloseTo(0.5, within(5 * HALF));
    double negatives = DRAWS - differences[0];
    double[] shares = {2 / 5., 1 / 5., 1 / 5., 1 / 5., 0};
    for (int difference = 1; difference < vocabulary; difference++) {
      double share = shares[difference - 1];
      double deviation = Math.sqrt(share * (1 - share) / negatives);
      assertThat(differences[difference] / negatives)
          .as("first plus %d", difference)
          .isCloseTo(share, within(5 * deviation));
    }
  }

  @ParameterizedTest
  @EnumSource
  void lengthsAndClassesAreThoseOfThePurpose(SequenceRule rule) {
    SequenceTask task = task(rule);
    for (Purpose purpose : Purpose.values()) {
      Sequences drawn = draw(task, purpose);
      int length = purpose == Purpose.OUT_OF_DISTRIBUTION ? 40 : 24;
      assertThat(drawn.size()).isEqualTo(DRAWS);
      assertThat(drawn.length()).isEqualTo(length);
      assertThat(drawn.answered()).isEqualTo(rule == SequenceRule.K_BACK ? length - 3 : 1);
      assertThat(drawn.tokens()).hasSize(DRAWS * length);
      assertThat(drawn.answers()).hasSize(DRAWS * drawn.answered());
      assertBelow(task.classes(), drawn.answers());
    }
    int classes =
        switch (rule) {
          case MODULAR_SUM -> 7;
          case K_BACK -> 20;
          case SHIFT_INVARIANT, LONG_RANGE_MATCH -> 2;
        };
    assertThat(task.classes()).isEqualTo(classes);
  }

  @ParameterizedTest
  @EnumSource
  void theSameStreamGivesTheSameSequences(SequenceRule rule) {
    SequenceTask task = task(rule);
    Sequences one = task.draw(50, Purpose.TRAINING, Randomness.stream(2, "a"));
    Sequences same = task.draw(50, Purpose.TRAINING, Randomness.stream(2, "a"));
    Sequences other = task.draw(50, Purpose.TRAINING, Randomness.stream(2, "b"));
    assertThat(same.tokens()).isEqualTo(one.tokens());
    assertThat(same.answers()).isEqualTo(one.answers());
    assertThat(other.tokens()).isNotEqualTo(one.tokens());
  }

  /** What is drawn in parts is what is drawn at once, so that evaluation may go in any parts. */
  @ParameterizedTest
  @EnumSource
  void partsOfADrawAreTheWhole(SequenceRule rule) {
    SequenceTask task = task(rule);
    Sequences whole = task.draw(7, Purpose.TEST, Randomness.stream(2, "a"));
    Randomness random = Randomness.stream(2, "a");
    Sequences first = task.draw(3, Purpose.TEST, random);
    Sequences rest = task.draw(4, Purpose.TEST, random);
    assertThat(whole.tokens()).startsWith(first.tokens()).endsWith(rest.tokens());
    assertThat(whole.answers()).startsWith(first.answers()).endsWith(rest.answers());
  }

  @ParameterizedTest
  @CsvSource({
    "MODULAR_SUM, 2, 2, 2",
    "K_BACK, 2, 4, 4",
    "SHIFT_INVARIANT, 3, 5, 5",
    "LONG_RANGE_MATCH, 2, 2, 2"
  })
  void drawsFromTheSmallestThatAreAccepted(
      SequenceRule rule, int vocabulary, int length, int oodLength) {
    SequenceTask task =
        Tasks.sequences(rule)
            .vocabulary(vocabulary)
            .lengths(length, oodLength)
            .k(3)
            .modulus(2)
            .task();
    for (Purpose purpose : Purpose.values()) {
      Sequences drawn = draw(task, purpose);
      assertBelow(vocabulary, drawn.tokens());
      assertBelow(task.classes(), drawn.answers());
    }
  }

  @Test
  void refusesWhatCannotBeDrawn() {
    assertRefused(
        Tasks.sequences(SequenceRule.MODULAR_SUM).vocabulary(1).lengths(1, 1).k(0).modulus(1),
        "vocabulary must be from 2 to 1048576, was 1; length must be from 2 to 4096, was 1; "
            + "ood_length must be from 2 to 4096, was 1; k must be from 1 to 4095, was 0; "
            + "modulus must be a finite number of at least 2, was 1");
    assertRefused(
        Tasks.sequences(SequenceRule.SHIFT_INVARIANT).vocabulary(2).lengths(4, 70_000),
        "vocabulary must be from 3 to 1048576, was 2; length must be from 5 to 4096, was 4; "
            + "ood_length must be from 5 to 4096, was 70000");
    assertRefused(
        Tasks.sequences(SequenceRule.K_BACK).lengths(3, 4).k(3),
        "length must be from 4 to 4096, was 3");
    assertRefused(
        Tasks.sequences(SequenceRule.K_BACK).lengths(4, 3).k(3),
        "ood_length must be from 4 to 4096, was 3");
  }

  /** There would be no position to answer at. */
  @Test
  void refusesToLookBackFartherThanTheLongestSequence() {
    assertRefused(
        Tasks.sequences(SequenceRule.K_BACK).lengths(4096, 4096).k(4096),
        "k must be from 1 to 4095, was 4096");
  }

  private static void assertRefused(Tasks.Drawn task, String message) {
    assertThatThrownBy(task::task).isInstanceOf(Refused.class).hasMessage(message);
  }
}
