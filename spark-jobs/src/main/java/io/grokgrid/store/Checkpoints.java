package io.grokgrid.store;

import io.grokgrid.experiment.Experiment;
import io.grokgrid.experiment.Outcome;
import io.grokgrid.run.RunSpec;
import io.grokgrid.train.Milestones;
import io.grokgrid.train.RecordSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/** The weights of one run: a {@link StepFile#CHECKPOINT} for each step that was kept. */
public final class Checkpoints implements Experiment.CheckpointSink {
  private final Store store;
  private final Path path;
  private final Configuration hadoop;
  private final boolean addsOnly;

  /**
   * @param addsOnly whether what is there stays: it is of a row in the store
   */
  public Checkpoints(Store store, String runId, Configuration hadoop, boolean addsOnly) {
    this.store = store;
    path = store.checkpoints(runId);
    this.hadoop = hadoop;
    this.addsOnly = addsOnly;
  }

  /**
   * How a run ended.
   *
   * @param last updates that it made
   * @param old whether weights were kept at the steps of versions that knew no {@code
   *     record.checkpoint_steps}
   */
  public record End(int last, Outcome outcome, Milestones milestones, boolean old) {}

  /** The steps whose weights a run that ended so must have kept. */
  public static SortedSet<Integer> steps(RunSpec run, End end) {
    RecordSpec record = run.record();
    int planned = run.training().steps();
    SortedSet<Integer> steps =
        end.old ? record.plannedStepsOfOld(planned) : record.plannedSteps(planned);
    for (Milestones.Mark mark : record.marks()) {
      Integer reached = mark.step(end.milestones);
      if (reached != null) {
        steps.add(reached);
      }
    }
    boolean endsWhole = !end.outcome.isFailure();
    steps.tailSet(endsWhole ? end.last + 1 : end.last).clear();
    if (endsWhole && record.checkpoints() > 0) {
      steps.add(end.last);
    }
    return end.outcome == Outcome.FAILED ? new TreeSet<>() : steps;
  }

  /**
   * A file of weights that is there.
   *
   * @param path as people write it
   */
  public record KeptFile(int step, String path, long bytes) {
    public Map<String, Object> json() {
      return Map.of("step", step, "file", path, "bytes", bytes);
    }
  }

  /** Those of a run, by step. */
  public static List<KeptFile> kept(Store store, String runId, Configuration hadoop)
      throws IOException {
    return Folder.of(store.checkpoints(runId), hadoop).list().stream()
        .filter(file -> file.isFile() && step(file) >= 0)
        .sorted(Comparator.comparingInt(Checkpoints::step))
        .map(file -> new KeptFile(step(file), StoreFiles.text(file.getPath()), file.getLen()))
        .toList();
  }

  private static int step(FileStatus file) {
    return StepFile.CHECKPOINT.step(file.getPath().getName());
  }

  /** The file of one step of a run. */
  public static Path file(Store store, String runId, int step) {
    return new Path(store.checkpoints(runId), StepFile.CHECKPOINT.fileName(step));
  }

  /** The runs that kept any. */
  public static Set<String> runs(Store store, Configuration hadoop) throws IOException {
    Path folder = store.checkpoints("any").getParent();
    return new HashSet<>(Folder.of(folder, hadoop).names());
  }

  /** Deletes all that a run kept. */
  public static void delete(Store store, String runId, Configuration hadoop) throws IOException {
    Path folder = store.checkpoints(runId);
    folder.getFileSystem(hadoop).delete(folder, true);
  }

  /**
   * {@inheritDoc} Files of an attempt that was given up go, and what an attempt left half-written.
   */
  @Override
  public void begin(boolean anew) {
    try {
      store.requireHeld(hadoop);
      Folder.of(path, hadoop)
          .deleteAll(name -> (anew && !addsOnly) || !StepFile.CHECKPOINT.isMeantBy(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void keep(int step, byte[] content) {
    try (WholeFile file = Folder.of(path, hadoop).file(StepFile.CHECKPOINT.fileName(step))) {
      file.write(out -> out.write(content));
      store.requireHeld(hadoop);
      file.replace();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
