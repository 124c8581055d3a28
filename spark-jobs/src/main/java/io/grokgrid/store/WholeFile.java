package io.grokgrid.store;

import java.io.IOException;
import java.io.OutputStream;
import java.util.UUID;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A file that is there whole or not at all: it is written beside its place and then renamed. Closed
 * before that it leaves nothing behind.
 */
public final class WholeFile implements AutoCloseable {
  private final FileSystem files;
  private final Path place;
  private final Path beside;
  private boolean inPlace;

  /** What a file is to hold. */
  @FunctionalInterface
  public interface Body {
    void writeTo(OutputStream out) throws IOException;
  }

  public WholeFile(FileSystem files, Path place) {
    this.files = files;
    this.place = place;
    beside = new Path(place.getParent(), "." + UUID.randomUUID());
  }

  public void write(Body body) throws IOException {
    try (OutputStream out = create(files, beside)) {
      body.writeTo(out);
    }
  }

  /** Puts it in its place, and away what is there. */
  public void replace() throws IOException {
    if (!move()) {
      files.delete(place, false); // of a file system that does not rename to a file that is there
      requireInPlace(move());
    }
  }

  /** Puts it in its place; one that is there may stay, where it is as good. */
  void put() throws IOException {
    requireInPlace(move() || files.exists(place));
  }

  private boolean move() throws IOException {
    inPlace = files.rename(beside, place);
    return inPlace;
  }

  private void requireInPlace(boolean holds) throws IOException {
    if (!holds) {
      throw new IOException("cannot rename " + beside + " to " + place);
    }
  }

  @Override
  public void close() throws IOException {
    if (!inPlace) {
      files.delete(beside, false);
    }
  }

  /**
   * Opens a new file. With no permission asked for: on a local file system Hadoop starts a process
   * to set the permission of each file and of its checksum's, and would start two more.
   */
  static FSDataOutputStream create(FileSystem files, Path path) throws IOException {
    return files.create(
        path,
        null,
        true,
        files.getConf().getInt("io.file.buffer.size", 4096),
        files.getDefaultReplication(path),
        files.getDefaultBlockSize(path),
        null);
  }
}
