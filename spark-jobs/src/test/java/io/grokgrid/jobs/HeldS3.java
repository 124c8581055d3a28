package io.grokgrid.jobs;

import java.io.IOException;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.fs.s3a.S3AFileSystem;
import org.apache.hadoop.util.Progressable;

/** S3, at whose calls processes are {@link Held}: an object is put as its stream is closed. */
public final class HeldS3 extends S3AFileSystem {
  @Override
  public FSDataOutputStream create(
      Path file,
      FsPermission permission,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    FSDataOutputStream out =
        super.create(file, permission, overwrite, bufferSize, replication, blockSize, progress);
    return new FSDataOutputStream(out.getWrappedStream(), null) {
      @Override
      public void close() throws IOException {
        Held.call(getConf(), "put " + file);
        super.close();
      }
    };
  }

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    Held.call(getConf(), "put " + to);
    return super.rename(from, to);
  }

  @Override
  public FSDataInputStream open(Path file, int bufferSize) throws IOException {
    Held.call(getConf(), "open " + file);
    return super.open(file, bufferSize);
  }
}
