package io.grokgrid.jobs;

import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.util.ShutdownHookManager;

/**
 * What ends a sweep early: Ctrl-C, a termination signal, its time budget. Each asks the runs in
 * flight to save their state and end, and a signal holds the process until they have.
 */
final class Interruption implements AutoCloseable {
  /** Above Spark's own hook, which stops the context that the runs report to. */
  private static final int BEFORE_SPARK = 100;

  private static final int SECONDS_TO_SAVE = 60;

  private final Progress progress;
  private final CountDownLatch over = new CountDownLatch(1);
  private final Runnable hook = this::holdUntilOver;
  private final Timer budget = new Timer("time budget", true);

  /**
   * Watches from now until closed.
   *
   * @param maxHours 0 is no limit
   */
  Interruption(Progress progress, double maxHours) {
    this.progress = progress;
    ShutdownHookManager.get()
        .addShutdownHook(hook, BEFORE_SPARK, SECONDS_TO_SAVE, TimeUnit.SECONDS);
    if (maxHours > 0) {
      budget.schedule(
          new TimerTask() {
            @Override
            public void run() {
              progress.stop();
            }
          },
          Math.round(maxHours * 3.6e6));
    }
  }

  private void holdUntilOver() {
    progress.stop();
    try {
      over.await(SECONDS_TO_SAVE, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    budget.cancel();
    over.countDown();
    if (!ShutdownHookManager.get().isShutdownInProgress()) {
      ShutdownHookManager.get().removeShutdownHook(hook);
    }
  }
}
