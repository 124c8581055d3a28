package io.grokgrid.jobs;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a command speaks.
 *
 * @param out results only, so that it can be piped
 * @param err everything else
 * @param colour whether {@code out} is a terminal that shows colours
 * @param log the file that takes Spark's log and stack traces, if there is one
 */
public record Console(PrintStream out, PrintStream err, boolean colour, @Nullable String log) {
  /**
   * The process's own streams. The launching script knows whether they are terminals and says so in
   * the system property {@code grokgrid.tty.out}, and where the log is in {@code grokgrid.log}.
   */
  public static Console ofProcess() {
    boolean colour = Boolean.getBoolean("grokgrid.tty.out") && System.getenv("NO_COLOR") == null;
    return new Console(
        utf8(FileDescriptor.out),
        utf8(FileDescriptor.err),
        colour,
        System.getProperty("grokgrid.log"));
  }

  /** Says something that is not a result. */
  public void say(String message) {
    err.println("grokgrid: " + message);
    err.flush();
  }

  /** Says what a study's reader would not guess. */
  void note(List<String> notes) {
    notes.forEach(note -> say("note: " + note));
  }

  private static PrintStream utf8(FileDescriptor file) {
    return new PrintStream(new FileOutputStream(file), true, StandardCharsets.UTF_8);
  }
}
