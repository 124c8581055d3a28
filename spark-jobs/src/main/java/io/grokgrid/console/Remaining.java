package io.grokgrid.console;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * How long it still takes: the work that is left over the speed of late.
 *
 * <p>A run that may stop after its grok step does less than its planned steps, by how much nobody
 * knows before. Runs are taken to stop at a rate that is the same all along, in stops per planned
 * length: those so far and one more, over what they went through and {@value #PRIOR} more. So
 * before any has stopped half of the planned steps are expected, which is within a factor of two of
 * runs that take from a quarter to all of them; each run that stops, or goes on, corrects that.
 *
 * <p>Speed is what was done since a time between a quarter and half of that gone by, so that a
 * beginning, while code is compiled, is soon forgotten; in the first {@value #BEGINNING} seconds it
 * is what runs report of late if that is more, and until {@value #UNKNOWN} after the first step
 * nothing is said.
 */
final class Remaining {
  /** A rate of 1.594 stops a planned length makes half of it the mean. */
  private static final double PRIOR = 1 / 1.5936;

  private static final double BEGINNING = 30;
  private static final double UNKNOWN = 3;

  private final Map<String, Piece> pieces;
  private final Map<String, UnderWay> active = new HashMap<>();

  private double unbegunThatMayStop;
  private double unbegun;
  private double worked;
  private double stops = 1;
  private double wentThrough = PRIOR;
  private double began = Double.NaN;
  private double firstStep = Double.NaN;
  private Mark before = new Mark(Double.NaN, 0);
  private Mark last = before;

  /**
   * How much of a piece is done, 0 to 1.
   *
   * @param speed of late, in seconds of the piece a second
   */
  private record UnderWay(Piece piece, double share, double speed) {
    static UnderWay of(Piece piece, Report report) {
      double speed = report.stepsPerSecond() / piece.steps() * piece.seconds();
      return new UnderWay(piece, piece.share(report), speed);
    }
  }

  /** What was done by then. */
  private record Mark(double seconds, double worked) {}

  Remaining(Map<String, Piece> pieces) {
    this.pieces = pieces;
    for (Piece piece : pieces.values()) {
      begin(piece, -1);
    }
  }

  private void begin(Piece piece, int sign) {
    if (piece.mayStop()) {
      unbegunThatMayStop -= sign * piece.seconds();
    } else {
      unbegun -= sign * piece.seconds();
    }
  }

  /**
   * Takes a report in.
   *
   * @param now seconds since all began
   */
  void accept(Report report, double now) {
    Piece piece = pieces.get(report.runId());
    if (piece == null) {
      return;
    }
    double share = piece.share(report);
    UnderWay was = active.put(report.runId(), UnderWay.of(piece, report));
    if (was == null) {
      begin(piece, 1);
    }
    worked += (share - (was == null ? share : was.share)) * piece.seconds();
    wentThrough += piece.mayStop() ? share - (was == null ? 0 : was.share) : 0;
    if (!report.outcome().isEmpty()) {
      active.remove(report.runId());
      stops += piece.mayStop() && share < 1 ? 1 : 0;
    }
    if (Double.isNaN(firstStep) && worked > 0) {
      firstStep = now;
    }
    if (Double.isNaN(began)) {
      began = now;
      last = new Mark(now, 0);
      before = last;
    }
  }

  /**
   * How many seconds are left, if that can be known yet.
   *
   * @param now seconds since all began
   */
  OptionalDouble seconds(double now) {
    double speed = speed(now);
    if (!(now - firstStep >= UNKNOWN && speed > 0)) {
      return OptionalDouble.empty();
    }
    double left = unbegun + unbegunThatMayStop * expected(0);
    double longest = 0;
    for (UnderWay each : active.values()) {
      double of =
          each.piece.seconds() * (each.piece.mayStop() ? expected(each.share) : 1 - each.share);
      left += of;
      longest = Math.max(longest, of);
    }
    return OptionalDouble.of(Math.max(left, longest * active.size()) / speed);
  }

  private double speed(double now) {
    double speed = (worked - before.worked) / (now - before.seconds);
    if (now - began >= 2 * (last.seconds - began) && worked > last.worked) {
      before = last;
      last = new Mark(now, worked);
    }
    return now - began < BEGINNING
        ? Math.max(speed, active.values().stream().mapToDouble(UnderWay::speed).sum())
        : speed;
  }

  /** The share of its planned length that a run still goes through which is so far. */
  private double expected(double share) {
    double rate = stops / wentThrough;
    return -Math.expm1(-rate * (1 - share)) / rate;
  }
}
