package io.grokgrid.jobs;

import io.grokgrid.console.Progress;
import io.grokgrid.console.Report;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Carries reports from the tasks to the driver, and its answer, whether to go on, back. Spark makes
 * one driver part and one executor part a JVM; {@link Progress} is what they report to.
 */
public final class ProgressPlugin implements SparkPlugin {
  /** What Spark calls the executor that is in the driver's process. */
  private static final String DRIVER = "driver";

  private static volatile @Nullable PluginContext executor;

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
      return !Boolean.FALSE.equals(context.ask(reports));
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
      @Override
      public Object receive(Object message) {
        Progress progress = Progress.current();
        ((List<?>) message).forEach(report -> progress.accept((Report) report));
        return !progress.isStopping();
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
