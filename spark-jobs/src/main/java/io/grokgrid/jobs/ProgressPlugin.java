package io.grokgrid.jobs;

import io.grokgrid.console.Progress;
import io.grokgrid.console.Report;
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
  private static volatile @Nullable PluginContext executor;

  /** Reports from a task. Returns whether its run is to go on. */
  static boolean report(Report report) {
    return ask(report);
  }

  /** Whether a task may begin another run. */
  static boolean goOn() {
    return ask("go on?");
  }

  /** The driver's answer; yes where nobody answers. */
  private static boolean ask(Object message) {
    PluginContext context = executor;
    if (context == null) {
      return true;
    }
    try {
      return !Boolean.FALSE.equals(context.ask(message));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    } catch (Exception e) {
      // A driver that is gone ends its executors itself; a slow one must not end a run.
      LoggerFactory.getLogger(ProgressPlugin.class).warn("no answer to {}", message, e);
      return true;
    }
  }

  @Override
  public DriverPlugin driverPlugin() {
    return new DriverPlugin() {
      @Override
      public Object receive(Object message) {
        Progress progress = Progress.current();
        return message instanceof Report report ? progress.accept(report) : !progress.isStopping();
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
