package io.grokgrid.console;

import io.grokgrid.store.Damage;
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
  /** To the start of the terminal's line, and clears it. */
  static final String ERASE = "\r\u001b[2K";

  /** The first so many of damages are named. */
  private static final int SHOWN = 20;

  /**
   * The process's own streams. The launching script knows whether they are terminals and says so in
   * the system property {@code grokgrid.tty.out}, and where the log is in {@code grokgrid.log}.
   */
  public static Console ofProcess() {
    boolean colour = isTerminal("out") && System.getenv("NO_COLOR") == null;
    return new Console(
        utf8(FileDescriptor.out),
        utf8(FileDescriptor.err),
        colour,
        System.getProperty("grokgrid.log"));
  }

  /** The same, of which results are chatter. */
  public Console chatter() {
    return new Console(err, err, false, log);
  }

  /** Whether {@code err} is a terminal, whose last line can be written again. */
  public static boolean isLive() {
    return Boolean.getBoolean("grokgrid.tty");
  }

  /** Whether the user's locale is UTF-8, as the launching script found it. */
  public static boolean isUtf8() {
    return Boolean.getBoolean("grokgrid.utf8");
  }

  /** Of the terminal, as the launching script found it. */
  public static int columns() {
    return Integer.getInteger("grokgrid.columns", 80);
  }

  /** Whether somebody types at a terminal, and reads results there. */
  public static boolean isTyped() {
    return isTerminal("in") && isTerminal("out");
  }

  /** Whether somebody who reads {@code err} on a terminal can answer a question. */
  public static boolean isAnswered() {
    return isLive() && isTerminal("in");
  }

  private static boolean isTerminal(String stream) {
    return Boolean.getBoolean("grokgrid.tty." + stream);
  }

  /** Says something that is not a result. */
  public void say(String message) {
    err.println((isLive() ? ERASE : "") + "grokgrid: " + message);
    err.flush();
  }

  /** Says what of a store is left out because it is damaged. */
  public void leftOut(List<Damage> damages) {
    damages.stream().limit(SHOWN).forEach(damage -> say("left out: " + damage));
    if (damages.size() > SHOWN) {
      say("left out: " + (damages.size() - SHOWN) + " more, see verify");
    }
  }

  /** Says what a study's reader would not guess. */
  public void note(List<String> notes) {
    notes.forEach(note -> say("note: " + note));
  }

  /**
   * Says what is under way, again and again where that takes more than a few seconds, until it is
   * closed.
   *
   * @param what such as {@code reading the store}
   */
  public Sign during(String what) {
    return new Sign(what, err, isLive());
  }

  /**
   * Says a last word and ends the process. What is still under way says nothing more: these streams
   * lead nowhere from now on, for every thread and native code too.
   *
   * @param graceMillis within which the process's shutdown hooks remove temporary folders
   */
  public void end(int code, String message, long graceMillis) {
    say(message);
    err.close();
    out.close();
    new Later("end").after(graceMillis, () -> Runtime.getRuntime().halt(code));
    System.exit(code);
  }

  private static PrintStream utf8(FileDescriptor file) {
    return new PrintStream(new FileOutputStream(file), true, StandardCharsets.UTF_8);
  }
}
