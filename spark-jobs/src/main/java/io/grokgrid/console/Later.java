package io.grokgrid.console;

import java.util.Timer;
import java.util.TimerTask;

/** Does things at their time, one after the other, in a thread that keeps no process alive. */
final class Later implements AutoCloseable {
  private final Timer timer;

  Later(String thread) {
    timer = new Timer(thread, true);
  }

  void after(long millis, Runnable action) {
    timer.schedule(task(action), millis);
  }

  void every(long first, long periodMillis, Runnable action) {
    timer.schedule(task(action), first, periodMillis);
  }

  private static TimerTask task(Runnable action) {
    return new TimerTask() {
      @Override
      public void run() {
        action.run();
      }
    };
  }

  @Override
  public void close() {
    timer.cancel();
  }
}
