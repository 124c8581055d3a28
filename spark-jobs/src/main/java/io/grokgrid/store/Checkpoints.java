package io.grokgrid.store;

import io.grokgrid.experiment.Experiment;
import io.grokgrid.experiment.Outcome;
import io.grokgrid.run.RunSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** The weights of one run: a {@link StepFile#CHECKPOINT} for each step that was kept. */
public final class Checkpoints implements Experiment.CheckpointSink {
  private final Path path;
  private final Configuration hadoop;

  public Checkpoints(Store store, String runId, Configuration hadoop) {
    path = store.checkpoints(runId);
    this.hadoop = hadoop;
  }

  /**
   * The steps whose weights a run that ended must have kept.
   *
   * @param last updates that it made
   */
  public static SortedSet<Integer> steps(RunSpec run, int last, Outcome outcome) {
    SortedSet<Integer> steps = new TreeSet<>();
    if (run.record().checkpoints() > 0 && outcome != Outcome.FAILED) {
      steps.addAll(run.record().checkpointSteps(run.training().steps()).headSet(last));
      if (outcome != Outcome.DIVERGED) {
        steps.add(last);
      }
    }
    return steps;
  }

  /** The file of one step of a run. */
  public static Path file(Store store, String runId, int step) {
    return new Path(store.checkpoints(runId), StepFile.CHECKPOINT.fileName(step));
  }

  /**
   * {@inheritDoc} Files of an attempt that was given up go, and what an attempt left half-written.
   */
  @Override
  public void begin(boolean anew) {
    try {
      Folder.of(path, hadoop).deleteAll(name -> anew || !StepFile.CHECKPOINT.isMeantBy(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void keep(int step, byte[] content) {
    try (WholeFile file = Folder.of(path, hadoop).file(StepFile.CHECKPOINT.fileName(step))) {
      file.write(out -> out.write(content));
      file.replace();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
