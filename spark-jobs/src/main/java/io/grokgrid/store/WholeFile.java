package io.grokgrid.store;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Set;
import java.util.UUID;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StreamCapabilities;
import org.jspecify.annotations.Nullable;

/**
 * A file that is there whole or not at all. Where a rename is one step it is written beside its
 * place, hidden, and then renamed. A store of objects has no rename, only copies, but shows an
 * object when its upload is complete and not before: there it is uploaded to its place. Closed
 * before it is in its place it leaves nothing behind.
 */
public final class WholeFile implements AutoCloseable {
  /** Of clients of stores that show no object before all of it is there. */
  private static final Set<String> OF_OBJECTS = Set.of("s3a", "s3", "gs", "oss");

  private final FileSystem files;
  private final Path place;
  private final Path beside;
  private final boolean isObject;
  private @Nullable Body body;
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
    isObject = holdsObjects(files);
  }

  /** Whether files are objects: whole as soon as they are there, and never renamed. */
  static boolean holdsObjects(FileSystem files) {
    return OF_OBJECTS.contains(files.getUri().getScheme());
  }

  /**
   * Says what it is to hold, before it is put in its place.
   *
   * @param content is asked for now, or, of an object, as it is put in its place
   * @throws Unwritable if there is no space, or nothing can be written there for another reason
   */
  public void write(Body content) throws IOException {
    if (isObject) {
      body = content;
      return;
    }
    try (OutputStream out = create(files, beside)) {
      content.writeTo(out);
    } catch (IOException | FSError e) {
      throw Unwritable.of(place, e);
    }
  }

  /** Puts it in its place, and away what is there. */
  public void replace() throws IOException {
    if (body != null) {
      upload(body);
    } else if (!move()) {
      files.delete(place, false); // of a file system that does not rename to a file that is there
      requireInPlace(move());
    }
  }

  /** Puts it in its place; one that is there may stay, where it is as good. */
  void put() throws IOException {
    if (body != null) {
      upload(body);
    } else {
      requireInPlace(move() || files.exists(place));
    }
  }

  /** An object appears when its stream is closed, and so that of half a body never is. */
  private void upload(Body content) throws IOException {
    try {
      uploadWhole(content);
    } catch (IOException e) {
      throw Unwritable.of(place, e);
    }
    inPlace = true;
  }

  private void uploadWhole(Body content) throws IOException {
    FSDataOutputStream out = create(files, place);
    try {
      content.writeTo(out);
    } catch (IOException | RuntimeException | Error e) {
      if (out.hasCapability(StreamCapabilities.ABORTABLE_STREAM)) {
        out.abort();
      }
      throw e;
    }
    out.close();
  }

  private boolean move() throws IOException {
    try {
      inPlace = files.rename(beside, place);
    } catch (IOException e) {
      throw Unwritable.of(place, e);
    }
    return inPlace;
  }

  private void requireInPlace(boolean holds) throws IOException {
    if (!holds) {
      throw new IOException("cannot rename " + beside + " to " + place);
    }
  }

  @Override
  public void close() throws IOException {
    if (!inPlace && !isObject) {
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
