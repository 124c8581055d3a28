package io.grokgrid.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.grokgrid.store.Unwritable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ExceptionFailure;
import org.apache.spark.ExecutorLostFailure;
import org.apache.spark.TaskEndReason;
import org.apache.spark.executor.ExecutorMetrics;
import org.apache.spark.executor.TaskMetrics;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.TaskInfo;
import org.apache.spark.scheduler.TaskLocality;
import org.junit.jupiter.api.Test;
import scala.Option;
import scala.jdk.javaapi.CollectionConverters;

class ThrowingTasksTest {
  private final List<String> cancelled = new ArrayList<>();
  private final ThrowingTasks tasks =
      new ThrowingTasks((stage, reason) -> cancelled.add(stage + ": " + reason));

  private void end(int stage, int index, TaskEndReason reason) {
    TaskInfo info =
        new TaskInfo(
            7, index, 0, index, 0, "executor", "host", TaskLocality.PROCESS_LOCAL(), false);
    tasks.onTaskEnd(
        new SparkListenerTaskEnd(
            stage, 0, "ResultTask", reason, info, new ExecutorMetrics(), new TaskMetrics()));
  }

  private static TaskEndReason thrown() {
    return new ExceptionFailure(
        new IllegalStateException(
            "Task failed while writing rows.",
            Unwritable.of(new Path("runs/a"), new IOException("No space left on device"))),
        CollectionConverters.asScala(List.<AccumulableInfo>of()).toSeq());
  }

  /** A machine that is taken back is no fault of the task that was on it. */
  @Test
  void whatThrowsEndsTheJobAndWhatIsLostDoesNot() {
    for (int attempt = 1; attempt < ThrowingTasks.MOST; attempt++) {
      end(3, 5, thrown());
      end(3, 6, thrown());
      end(4, 5, thrown());
      end(3, 5, new ExecutorLostFailure("1", true, Option.apply("exit code 143")));
    }
    assertThat(cancelled).isEmpty();
    end(3, 5, thrown());
    assertThat(cancelled)
        .containsExactly(
            "3: task 5 failed 8 times, at last with: runs/a cannot be written: No space left on device");
    end(3, 5, thrown());
    assertThat(cancelled).hasSize(1);
  }
}
