package io.grokgrid.store;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.parquet.hadoop.ParquetOutputCommitter;
import org.apache.spark.TaskContext;

/**
 * Puts a digest of a file's content into its name as its task ends, {@code
 * part-00000-..-c000.sha256-0123456789abcdef.snappy.parquet}: a Parquet file's pages have
 * checksums, its footer has none, and a wrong number there makes rows vanish in silence.
 */
public final class NamedByContent extends ParquetOutputCommitter {
  private static final int HEX_DIGITS = 16;
  private static final Pattern NAME = Pattern.compile(".*\\.sha256-([0-9a-f]{16})\\..*");
  private static final int BUFFER = 1 << 16;

  private final Path output;

  /** As Spark calls it. */
  public NamedByContent(Path output, TaskAttemptContext context) throws IOException {
    super(output, context);
    this.output = output;
  }

  @Override
  public void commitTask(TaskAttemptContext context) throws IOException {
    Path attempt = getTaskAttemptPath(context);
    FileSystem files = attempt.getFileSystem(context.getConfiguration());
    if (files.exists(attempt)) {
      for (FileStatus file : files.listStatus(attempt)) {
        String name = file.getPath().getName();
        if (file.isFile() && name.endsWith(".parquet")) {
          deleteEarlier(files, name);
          String digest = digest(file.getPath(), context.getConfiguration());
          Path named = new Path(attempt, name.replaceFirst("\\.", ".sha256-" + digest + "."));
          if (!files.rename(file.getPath(), named)) {
            throw new IOException("cannot rename " + file.getPath() + " to " + named);
          }
        }
      }
    }
    super.commitTask(context);
  }

  /** What an earlier attempt at the same task put there before it was lost. */
  private void deleteEarlier(FileSystem files, String name) throws IOException {
    TaskContext task = TaskContext.get();
    if (task == null || task.attemptNumber() + task.stageAttemptNumber() == 0) {
      return;
    }
    String begin = name.substring(0, name.indexOf('.') + 1);
    new Folder(files, output).deleteAll(there -> there.startsWith(begin));
  }

  /** The digest that a file's name says its content has; files of older builds have none. */
  static Optional<String> named(Path file) {
    Matcher name = NAME.matcher(file.getName());
    return name.matches() ? Optional.of(name.group(1)) : Optional.empty();
  }

  /** The first 16 hex digits of the SHA-256 of a file's content. */
  static String digest(Path file, Configuration hadoop) throws IOException {
    try (InputStream in = file.getFileSystem(hadoop).open(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[BUFFER];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
      return HexFormat.of().formatHex(digest.digest(), 0, HEX_DIGITS / 2);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
