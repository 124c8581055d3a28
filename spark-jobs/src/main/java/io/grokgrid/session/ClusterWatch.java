package io.grokgrid.session;

import io.grokgrid.console.Console;
import io.grokgrid.console.ExitCode;
import io.grokgrid.console.Progress;
import io.grokgrid.console.Sign;
import java.util.Arrays;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.SparkExecutorInfo;
import org.apache.spark.SparkStatusTracker;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerApplicationEnd;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that no command waits for Spark without a word, or for good: for a cluster's answer,
 * for executors, for its end. Where the wait is too long it ends the process, which nothing else
 * could: Spark itself goes on waiting.
 */
final class ClusterWatch implements Runnable {
  private static final long POLL_MILLIS = 500;
  private static final double FIRST_SECONDS = 5;
  private static final double PERIOD_SECONDS = 30;
  private static final long GRACE_MILLIS = 5_000;

  private final Console console;
  private final SparkConf conf;
  private final double patience;
  private final boolean local;
  private volatile @Nullable SparkContext context;
  private volatile boolean stopping;
  private volatile boolean registered;
  private @Nullable Sign sign;
  private volatile long idleSince = System.nanoTime();
  private int said;

  /**
   * Begins at once, before there is a context.
   *
   * @param patience seconds that are waited for a cluster
   */
  ClusterWatch(Console console, SparkConf conf, double patience) {
    this.console = console;
    this.conf = conf;
    this.patience = patience;
    local = conf.get("spark.master").matches("local(\\[.*)?");
    Thread thread = new Thread(this, "cluster watch");
    thread.setDaemon(true);
    thread.start();
  }

  /** The context that is there now. */
  void over(SparkContext context) {
    idleSince = System.nanoTime();
    this.context = context;
    context.addSparkListener(
        new SparkListener() {
          @Override
          public void onApplicationEnd(SparkListenerApplicationEnd end) {
            stopped();
          }
        });
  }

  @Override
  public void run() {
    try {
      while (!(stopping && SparkEnv.get() == null)) {
        Thread.sleep(POLL_MILLIS);
        look(context);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      show(null);
    }
  }

  private void look(@Nullable SparkContext context) {
    if (context == null) {
      await("Spark", false);
    } else if (stopping) {
      show("stopping Spark");
      await("Spark's end", false);
    } else {
      look(context.statusTracker());
    }
  }

  private void look(SparkStatusTracker tracker) {
    SparkExecutorInfo[] all = tracker.getExecutorInfos();
    boolean busy = tracker.getActiveJobIds().length > 0;
    boolean running = Arrays.stream(all).anyMatch(executor -> executor.numRunningTasks() > 0);
    show(busy && (local || running) ? "computing" : null);
    boolean none = all.length < 2; // the driver counts
    registered |= !none;
    if (!local && none && (busy || !registered)) {
      await("executor", true);
    } else if (!local && busy && !running) {
      await("executor that takes a task", true);
    } else {
      idleSince = System.nanoTime();
      said = 0;
    }
  }

  /** Opens or closes a sign. It is never live: it may close only after results were printed. */
  private void show(@Nullable String what) {
    if (what == null && sign != null) {
      sign.close();
      sign = null;
    } else if (what != null && sign == null && !Sign.isShown()) {
      sign = new Sign(what, console.err(), false);
    }
  }

  /**
   * Nothing goes on.
   *
   * @param says whether nobody else says so
   */
  private void await(String what, boolean says) {
    double seconds = (System.nanoTime() - idleSince) * 1e-9;
    String wait = "no %s for %s".formatted(what, Progress.duration(seconds));
    if (seconds >= patience) {
      end(ExitCode.BROKEN, wait + " (--wait-for-cluster): gave up on the master " + master());
    }
    if (says && seconds >= FIRST_SECONDS && Progress.current().isStopping()) {
      end(ExitCode.INTERRUPTED, "interrupted; no executor is left to save anything");
    }
    if (says && seconds >= Math.max(FIRST_SECONDS, PERIOD_SECONDS * said)) {
      said++;
      console.say(
          "%s: each asks the master %s for %s cores, %s of memory and %s GPUs; waiting %s at most"
              .formatted(
                  wait,
                  master(),
                  conf.get("spark.executor.cores", "all"),
                  conf.get("spark.executor.memory", "1g"),
                  conf.get("spark.executor.resource.gpu.amount", "no"),
                  Progress.duration(patience)));
    }
  }

  private void end(int code, String message) {
    console.end(code, message + "; what was saved is kept, the same command goes on", GRACE_MILLIS);
  }

  /** By the command, or by Spark: where no master answers, or the master ends the application. */
  private void stopped() {
    boolean gaveUp =
        Thread.getAllStackTraces().keySet().stream()
            .anyMatch(thread -> thread.getName().equals("stop-spark-context"));
    if (gaveUp) {
      end(
          ExitCode.BROKEN,
          registered
              ? "the master " + master() + " ended this application"
              : "the master " + master() + " does not answer");
    }
    idleSince = System.nanoTime();
    stopping = true;
  }

  private String master() {
    return conf.get("spark.master");
  }
}
