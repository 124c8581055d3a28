package io.grokgrid.store;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.mapreduce.JobContext;
import org.apache.hadoop.mapreduce.OutputCommitter;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.spark.SparkFiles;
import org.apache.spark.TaskContext;
import org.apache.spark.internal.io.FileCommitProtocol;
import org.apache.spark.internal.io.FileNameSpec;
import org.apache.spark.mapred.SparkHadoopMapRedUtil;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import scala.Option;
import scala.collection.immutable.Seq;

/**
 * How a task's file of rows comes into a store: Spark writes it to the local disk of the executor,
 * and as the task ends it is put in its place as a {@link WholeFile}, once, {@link NamedByContent}.
 * So a file is there whole or not at all, from the moment when its task ends, on every store, and
 * whatever becomes of the job: there is nothing left for the job to do, nor to take back.
 *
 * <p>Of several attempts at a task the first one's file stays, whole as it is: a later attempt has
 * the same runs. Attempts at the same time are told apart by Spark's driver, which lets one of them
 * publish. A task whose {@link Store} is another's by now publishes nothing.
 */
public final class Publication extends FileCommitProtocol implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Settings of a write: the root of the store, and the claim that it is held by. */
  static final String ROOT = "grokgrid.store.root";

  static final String CLAIM = "grokgrid.store.claim";

  /** Bytes, with which no task gets far. */
  private static final long LITTLE_SPACE = 1 << 16;

  private final String job;
  private final String folder;

  /** Of the task that this copy is of, its local files by their names. */
  private transient @Nullable Map<String, Path> written;

  private transient @Nullable Path local;

  /**
   * As Spark calls it.
   *
   * @param job a name that is the job's alone
   * @param folder where files are published
   */
  public Publication(String job, String folder) {
    this.job = job;
    this.folder = folder;
  }

  @Override
  public void setupJob(JobContext context) {}

  @Override
  public void commitJob(JobContext context, Seq<TaskCommitMessage> tasks) {}

  @Override
  public void abortJob(JobContext context) {}

  @Override
  public void setupTask(TaskAttemptContext context) {
    written = new LinkedHashMap<>();
  }

  @Override
  public String newTaskTempFile(
      TaskAttemptContext context, Option<String> partition, FileNameSpec spec) {
    int task = context.getTaskAttemptID().getTaskID().getId();
    String name = "%spart-%05d-%s%s".formatted(spec.prefix(), task, job, spec.suffix());
    try {
      if (local == null) {
        Path work = Path.of(SparkFiles.getRootDirectory()).toAbsolutePath().normalize();
        local = Files.createTempDirectory(work, "rows-");
      }
      Path file = local.resolve(name);
      written().put(name, file);
      return new org.apache.hadoop.fs.Path(file.toUri()).toString(); // as Spark reads it again
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Map<String, Path> written() {
    if (written == null) {
      throw new IllegalStateException("no task was set up");
    }
    return written;
  }

  @Override
  public TaskCommitMessage commitTask(TaskAttemptContext context) {
    // Asks the driver first, which lets one attempt at a time do it.
    SparkHadoopMapRedUtil.commitTask(
        new Committer(),
        context,
        context.getTaskAttemptID().getJobID().getId(),
        context.getTaskAttemptID().getTaskID().getId());
    return new TaskCommitMessage("");
  }

  /**
   * {@inheritDoc} What is thrown here Spark adds to what the task failed by, which names no folder.
   */
  @Override
  public void abortTask(TaskAttemptContext context) {
    Path full = local != null && isFull(local) ? local : null;
    deleteLocal();
    if (full != null) {
      throw new UncheckedIOException(Unwritable.temporary(full));
    }
  }

  /** A folder that is gone has no space either. */
  private static boolean isFull(Path folder) {
    return Files.exists(folder) && folder.toFile().getUsableSpace() < LITTLE_SPACE;
  }

  /** What Spark calls as soon as the driver has agreed. */
  private final class Committer extends OutputCommitter {
    @Override
    public void setupJob(JobContext context) {}

    @Override
    public void setupTask(TaskAttemptContext context) {}

    @Override
    public boolean needsTaskCommit(TaskAttemptContext context) {
      return !written().isEmpty();
    }

    @Override
    public void commitTask(TaskAttemptContext context) throws IOException {
      for (Map.Entry<String, Path> file : written().entrySet()) {
        publish(file.getKey(), file.getValue(), context.getConfiguration());
      }
      deleteLocal();
    }

    @Override
    public void abortTask(TaskAttemptContext context) {
      deleteLocal();
    }
  }

  private void publish(String name, Path file, Configuration hadoop) throws IOException {
    var output = new org.apache.hadoop.fs.Path(folder);
    FileSystem files = output.getFileSystem(hadoop);
    if (isThere(name, new Folder(files, output))) {
      return;
    }
    String digest = NamedByContent.digest(new org.apache.hadoop.fs.Path(file.toUri()), hadoop);
    try (WholeFile whole = new Folder(files, output).file(NamedByContent.name(name, digest))) {
      whole.write(out -> Files.copy(file, out));
      requireHeld(hadoop);
      if (!isThere(name, new Folder(files, output))) {
        whole.put();
      }
    }
  }

  private static void requireHeld(Configuration hadoop) throws IOException {
    String root = hadoop.get(ROOT);
    if (root != null) {
      new Store(root, hadoop.get(CLAIM)).requireHeld(hadoop);
    }
  }

  /** Whether an earlier attempt at the same task published its file before it was lost. */
  private static boolean isThere(String name, Folder output) throws IOException {
    TaskContext task = TaskContext.get();
    if (task == null || task.attemptNumber() + task.stageAttemptNumber() == 0) {
      return false;
    }
    String begin = name.substring(0, name.indexOf('.') + 1);
    return output.names().stream().anyMatch(there -> there.startsWith(begin));
  }

  private void deleteLocal() {
    if (local == null) {
      return;
    }
    try (Stream<Path> files = Files.list(local)) {
      for (Path file : files.toList()) {
        Files.delete(file); // Hadoop's checksum beside it, too
      }
      Files.delete(local);
    } catch (IOException e) {
      LoggerFactory.getLogger(Publication.class).warn("{} could not be deleted", local, e);
    }
    local = null;
  }
}
