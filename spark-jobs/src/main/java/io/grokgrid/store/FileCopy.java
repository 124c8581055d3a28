package io.grokgrid.store;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A file that was copied, whole and read again.
 *
 * @param bytes that it has; 0 of one that was there before, with the same content
 */
public record FileCopy(long bytes) {
  private static final int BUFFER = 1 << 16;

  /**
   * Copies a file, unless it is there with the same content; what else is there gives way.
   *
   * @throws IOException if it cannot be, or if what is read back is not what was written
   */
  public static FileCopy of(Path from, Path to, Configuration hadoop) throws IOException {
    FileSystem source = from.getFileSystem(hadoop);
    FileSystem target = to.getFileSystem(hadoop);
    FileStatus status = source.getFileStatus(from);
    String digest = NamedByContent.digest(from, hadoop);
    if (holds(target, to, status.getLen(), digest)) {
      return new FileCopy(0);
    }
    try (WholeFile file = new WholeFile(target, to)) {
      file.write(
          out -> {
            try (var in = source.open(from)) {
              byte[] buffer = new byte[BUFFER];
              for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                out.write(buffer, 0, n);
              }
            }
          });
      file.replace();
    }
    if (!holds(target, to, status.getLen(), digest)) {
      target.delete(to, false);
      throw new IOException(
          "%s: what is read back is not what %s holds"
              .formatted(StoreFiles.text(to), StoreFiles.text(from)));
    }
    return new FileCopy(status.getLen());
  }

  private static boolean holds(FileSystem files, Path path, long length, String digest)
      throws IOException {
    return files.exists(path)
        && files.getFileStatus(path).getLen() == length
        && digest.equals(NamedByContent.digest(path, files.getConf()));
  }
}
