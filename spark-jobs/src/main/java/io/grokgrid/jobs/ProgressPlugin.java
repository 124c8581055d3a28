package io.grokgrid.jobs;

import java.io.IOException;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;
import org.jspecify.annotations.Nullable;

/**
 * Carries reports from the tasks to the driver, and its answer, whether to go on, back. Spark makes
 * one driver part and one executor part a JVM; {@link Progress} is what they report to.
 */
public final class ProgressPlugin implements SparkPlugin {
  private static volatile @Nullable PluginContext executor;

  /** Reports from a task. Returns whether its run is to go on; it is where nobody answers. */
  static boolean report(Report report) {
    PluginContext context = executor;
    if (context == null) {
      return true;
    }
    try {
      return !Boolean.FALSE.equals(context.ask(report));
    } catch (Exception e) {
      // A driver that is gone ends its executors itself; a slow one must not end a run.
      org.slf4j.LoggerFactory.getLogger(ProgressPlugin.class).warn("no answer to {}", report, e);
      return true;
    }
  }

  @Override
  public DriverPlugin driverPlugin() {
    return new DriverPlugin() {
      @Override
      public Map<String, String> init(SparkContext context, PluginContext plugin) {
        return Map.of();
      }

      @Override
      public Object receive(Object message) throws IOException {
        return Progress.current().accept((Report) message);
      }
    };
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new ExecutorPlugin() {
      @Override
      public void init(PluginContext context, Map<String, String> settings) {
        executor = context;
      }

      @Override
      public void shutdown() {
        executor = null;
      }
    };
  }
}
