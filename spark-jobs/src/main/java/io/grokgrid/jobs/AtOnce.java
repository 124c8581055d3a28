package io.grokgrid.jobs;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.grokgrid.config.PlannedRun;
import io.grokgrid.experiment.RunResult;
import io.grokgrid.pair.Lockstep;
import io.grokgrid.run.Together;
import io.grokgrid.step.TrainingStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Trains runs of one shape at once on one device, each on a thread of its own. */
final class AtOnce {
  private static final int SECONDS_TO_END = 60;

  private AtOnce() {}

  /** Trains one run; gives nothing if it was told to stop. */
  @FunctionalInterface
  interface Training {
    Optional<RunResult> train(PlannedRun run, Function<NDManager, TrainingStep> step);
  }

  /**
   * The runs that ended. If training one of them throws, the others go on to their end, and keep
   * their last states, before that is thrown.
   *
   * @param runs two or more, of one shape
   * @throws CancellationException if the thread is interrupted
   */
  static List<RunResult> train(Device device, List<PlannedRun> runs, Training training) {
    Together.Shape shape = Together.Shape.of(runs.get(0).spec()).orElseThrow();
    Together together = new Together(device, shape);
    ExecutorService threads = Executors.newFixedThreadPool(runs.size(), AtOnce::thread);
    List<Callable<Optional<RunResult>>> all = new ArrayList<>();
    for (PlannedRun run : runs) {
      Lockstep.Member member = together.join();
      all.add(() -> train(run, member, training));
    }
    try {
      List<RunResult> ended = new ArrayList<>();
      for (Future<Optional<RunResult>> each : threads.invokeAll(all)) {
        each.get().ifPresent(ended::add);
      }
      return ended;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    } finally {
      end(threads, together);
    }
  }

  private static Thread thread(Runnable training) {
    Thread thread = new Thread(training, Thread.currentThread().getName() + ", a run");
    thread.setDaemon(true);
    return thread;
  }

  private static Optional<RunResult> train(
      PlannedRun run, Lockstep.Member member, Training training) {
    try (member) {
      return training.train(run, manager -> Together.step(member, run.spec()));
    }
  }

  /** Interrupted runs end with their next step; until then they need the device's memory. */
  private static void end(ExecutorService threads, Together together) {
    threads.shutdownNow();
    boolean isInterrupted = Thread.interrupted();
    try {
      if (threads.awaitTermination(SECONDS_TO_END, TimeUnit.SECONDS)) {
        together.close();
      }
    } catch (InterruptedException e) {
      isInterrupted = true;
    }
    if (isInterrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
