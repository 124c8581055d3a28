package io.grokgrid.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.grokgrid.console.Plot.Curve;
import io.grokgrid.console.Plot.Point;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlotTest {
  private static List<String> ascii(boolean isLogarithmic, Curve... curves) {
    return new Plot("title", List.of(curves), isLogarithmic).lines(33, 5, Plot.Style.ASCII);
  }

  /** Four decades in four equal parts, step 0 by itself; a straight line in log step. */
  @Test
  void stepsAreLogarithmic() {
    Curve line =
        new Curve(
            "line",
            List.of(
                new Point(0, 0),
                new Point(1, 0),
                new Point(10, 0.25),
                new Point(100, 0.5),
                new Point(1000, 0.75),
                new Point(10_000, 1)));
    Curve one = new Curve("one", List.of(new Point(10, 1), new Point(10_000, 1)));
    assertThat(ascii(false, line, one))
        .containsExactly(
            "title  line .  one x  both *",
            "       1 +       xxxxxxxxxxxxx***",
            "         |               .....",
            "     0.5 +          .....",
            "         |     .....",
            "       0 +.....",
            "         ++-+----+----+----+----+",
            "          0 1    10   100   10000");
  }

  @Test
  void valuesThatAreNotFiniteLeaveAGap() {
    Curve curve =
        new Curve(
            "loss",
            List.of(
                new Point(1, 10),
                new Point(10, Double.NaN),
                new Point(100, 1e-3),
                new Point(1000, Double.POSITIVE_INFINITY),
                new Point(10_000, 0)));
    assertThat(ascii(true, curve))
        .containsExactly(
            "title  loss .",
            "      10 +.",
            "         |",
            "     0.1 +",
            "         |",
            "   0.001 +           .          .",
            "         ++-----+----+----+-----+",
            "          1     10   100    10000");
  }

  /** Two dots a column, four a row: the corners of one character, and colours by curve. */
  @Test
  void brailleHasEightDotsACharacter() {
    List<Point> falling = List.of(new Point(1, 1), new Point(10_000, 0));
    List<String> lines =
        new Plot("t", List.of(new Curve("a", falling)), false).lines(20, 3, Plot.Style.BRAILLE);
    assertThat(lines.stream().map(line -> line.replaceAll("\u001b\\[[0-9]*m", "")))
        .containsExactly(
            "t  a",
            "       1 ┤⠑⠢⢄⡀",
            "     0.5 ┤   ⠈⠒⠤⡀",
            "       0 ┤      ⠈⠑⠢⢄",
            "         └┴─┴──┴─┴─┴",
            "          1 10 10000");
    assertThat(lines.get(1)).startsWith("       1 ┤\u001b[36m⠑\u001b[0m");
  }

  @Test
  void nothingIsDrawnAsNothing() {
    assertThat(ascii(true, new Curve("none", List.of())))
        .hasSize(8)
        .filteredOn(line -> line.contains("|"))
        .containsExactly("         |", "         |");
  }
}
