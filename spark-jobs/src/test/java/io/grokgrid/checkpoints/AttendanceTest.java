package io.grokgrid.checkpoints;

import static org.assertj.core.api.Assertions.assertThat;

import io.grokgrid.console.Report;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AttendanceTest {
  private final List<Report> reports = new ArrayList<>();
  private double now = 5;
  private boolean goOn = true;

  private final Attendance attendance = new Attendance("run/1", this::report, () -> now);

  private boolean report(Report report) {
    reports.add(report);
    return goOn;
  }

  @Test
  void reportsOnceASecondHowFarItIsAndHowFast() {
    assertThat(attendance.test(0)).isTrue();
    now += 0.5;
    assertThat(attendance.test(10)).isTrue();
    assertThat(reports).isEmpty();
    now += 1.5;
    assertThat(attendance.test(40)).isTrue();
    now += 1;
    assertThat(attendance.test(45)).isTrue();
    assertThat(reports)
        .containsExactly(new Report("run/1", 40, 20, ""), new Report("run/1", 45, 5, ""));
  }

  @Test
  void endsWhereTheDriverSaysSo() {
    goOn = false;
    assertThat(attendance.test(0)).isTrue();
    now += 1;
    assertThat(attendance.test(1)).isFalse();
  }
}
