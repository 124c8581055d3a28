package io.grokgrid.transfer;

import java.io.IOException;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * The local file system as {@code dying:///}, on which nothing changes any more behind so many
 * changes: what a process leaves that is killed there.
 */
public final class DyingFileSystem extends RawLocalFileSystem {
  private static int left = Integer.MAX_VALUE;

  /** Makes it known to a session's Hadoop. */
  public static void register(Configuration hadoop) {
    hadoop.set("fs.dying.impl", DyingFileSystem.class.getName());
    hadoop.setBoolean("fs.dying.impl.disable.cache", true);
  }

  /** From now on. */
  public static synchronized void dieBehind(int changes) {
    left = changes;
  }

  /** Whether it came to that. */
  public static synchronized boolean isDead() {
    return left <= 0;
  }

  private static synchronized void change() throws IOException {
    if (left <= 0) {
      throw new IOException("the process is dead");
    }
    left--;
  }

  @Override
  public URI getUri() {
    return URI.create("dying:///");
  }

  @Override
  public String getScheme() {
    return "dying";
  }

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    change();
    return super.rename(from, to);
  }

  @Override
  public boolean delete(Path path, boolean recursive) throws IOException {
    change();
    return super.delete(path, recursive);
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    change();
    return super.create(path, overwrite, bufferSize, replication, blockSize, progress);
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      FsPermission permission,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    change();
    return super.create(path, permission, overwrite, bufferSize, replication, blockSize, progress);
  }
}
