package io.grokgrid.store;

import java.io.FileNotFoundException;
import java.nio.file.NoSuchFileException;
import org.apache.spark.SparkThrowable;

/**
 * Files of a store gave way to larger ones with the same rows after they were listed and before
 * they were read. Nothing is lost: whoever lists the store again finds every row.
 */
public final class ReplacedFiles extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** For whom reading again is no way out. */
  public static final String ADVICE =
      "files of the store gave way to others, as compact does, while they were read; the same again"
          + " reads those";

  private static final String OF_ROWS = "(?s).*/(runs|analyses)/submission=.*";

  ReplacedFiles(String file) {
    super(file + " is there no more: " + ADVICE);
  }

  /** Whether this is what a failure comes from. */
  public static boolean isBehind(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      boolean isGone =
          cause instanceof FileNotFoundException || cause instanceof NoSuchFileException;
      if (cause instanceof ReplacedFiles
          || (cause instanceof SparkThrowable known
              && "FAILED_READ_FILE.FILE_NOT_EXIST".equals(known.getCondition()))
          || (isGone && String.valueOf(cause.getMessage()).matches(OF_ROWS))) {
        return true;
      }
    }
    return false;
  }
}
