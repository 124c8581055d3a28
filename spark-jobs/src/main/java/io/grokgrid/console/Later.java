package io.grokgrid.console;

import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Does things at their time, one after the other, in a thread that keeps no process alive. It takes
 * no notice of a clock that is set, which a {@link java.util.Timer} would wait for.
 */
final class Later implements AutoCloseable {
  private final ScheduledThreadPoolExecutor timer;

  Later(String thread) {
    timer =
        new ScheduledThreadPoolExecutor(
            1,
            action -> {
              Thread own = new Thread(action, thread);
              own.setDaemon(true);
              return own;
            });
    timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  void after(long millis, Runnable action) {
    var unused = timer.schedule(action, millis, TimeUnit.MILLISECONDS);
  }

  void every(long first, long periodMillis, Runnable action) {
    var unused = timer.scheduleWithFixedDelay(action, first, periodMillis, TimeUnit.MILLISECONDS);
  }

  /** What has begun goes on to its end. */
  @Override
  public void close() {
    timer.shutdown();
  }
}
