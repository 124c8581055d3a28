package io.grokgrid.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.grokgrid.base.Check;
import io.grokgrid.base.Refused;
import io.grokgrid.config.PlannedRun;
import io.grokgrid.experiment.SavedRun;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The runs under way: {@code RUN_ID/step-00001000.state}, from which a run that was cut goes on,
 * and an empty {@code starts/RUN_ID-N} for each attempt N that has saved nothing yet. Runs that
 * share a task have no such file each: {@code tasks/UUID} names them all, one a line, until their
 * task ends. Those of a task that was lost are suspects: any of them may be what took its process
 * down, so the next attempts at them leave files of their own. Nothing here is needed once a run's
 * row is in the store. Runs of one task may come from several threads, each from one.
 */
public final class SavedRuns {
  /** Of 60,000 ids, far above what one task trains. */
  private static final int MOST_TASK_BYTES = 1 << 20;

  /** Starts without progress after which a run is not begun again. */
  public static final int MOST_STARTS = 3;

  private final Store store;
  private final Configuration hadoop;

  /** States that were not gone on from, by run. The next save is in place of them too. */
  private final Map<String, Set<Path>> refused = new ConcurrentHashMap<>();

  /** Runs of this task that a task which was lost had too. */
  private final Set<String> suspects = new HashSet<>();

  /** Runs of this task that start without a mark of their own. */
  private final Set<String> unmarked = new HashSet<>();

  private final String taskName = UUID.randomUUID().toString();

  public SavedRuns(Store store, Configuration hadoop) {
    this.store = store;
    this.hadoop = hadoop;
  }

  /**
   * How a run begins.
   *
   * @param attempt 1 for the first that left a trace
   * @param fruitless attempts before this one that got no further than the saved state
   * @param saved where to go on from, if anywhere
   * @param isMarked whether it counts as one that got no further, until it saves something
   */
  public record Start(int attempt, int fruitless, @Nullable SavedRun saved, boolean isMarked) {}

  /** A run that was cut, or is being trained, as far as its newest saved state. */
  public record SavedState(String runId, int step) {}

  /**
   * Notes that a task begins with these runs, where that spares each of them a mark of its own.
   *
   * @param isSuspect of a run's id, whether a task that was lost had it too
   */
  public void beginTask(Collection<String> runIds, Predicate<String> isSuspect) {
    try {
      runIds.stream().filter(isSuspect).forEach(suspects::add);
      if (runIds.size() - suspects.size() > 1) {
        Set<String> kept = new HashSet<>(Folder.of(store.states(), hadoop).names());
        starts().folder.names().forEach(start -> kept.add(Starts.runId(start)));
        runIds.stream()
            .filter(runId -> !suspects.contains(runId) && !kept.contains(runId))
            .forEach(unmarked::add);
      }
      if (unmarked.size() < 2) {
        unmarked.clear(); // a mark of its own costs as much
        return;
      }
      try (WholeFile task = tasks().file(taskName)) {
        task.write(out -> out.write(String.join("\n", unmarked).getBytes(UTF_8)));
        task.put();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether a task that was lost had this run, which has saved nothing yet. */
  public boolean isSuspect(String runId) {
    try {
      return suspects.contains(runId) && Folder.of(store.state(runId), hadoop).names().isEmpty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The rows of this task's runs are in the store, or the runs were told to stop. */
  public void endTask() {
    try {
      if (!unmarked.isEmpty()) {
        tasks().delete(taskName);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The runs of tasks that were lost, if no task is under way. */
  public Set<String> suspects() {
    try {
      Folder tasks = tasks();
      Set<String> runIds = new HashSet<>();
      for (FileStatus task : tasks.list()) {
        runIds.addAll(runIds(tasks.files(), task));
      }
      return runIds;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes what is kept of lost tasks that had none but these runs. */
  public void forgetTasks(Set<String> runIds) {
    try {
      Folder tasks = tasks();
      for (FileStatus task : tasks.list()) {
        if (runIds.containsAll(runIds(tasks.files(), task))) {
          tasks.delete(task.getPath().getName());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** That a task's file names, as far as one of this program can go; none if it cannot be read. */
  private static List<String> runIds(FileSystem files, FileStatus task) {
    try (InputStream in = files.open(task.getPath())) {
      return new String(in.readNBytes(MOST_TASK_BYTES), UTF_8).lines().toList();
    } catch (IOException e) {
      LoggerFactory.getLogger(SavedRuns.class).warn("{} cannot be read", task.getPath(), e);
      return List.of();
    }
  }

  private Folder tasks() throws IOException {
    return Folder.of(new Path(store.states(), "tasks"), hadoop);
  }

  /** Finds what there is of a run and notes that it starts once more. */
  public Start start(PlannedRun run) {
    if (unmarked.contains(run.id())) {
      return new Start(1, 0, null, false);
    }
    try {
      SavedRun saved = newest(Folder.of(store.state(run.id()), hadoop), run);
      int lastSaved = saved == null ? 0 : saved.attempt();
      Starts starts = starts();
      List<Integer> since = starts.after(lastSaved, run.id());
      int attempt = since.stream().max(Comparator.naturalOrder()).orElse(lastSaved) + 1;
      starts.folder.mark(Starts.name(run.id(), attempt));
      // What it began with no mark of its own: of a suspect that is lost again, it was the first.
      int before = since.isEmpty() || !suspects.contains(run.id()) ? 0 : 1;
      return new Start(attempt, since.size() + before, saved, true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Takes a start back: the run was told to end before it saved anything, and did not fail to. */
  public void withdraw(String runId, Start start) {
    try {
      if (start.isMarked()) {
        store.requireHeld(hadoop);
        starts().folder.delete(Starts.name(runId, start.attempt()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Starts starts() throws IOException {
    return new Starts(Folder.of(new Path(store.states(), "starts"), hadoop));
  }

  /** The empty files {@code RUN_ID-N}, one for each attempt N that has saved nothing yet. */
  private record Starts(Folder folder) {
    /** Fewer digits than may be too many for an int. */
    private static final Pattern ATTEMPT = Pattern.compile("[0-9]{1,9}");

    static String name(String runId, int attempt) {
      return runId + "-" + attempt;
    }

    static String runId(String start) {
      return start.replaceFirst("-[0-9]+$", "");
    }

    /** The attempt that such a start is one of, -1 if it is of another run. */
    private static int attempt(String runId, String start) {
      boolean isOfRun = start.startsWith(runId + "-");
      Matcher attempt = ATTEMPT.matcher(isOfRun ? start.substring(runId.length() + 1) : "");
      return attempt.matches() ? Integer.parseInt(attempt.group()) : -1;
    }

    List<Integer> after(int attempt, String runId) throws IOException {
      return folder.names().stream()
          .map(start -> attempt(runId, start))
          .filter(each -> each > attempt)
          .toList();
    }

    void deleteUpTo(int attempt, String runId) throws IOException {
      folder.deleteAll(start -> isFrom(0, attempt(runId, start), attempt));
    }

    void deleteAll(Set<String> runIds) throws IOException {
      folder.deleteAll(start -> runIds.contains(runId(start)));
    }
  }

  private static boolean isFrom(int least, int value, int most) {
    return value >= least && value <= most;
  }

  /** The newest state that this run can go on from. */
  private @Nullable SavedRun newest(Folder folder, PlannedRun run) throws IOException {
    refused.remove(run.id());
    List<FileStatus> newestFirst =
        folder.list().stream()
            .filter(file -> StepFile.STATE.isMeantBy(file.getPath().getName()))
            .sorted(Comparator.comparingInt(SavedRuns::step).reversed())
            .toList();
    for (FileStatus file : newestFirst) {
      try {
        return read(folder.files(), file, run);
      } catch (IOException | IllegalArgumentException e) {
        refuse(file.getPath(), run, e);
      }
    }
    return null;
  }

  private void refuse(Path file, PlannedRun run, Exception why) {
    refused.computeIfAbsent(run.id(), any -> new HashSet<>()).add(file);
    LoggerFactory.getLogger(SavedRuns.class)
        .warn(
            "run {} does not go on from {} but from an older state or anew: {}",
            run.id(),
            file,
            why instanceof Refused ? why.getMessage() : why.toString());
  }

  private static int step(FileStatus file) {
    return StepFile.STATE.step(file.getPath().getName());
  }

  private static SavedRun read(FileSystem files, FileStatus file, PlannedRun run)
      throws IOException {
    int named = step(file);
    String form = "must be of the form " + StepFile.STATE.fileName(1000);
    new Check()
        .that(file.isFile(), "state", "must be a file", "a directory")
        .that(named >= 0, "name", form, file.getPath().getName())
        .done();
    SavedRun saved = SavedRun.read(() -> files.open(file.getPath()), file.getLen(), run);
    int step = saved.state().step();
    new Check().that(step == named, "step", "must be that of the name", step).done();
    return saved;
  }

  /**
   * Saves a run as it is now, in place of what was saved of it before.
   *
   * @throws UncheckedIOException if the state could not be put in its place, or if the store is
   *     another's by now; the one before is kept
   */
  public void save(SavedRun saved) {
    try {
      int step = saved.state().step();
      Folder folder = Folder.of(store.state(saved.run().id()), hadoop);
      try (WholeFile file = folder.file(StepFile.STATE.fileName(step))) {
        file.write(saved::write);
        store.requireHeld(hadoop);
        deleteRefused(saved.run().id(), folder.files());
        file.put();
      }
      folder.deleteAll(name -> isFrom(0, StepFile.STATE.step(name), step - 1));
      starts().deleteUpTo(saved.attempt(), saved.run().id());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void deleteRefused(String runId, FileSystem files) throws IOException {
    for (Path file : refused.getOrDefault(runId, Set.of())) {
      files.delete(file, true);
    }
    refused.remove(runId);
  }

  /**
   * Removes all that is kept of these runs.
   *
   * @throws UncheckedIOException if it cannot be, or if the store is another's by now
   */
  public void forget(Collection<String> runIds) {
    try {
      store.requireHeld(hadoop);
      Folder states = Folder.of(store.states(), hadoop);
      Set<String> present = new HashSet<>(states.names());
      for (String runId : runIds) {
        if (present.contains(runId)) {
          states.files().delete(store.state(runId), true);
        }
      }
      starts().deleteAll(new HashSet<>(runIds));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The runs that saved a state, by id, each with its newest step. */
  public List<SavedState> newest() throws IOException {
    Folder states = Folder.of(store.states(), hadoop);
    List<SavedState> newest = new ArrayList<>();
    for (FileStatus run : states.list()) {
      newestStep(new Folder(states.files(), run.getPath()))
          .ifPresent(step -> newest.add(new SavedState(run.getPath().getName(), step)));
    }
    return newest;
  }

  /** Where a state is. */
  public Path file(SavedState state) {
    return new Path(store.state(state.runId), StepFile.STATE.fileName(state.step));
  }

  /**
   * Reads a state for its checksum.
   *
   * @throws Refused if it is damaged, or of another run than its folder says
   */
  public void requireWhole(SavedState state) throws IOException {
    Path file = file(state);
    FileSystem files = file.getFileSystem(hadoop);
    String runId = SavedRun.runId(() -> files.open(file), files.getFileStatus(file).getLen());
    new Check().that(runId.equals(state.runId), "run_id", "must be " + state.runId, runId).done();
  }

  /** The bytes of all that a run saved. */
  public long bytes(String runId) throws IOException {
    return Folder.of(store.state(runId), hadoop).list().stream()
        .mapToLong(FileStatus::getLen)
        .sum();
  }

  private static OptionalInt newestStep(Folder run) throws IOException {
    try {
      return run.list().stream()
          .filter(FileStatus::isFile)
          .mapToInt(SavedRuns::step)
          .filter(step -> step >= 0)
          .max();
    } catch (AccessDeniedException e) {
      return OptionalInt.empty(); // it is another user's
    }
  }
}
