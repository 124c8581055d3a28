package io.grokgrid.store;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/** A file that cannot be written, by no fault of what was to be in it; the message says which. */
public final class Unwritable extends IOException {
  private static final long serialVersionUID = 1L;

  private static final String CANNOT = " cannot be written: ";
  private static final String TEMPORARY = "a temporary folder (spark.local.dir, TMPDIR)" + CANNOT;

  private static final String SOME_DISK = "a disk, maybe that of " + TEMPORARY;

  private static final String NO_SPACE = "No space left on device";

  /** One of the other, which might be a ring. */
  private static final int MOST_CAUSES = 20;

  private Unwritable(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * What was thrown as a file was written: an exception, or of Hadoop's local file system an error.
   */
  public static Unwritable of(Path place, Throwable cause) {
    return cause instanceof Unwritable known
        ? known
        : new Unwritable(StoreFiles.text(place) + CANNOT + reason(cause), cause);
  }

  /** What is on a disk of an executor's own, from which it would have come into the store. */
  static Unwritable temporary(java.nio.file.Path folder) {
    return new Unwritable(folder + ", " + TEMPORARY + NO_SPACE, new IOException(NO_SPACE));
  }

  /**
   * What a failure comes from, or was accompanied by, if it is that something cannot be written.
   */
  public static Optional<String> behind(Throwable failure) {
    List<Throwable> all = new ArrayList<>();
    collect(failure, MOST_CAUSES, all);
    return all.stream()
        .filter(Unwritable.class::isInstance)
        .findFirst()
        .map(Throwable::getMessage)
        .or(() -> all.stream().flatMap(each -> full(each).stream()).findFirst());
  }

  private static void collect(@Nullable Throwable failure, int depth, List<Throwable> all) {
    if (failure != null && depth > 0) {
      all.add(failure);
      collect(failure.getCause(), depth - 1, all);
      for (Throwable besides : failure.getSuppressed()) {
        collect(besides, depth - 1, all);
      }
    }
  }

  /** Of what others than this project write, of which the JDK alone names the file. */
  private static Optional<String> full(Throwable cause) {
    boolean isFull = cause instanceof IOException && reason(cause).equals(NO_SPACE);
    String file = null;
    if (cause instanceof FileSystemException known) {
      file = known.getOtherFile() == null ? known.getFile() : known.getOtherFile();
    }
    return isFull
        ? Optional.of(file == null ? SOME_DISK + NO_SPACE : file + CANNOT + NO_SPACE)
        : Optional.empty();
  }

  /** In words, without the path, which the JDK's and Hadoop's own messages begin with. */
  public static String reason(Throwable cause) {
    Throwable root =
        cause instanceof FSError && cause.getCause() != null ? cause.getCause() : cause;
    String message =
        root.getMessage() == null
            ? root.getClass().getSimpleName()
            : root.getMessage().lines().findFirst().orElse("");
    if (message.contains(NO_SPACE)) {
      return NO_SPACE;
    }
    if (root instanceof AccessDeniedException) {
      return "permission denied, " + message;
    }
    return root instanceof FileSystemException known && known.getReason() != null
        ? known.getReason()
        : message;
  }
}
