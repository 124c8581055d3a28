package io.grokgrid.jobs;

import io.grokgrid.store.Unwritable;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.apache.spark.ExceptionFailure;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import scala.jdk.javaapi.OptionConverters;

/**
 * Ends the job of a task that throws again and again, such as where an executor's disk is full.
 * Spark's own limit also counts executors that were lost with the task, and so would end a night on
 * machines that are taken back now and then; it is far above, for what takes each executor down
 * before a run begins. A run that does is given up by its own count of starts.
 */
final class ThrowingTasks extends SparkListener {
  /** Attempts at a task that Spark lets be lost, or throw. */
  static final int MOST_LOST = 100;

  /** Attempts that may throw. */
  static final int MOST = 8;

  private final BiConsumer<Integer, String> cancelStage;
  private final Map<String, Integer> thrown = new ConcurrentHashMap<>();

  /**
   * @param cancelStage takes a stage and the reason
   */
  ThrowingTasks(BiConsumer<Integer, String> cancelStage) {
    this.cancelStage = cancelStage;
  }

  static ThrowingTasks of(SparkContext context) {
    return new ThrowingTasks(context::cancelStage);
  }

  /** Also what is behind Spark's own exception, if that is that something cannot be written. */
  private static String reason(ExceptionFailure failure) {
    return OptionConverters.toJava(failure.exception())
        .flatMap(Unwritable::behind)
        .orElseGet(() -> failure.className() + ": " + failure.description());
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    if (end.reason() instanceof ExceptionFailure failure) {
      int index = end.taskInfo().index();
      int times = thrown.merge(end.stageId() + "." + index, 1, Integer::sum);
      if (times == MOST) {
        cancelStage.accept(
            end.stageId(),
            "task %d failed %d times, at last with: %s".formatted(index, times, reason(failure)));
      }
    }
  }
}
