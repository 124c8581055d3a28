package io.grokgrid.jobs;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.apache.spark.util.ShutdownHookManager;
import org.slf4j.LoggerFactory;
import scala.runtime.BoxedUnit;

/**
 * An executor that is told to go, by SIGTERM: a pod that is evicted, a container or a machine that
 * is taken back, a driver that is lost; or by Spark, which decommissions it. Its runs save their
 * state where they are and its process waits for that. Their tasks never end, so that Spark takes
 * them for lost and gives them to another executor, where the runs go on from there.
 */
final class Departure {
  /** Before all that Spark does then, which in its turn comes before file systems are closed. */
  private static final int FIRST = 1000;

  /** Of the ten seconds that a worker waits before it kills; pods have 30 unless told otherwise. */
  private static final Duration GRACE = Duration.ofSeconds(8);

  private static boolean asked;
  private static int training;

  private Departure() {}

  /** Answers the signal from now on. */
  static void watch() {
    ShutdownHookManager.addShutdownHook(
        FIRST,
        () -> {
          await();
          return BoxedUnit.UNIT;
        });
  }

  /** Ends the process as the signal would. Returns at once. */
  static synchronized void leave() {
    if (!asked) {
      asked = true;
      new Thread(() -> System.exit(0), "departure").start(); // it waits for this very task
    }
  }

  /** Whether runs are to save their state and stop. */
  static synchronized boolean isAsked() {
    return asked;
  }

  /** Runs begin that may have something to save. */
  static synchronized void begin() {
    training++;
  }

  /** They have ended, or saved what they had. If they were asked to, this never returns. */
  static void end() {
    synchronized (Departure.class) {
      training--;
      Departure.class.notifyAll();
      if (!asked) {
        return;
      }
    }
    while (true) {
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        // The task is told to end, but then it would count as done, or as failed.
        LoggerFactory.getLogger(Departure.class).info("waits for the end of this process");
      }
    }
  }

  private static void await() {
    long end = System.nanoTime() + GRACE.toNanos();
    synchronized (Departure.class) {
      asked = true;
      if (training > 0) {
        LoggerFactory.getLogger(Departure.class)
            .info("told to go: runs in {} tasks save their state", training);
      }
      try {
        for (long left = GRACE.toMillis(); training > 0 && left > 0; ) {
          Departure.class.wait(left);
          left = (end - System.nanoTime()) / 1_000_000;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      if (training > 0) {
        LoggerFactory.getLogger(Departure.class)
            .warn("{} tasks did not save their runs in {}", training, GRACE);
      }
    }
  }
}
