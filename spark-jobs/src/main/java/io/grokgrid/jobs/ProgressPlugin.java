package io.grokgrid.jobs;

import io.grokgrid.console.Progress;
import io.grokgrid.console.Report;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Carries reports from the tasks to the driver, and its answer, whether to go on, back. Spark makes
 * one driver part and one executor part a JVM; {@link Progress} is what they report to. An executor
 * that Spark decommissions learns by the answer that it is to go.
 */
public final class ProgressPlugin implements SparkPlugin {
  /** What Spark calls the executor that is in the driver's process. */
  private static final String DRIVER = "driver";

  private static volatile @Nullable PluginContext executor;

  // What the driver answers. No class of ours: where Spark reads answers it knows none.
  private static final String GO_ON = "go on";
  private static final String STOP = "stop";
  private static final String LEAVE = "leave";

  /** What an executor asks with. */
  private record Told(String executor, List<Report> reports) implements Serializable {}

  /**
   * Reports from a task.
   *
   * @return the driver's answer, whether runs are to begin and to go on; yes where nobody answers
   */
  public static boolean report(List<Report> reports) {
    PluginContext context = executor;
    if (context == null) {
      return true;
    }
    try {
      Object answer = context.ask(new Told(context.executorID(), reports));
      if (LEAVE.equals(answer)) {
        Departure.leave();
      }
      return !STOP.equals(answer);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    } catch (Exception e) {
      // A driver that is gone ends its executors itself; a slow one must not end a run.
      LoggerFactory.getLogger(ProgressPlugin.class).warn("no answer to {}", reports, e);
      return true;
    }
  }

  @Override
  public DriverPlugin driverPlugin() {
    return new DriverPlugin() {
      private @Nullable SparkContext spark;

      @Override
      public Map<String, String> init(SparkContext context, PluginContext plugin) {
        spark = context;
        return Map.of();
      }

      @Override
      public Object receive(Object message) {
        Progress progress = Progress.current();
        Told told = (Told) message;
        told.reports().forEach(progress::accept);
        return progress.isStopping() ? STOP : isDecommissioned(told.executor()) ? LEAVE : GO_ON;
      }

      private boolean isDecommissioned(String executor) {
        return spark != null
            && spark.taskScheduler().getExecutorDecommissionState(executor).isDefined();
      }
    };
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new ExecutorPlugin() {
      @Override
      public void init(PluginContext context, Map<String, String> settings) {
        executor = context;
        if (!context.executorID().equals(DRIVER)) {
          Departure.watch(); // where executor and driver are one, Interruption does
        }
      }

      @Override
      public void shutdown() {
        executor = null;
      }
    };
  }
}
