package io.grokgrid.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.grokgrid.config.PlannedRun;
import io.grokgrid.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DelayLawTest {
  /** Weight decay 1, then 0.5, then 0, with three seeds each; x is 1,000 and 2,000 ln(ratio). */
  private final List<PlannedRun> runs =
      Example.read(
              Example.CONF
                  .replace("[0.5, 1.0]", "[1.0, 0.5, 0.0]")
                  .replace("steps = 1000", "steps = 20000"))
          .runs()
          .stream()
          .sorted((a, b) -> Double.compare(decay(b), decay(a)))
          .toList();

  private final Store store;

  DelayLawTest(@TempDir Path folder) {
    store = new Store(folder.toUri().toString());
  }

  private static double decay(PlannedRun run) {
    return run.spec().training().weightDecay();
  }

  /** Memorised at 100 with this norm, which has fallen to 1 / e when it groks. */
  private static MadeUp run(PlannedRun run, int delay, double norm) {
    return run(run, delay, norm, norm / Math.E);
  }

  private static MadeUp run(PlannedRun run, int delay, double norm, double grokNorm) {
    return new MadeUp(run)
        .at(0, 0, 0, 4, 99)
        .at(100, 1, 0, 8, norm)
        .at(100 + delay, 1, 1, 1, grokNorm)
        .at(9000, 1, 1, 0.5, 1);
  }

  @Test
  void anExactLawHasNoError() throws IOException {
    MadeUp.append(
        store,
        List.of(
            run(runs.get(0), 2000, 20),
            run(runs.get(1), 2000, 20),
            run(runs.get(3), 4000, 20),
            run(runs.get(4), 4000, 20)));
    Row row = MadeUp.ask(store, NamedQuery.DELAY_LAW).first();

    assertThat(number(row, "constant")).isEqualTo(2, within(1e-9));
    assertThat(number(row, "log_constant")).isEqualTo(2, within(1e-9));
    for (String one : List.of("r2", "log_r2", "correlation", "log_correlation")) {
      assertThat(number(row, one)).as(one).isEqualTo(1, within(1e-9));
    }
    for (String none : List.of("held_out_error", "log_held_out_error", "forecast_error")) {
      assertThat(number(row, none)).as(none).isEqualTo(0, within(1e-9));
    }
    assertThat((Long) row.getAs("runs")).isEqualTo(4);
    assertThat((Long) row.getAs("cells")).isEqualTo(2);
  }

  /**
   * (x, y) = (1000, 2000) and (2000, 6000): c = 14 / 5, residuals -800 and 400 of deviations 2000.
   * Held out, the first is predicted by c = 3 as 3000, the second by c = 2 as 4000. Left out are a
   * run whose norm grew and one without weight decay; one that did not generalise has no delay.
   */
  @Test
  void fitAndErrorsAreAsWorkedByHand() throws IOException {
    MadeUp.append(
        store,
        List.of(
            run(runs.get(0), 2000, 20),
            run(runs.get(1), 2000, 20, 30),
            MadeUp.grokking(runs.get(2), 0),
            run(runs.get(3), 6000, 30),
            run(runs.get(6), 6000, 30)));
    Dataset<Row> answer = MadeUp.ask(store, NamedQuery.DELAY_LAW);
    Row row = answer.first();

    assertThat(answer.columns())
        .containsExactly(
            "operation",
            "p",
            "runs",
            "cells",
            "left_out",
            "constant",
            "r2",
            "correlation",
            "held_out_error",
            "log_constant",
            "log_r2",
            "log_correlation",
            "log_held_out_error",
            "forecast_error");
    assertThat(row.mkString(",")).startsWith("add,13,2,2,2,");
    assertThat(number(row, "constant")).isEqualTo(2.8, within(1e-9));
    assertThat(number(row, "r2")).isEqualTo(0.9, within(1e-9));
    assertThat(number(row, "held_out_error")).isEqualTo((0.5 + 1 / 3.0) / 2, within(1e-9));
    assertThat(number(row, "log_constant")).isEqualTo(Math.sqrt(6), within(1e-9));
    assertThat(number(row, "log_r2"))
        .isEqualTo(1 - Math.pow(Math.log(1.5) / Math.log(3), 2), within(1e-9));
    assertThat(number(row, "log_held_out_error")).isEqualTo((0.5 + 1 / 3.0) / 2, within(1e-9));
    double first = 3 * 1000 * (1 + Math.log(2 / 3.0));
    double second = 2 * 2000 * (1 + Math.log(3 / 2.0));
    assertThat(number(row, "forecast_error"))
        .isEqualTo(((2000 - first) / 2000 + (6000 - second) / 6000) / 2, within(1e-9));
  }

  @Test
  void oneCellHasAConstantAndNoHeldOutError() throws IOException {
    MadeUp.append(store, List.of(run(runs.get(0), 2000, 20), run(runs.get(1), 3000, 20)));
    Row row = MadeUp.ask(store, NamedQuery.DELAY_LAW).first();

    assertThat(number(row, "constant")).isEqualTo(2.5, within(1e-9));
    assertThat(row.isNullAt(row.fieldIndex("held_out_error"))).isTrue();
    assertThat(row.isNullAt(row.fieldIndex("forecast_error"))).isTrue();
    assertThat(row.isNullAt(row.fieldIndex("correlation"))).isTrue();
  }

  @Test
  void aSingleRunHasAConstantAlone() throws IOException {
    MadeUp.append(store, List.of(run(runs.get(0), 2000, 20)));

    assertThat(MadeUp.lines(MadeUp.ask(store, NamedQuery.DELAY_LAW)).get(0))
        .matches("add,13,1,1,0,[0-9.]+,null,null,null,[0-9.]+,null,null,null,null");
  }

  @Test
  void withoutWeightDecayThereIsNothingToFit() throws IOException {
    MadeUp.append(store, List.of(run(runs.get(6), 2000, 20)));

    assertThat(MadeUp.lines(MadeUp.ask(store, NamedQuery.DELAY_LAW)))
        .containsExactly("add,13,0,0,1,null,null,null,null,null,null,null,null,null");
  }

  private static double number(Row row, String column) {
    return row.<Double>getAs(column);
  }
}
