package io.grokgrid.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.grokgrid.console.Report;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** By a clock that is set by hand. */
class ReportsTest {
  private final List<List<Report>> told = new ArrayList<>();
  private double now;
  private boolean answer = true;
  private final Reports reports =
      new Reports(
          several -> {
            told.add(several);
            return answer;
          },
          () -> now);

  private static Report report(int step) {
    return new Report("run", step, 0, "");
  }

  private boolean testAt(double seconds, int step) {
    now = seconds;
    return reports.test(report(step));
  }

  @Test
  void tellsTheFirstAtOnceAndThoseOfTheNextMomentTogether() {
    for (int step = 0; step < 4; step++) {
      assertThat(testAt(0.09 * step, step)).isTrue();
    }
    assertThat(told).containsExactly(List.of(report(0)), List.of(report(1), report(2), report(3)));
  }

  @Test
  void tellsWhatIsLeft() {
    testAt(0, 0);
    testAt(0.1, 1);
    reports.tell();
    assertThat(told).containsExactly(List.of(report(0)), List.of(report(1)));
  }

  @Test
  void goesByTheDriversLastAnswer() {
    testAt(0, 0);
    answer = false;
    assertThat(testAt(0.1, 1)).isTrue();
    assertThat(testAt(0.25, 2)).isFalse();
    assertThat(testAt(0.3, 3)).isFalse();
  }
}
