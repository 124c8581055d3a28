package io.grokgrid.console;

import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A sign of life: says what is under way once that has taken some seconds, and goes on saying it
 * until closed. Of several only the one that was opened last speaks, and none beside a sweep's
 * progress.
 */
public final class Sign implements AutoCloseable {
  private static final long FIRST_MILLIS = 3_000;
  private static final long PERIOD_MILLIS = 10_000;
  private static final long LIVE_PERIOD_MILLIS = 1_000;

  private static final Deque<Sign> OPEN = new ArrayDeque<>();

  private final String what;
  private final PrintStream err;
  private final boolean live;
  private final long start = System.nanoTime();
  private final Later clock = new Later("sign of life");
  private boolean drawn;

  /**
   * @param live whether {@code err} is a terminal, where one line is written again and again
   */
  public Sign(String what, PrintStream err, boolean live) {
    this.what = what;
    this.err = err;
    this.live = live;
    synchronized (OPEN) {
      OPEN.push(this);
    }
    clock.every(FIRST_MILLIS, live ? LIVE_PERIOD_MILLIS : PERIOD_MILLIS, this::draw);
  }

  /** Whether something already says what is under way. */
  public static boolean isShown() {
    synchronized (OPEN) {
      return !OPEN.isEmpty() || Progress.isShown();
    }
  }

  private void draw() {
    synchronized (OPEN) {
      if (OPEN.peek() != this || Progress.isShown()) {
        return;
      }
      double seconds = (System.nanoTime() - start) * 1e-9;
      String line = "grokgrid: %s .. %s".formatted(what, Progress.duration(seconds));
      err.print(live ? Console.ERASE + Progress.fitting(line) : line + System.lineSeparator());
      err.flush();
      drawn = true;
    }
  }

  @Override
  public void close() {
    clock.close();
    synchronized (OPEN) {
      OPEN.remove(this);
      if (drawn && live) {
        err.print(Console.ERASE);
        err.flush();
      }
    }
  }
}
