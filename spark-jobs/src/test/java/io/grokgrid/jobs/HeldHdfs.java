package io.grokgrid.jobs;

import java.io.IOException;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hdfs.DistributedFileSystem;

/** HDFS, at whose calls processes are {@link Held}. */
public final class HeldHdfs extends DistributedFileSystem {
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
