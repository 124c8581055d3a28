package io.grokgrid.jobs;

import java.io.IOException;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;

/** The local disk, at whose calls processes are {@link Held}. */
public final class HeldLocal extends LocalFileSystem {
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
