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
   * The runs that ended.
   *
   * @param runs two or more, of one shape
   * @throws RuntimeException if training one of them does; the others have gone on to their end
   */
  static List<RunResult> train(Device device, List<PlannedRun> runs, Training training) {
    Together.Shape shape = Together.Shape.of(runs.get(0).spec()).orElseThrow();
    ExecutorService threads = Executors.newFixedThreadPool(runs.size());
    try (Together together = new Together(device, shape)) {
      List<Callable<Optional<RunResult>>> all = new ArrayList<>();
      for (PlannedRun run : runs) {
        Lockstep.Member member = together.join();
        all.add(() -> train(run, member, training));
      }
      List<RunResult> ended = new ArrayList<>();
      try {
        for (Future<Optional<RunResult>> each : threads.invokeAll(all)) {
          each.get().ifPresent(ended::add);
        }
      } finally {
        threads.shutdownNow();
        threads.awaitTermination(SECONDS_TO_END, TimeUnit.SECONDS);
      }
      return ended;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    }
  }

  private static Optional<RunResult> train(
      PlannedRun run, Lockstep.Member member, Training training) {
    try (member) {
      return training.train(run, manager -> Together.step(member, run.spec()));
    }
  }
}
