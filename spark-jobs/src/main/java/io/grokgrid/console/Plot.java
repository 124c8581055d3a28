package io.grokgrid.console;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Curves over the steps of training, drawn in characters. Steps are on a logarithmic scale, with
 * step 0 by itself at the left.
 *
 * @param title stands above, with the curves' names
 * @param isLogarithmic whether values are on a logarithmic scale too, else they are from 0 to 1;
 *     what is 0 is then drawn at its lower end
 */
public record Plot(String title, List<Curve> curves, boolean isLogarithmic) {
  /** How it is drawn. */
  public enum Style {
    /** Dots of Braille, two by four a character, curves told apart by colours. */
    BRAILLE(2, 4, "│", "┤", "┴", "─", "└"),
    /** A sign a character, curves told apart by the sign. */
    ASCII(1, 1, "|", "+", "+", "-", "+");

    private final int across;
    private final int down;
    private final String side;
    private final String tick;
    private final String mark;
    private final String floor;
    private final String corner;

    Style(
        int across, int down, String side, String tick, String mark, String floor, String corner) {
      this.across = across;
      this.down = down;
      this.side = side;
      this.tick = tick;
      this.mark = mark;
      this.floor = floor;
      this.corner = corner;
    }
  }

  /** A value at a step; one that is not finite leaves a gap. */
  public record Point(int step, double value) {}

  /** The points of one curve, by ascending steps. */
  public record Curve(String name, List<Point> points) {}

  private static final int LABEL = 8;
  private static final String SIGNS = ".x+#";
  private static final char SEVERAL = '*';
  private static final List<Integer> COLOURS = List.of(36, 33, 35, 32);
  private static final String PLAIN = "\u001b[0m";
  private static final int BLANK_BRAILLE = 0x2800;

  /** Which bit of a character of Braille is which dot, by column and row. */
  private static final List<List<Integer>> BITS =
      List.of(List.of(0x01, 0x02, 0x04, 0x40), List.of(0x08, 0x10, 0x20, 0x80));

  /**
   * The picture.
   *
   * @param width characters a line, at most
   * @param height lines of the curves alone
   */
  public List<String> lines(int width, int height, Style style) {
    return new Drawing(this, Math.max(10, width - LABEL - 2), height, style).lines();
  }

  /** One picture as it is being made. */
  private static final class Drawing {
    private final Plot plot;
    private final int width;
    private final int height;
    private final Style style;
    private final int firstStep;
    private final int lastStep;

    /** Columns of dots for step 0, if it is there. */
    private final int gap;

    private final double low;
    private final double high;

    /** By curve: whether there is a dot, by row and column of dots. */
    private final List<boolean[][]> dots = new ArrayList<>();

    Drawing(Plot plot, int width, int height, Style style) {
      this.plot = plot;
      this.width = width;
      this.height = height;
      this.style = style;
      firstStep = steps().filter(step -> step > 0).min().orElse(1);
      lastStep = Math.max(firstStep + 1, steps().max().orElse(1));
      boolean hasZero = steps().anyMatch(step -> step == 0);
      gap = hasZero ? Math.min(columns() / 10, 3 * style.across) : 0;
      double least = values().filter(value -> value > 0).min().orElse(0.1);
      double most = values().filter(value -> value > 0).max().orElse(1);
      double margin = most < 1.1 * least ? 0.5 : 0; // of what hardly moves
      low = plot.isLogarithmic ? Math.log10(least) - margin : 0;
      high = plot.isLogarithmic ? Math.log10(most) + margin : 1;
      plot.curves.forEach(this::draw);
    }

    private Stream<Point> points() {
      return plot.curves.stream().flatMap(curve -> curve.points.stream());
    }

    private IntStream steps() {
      return points().mapToInt(Point::step);
    }

    private DoubleStream values() {
      return points().mapToDouble(Point::value).filter(Double::isFinite);
    }

    private int columns() {
      return width * style.across;
    }

    private int rows() {
      return height * style.down;
    }

    private int column(int step) {
      double share = Math.log((double) step / firstStep) / Math.log((double) lastStep / firstStep);
      return step <= 0 ? 0 : gap + (int) Math.round(share * (columns() - 1 - gap));
    }

    /** From the top. */
    private int row(double value) {
      double scaled = plot.isLogarithmic ? Math.log10(Math.max(value, 1e-300)) : value;
      double share = Math.min(1, Math.max(0, (scaled - low) / (high - low)));
      return (int) Math.round((1 - share) * (rows() - 1));
    }

    private void draw(Curve curve) {
      boolean[][] drawn = new boolean[rows()][columns()];
      @Nullable Point before = null;
      for (Point point : curve.points) {
        boolean finite = Double.isFinite(point.value);
        if (finite) {
          line(drawn, before == null ? point : before, point);
        }
        before = finite ? point : null;
      }
      dots.add(drawn);
    }

    private void line(boolean[][] drawn, Point from, Point to) {
      int x = column(from.step);
      int y = row(from.value);
      int across = column(to.step) - x;
      int down = row(to.value) - y;
      int length = Math.max(1, Math.max(Math.abs(across), Math.abs(down)));
      for (int i = 0; i <= length; i++) {
        double share = (double) i / length;
        drawn[y + (int) Math.round(share * down)][x + (int) Math.round(share * across)] = true;
      }
    }

    List<String> lines() {
      List<String> lines = new ArrayList<>();
      lines.add(plot.title + "  " + legend());
      for (int y = 0; y < height; y++) {
        lines.add((axis(y) + body(y)).stripTrailing());
      }
      lines.addAll(floor());
      return lines;
    }

    private String legend() {
      List<String> names = new ArrayList<>();
      for (int i = 0; i < plot.curves.size(); i++) {
        String name = plot.curves.get(i).name;
        names.add(
            style == Style.BRAILLE
                ? "\u001b[" + COLOURS.get(i) + "m" + name + PLAIN
                : name + " " + SIGNS.charAt(i));
      }
      if (style == Style.ASCII && plot.curves.size() > 1) {
        names.add("both " + SEVERAL);
      }
      return String.join("  ", names);
    }

    /** The top, the middle and the bottom have labels. */
    private String axis(int y) {
      boolean labelled = y == 0 || y == height - 1 || y == height / 2;
      double value = high - (high - low) * y / (height - 1);
      String label = labelled ? number(plot.isLogarithmic ? Math.pow(10, value) : value) : "";
      return " ".repeat(Math.max(0, LABEL - label.length()))
          + label
          + " "
          + (labelled ? style.tick : style.side);
    }

    private static String number(double value) {
      BigDecimal rounded = new BigDecimal(value).round(new MathContext(2)).stripTrailingZeros();
      return value == 0 || (value >= 1e-3 && value < 1e6)
          ? rounded.toPlainString()
          : String.format(Locale.ROOT, "%.0e", value);
    }

    private String body(int y) {
      StringBuilder body = new StringBuilder();
      for (int x = 0; x < width; x++) {
        body.append(cell(x, y));
      }
      return body.toString();
    }

    private String cell(int x, int y) {
      int all = 0;
      List<Integer> there = new ArrayList<>();
      for (int i = 0; i < dots.size(); i++) {
        int bits = bits(dots.get(i), x, y);
        all |= bits;
        if (bits != 0) {
          there.add(i);
        }
      }
      if (there.isEmpty()) {
        return " ";
      }
      if (style == Style.ASCII) {
        return "" + (there.size() > 1 ? SEVERAL : SIGNS.charAt(there.get(0)));
      }
      String braille = Character.toString(BLANK_BRAILLE + all);
      return there.size() > 1
          ? braille
          : "\u001b[" + COLOURS.get(there.get(0)) + "m" + braille + PLAIN;
    }

    private int bits(boolean[][] drawn, int x, int y) {
      int bits = 0;
      for (int i = 0; i < style.across; i++) {
        for (int j = 0; j < style.down; j++) {
          bits |= drawn[y * style.down + j][x * style.across + i] ? BITS.get(i).get(j) : 0;
        }
      }
      return bits;
    }

    /** The axis of steps, and its labels where there is room. */
    private List<String> floor() {
      String[] axis = new String[width];
      Arrays.fill(axis, style.floor);
      StringBuilder labels = new StringBuilder(" ".repeat(width));
      List<Integer> ticks = ticks();
      int last = ticks.isEmpty() ? 0 : ticks.get(ticks.size() - 1);
      int end = -1;
      for (int step : ticks) {
        axis[column(step) / style.across] = style.mark;
        int start = start(step);
        int length = Integer.toString(step).length();
        if (start > end && (step == last || start + length < start(last))) {
          end = start + length;
          labels.replace(start, end, Integer.toString(step));
        }
      }
      String margin = " ".repeat(LABEL + 1);
      return List.of(
          margin + style.corner + String.join("", axis), (margin + " " + labels).stripTrailing());
    }

    /** Of a step's label: below it, or as far to the left as there must be. */
    private int start(int step) {
      return Math.min(column(step) / style.across, width - Integer.toString(step).length());
    }

    /** Powers of ten; with their double and half where there are few. */
    private List<Integer> ticks() {
      List<Integer> ticks = new ArrayList<>();
      if (gap > 0) {
        ticks.add(0);
      }
      boolean few = lastStep < 100L * firstStep;
      for (long power = 1; power <= lastStep; power *= 10) {
        for (int factor : few ? new int[] {1, 2, 5} : new int[] {1}) {
          if (factor * power >= firstStep && factor * power <= lastStep) {
            ticks.add((int) (factor * power));
          }
        }
      }
      return ticks;
    }
  }
}
