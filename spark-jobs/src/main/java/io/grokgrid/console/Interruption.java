package io.grokgrid.console;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What Ctrl-C, a termination signal and a closed terminal do. While runs train, the first asks
 * those in flight to save their state and end, as the time budget does; at any other time, and when
 * it is the second, it ends the process.
 */
public final class Interruption implements AutoCloseable {
  /**
   * One cause comes as several signals: {@code timeout} sends its own to the process and then to
   * the group, a terminal that closes to its foreground and then, by the shell, to its jobs.
   */
  private static final long SAME_NANOS = 500_000_000;

  private static final long FOLLOW_NANOS = 100_000_000;

  /** As a shell says it. */
  private static final int KILLED = 137;

  /** Within which Spark removes its temporary folders. */
  private static final int GRACE_MILLIS = 5_000;

  private static final int IMPATIENT_MILLIS = 1_000;
  private static final int SAVING_MILLIS = 600_000;

  /** In place of a signal's name. */
  private static final String CANCELLED = "cancelled";

  private static @Nullable Interruption training;
  private static boolean watched;
  private static boolean saving;
  private static boolean ending;
  private static long last;

  private final Progress progress;
  private final Later clock = new Later("interruption");

  /**
   * Is asked in place of the process's end, from now until closed.
   *
   * @param maxHours 0 is no limit
   */
  public Interruption(Progress progress, double maxHours) {
    this.progress = progress;
    if (maxHours > 0) {
      clock.after(Math.round(maxHours * 3.6e6), progress::stop);
    }
    synchronized (Interruption.class) {
      training = this;
    }
  }

  /** Answers signals from now on; to be called before anything else is done. */
  public static synchronized void watch() {
    if (watched) {
      return;
    }
    watched = true;
    followLauncher();
    Console console = Console.ofProcess();
    try {
      // Found by name, for the compiler warns of the class itself, and that cannot be suppressed.
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      InvocationHandler answer =
          (proxy, method, arguments) -> {
            received(String.valueOf(arguments[0]), console);
            return null;
          };
      Object answering =
          Proxy.newProxyInstance(
              Interruption.class.getClassLoader(), new Class<?>[] {handler}, answer);
      for (String name : List.of("HUP", "INT", "TERM")) {
        // What nohup, or a shell for its background, has set to be ignored stays ignored.
        Object named = signal.getConstructor(String.class).newInstance(name);
        signal.getMethod("handle", signal, handler).invoke(null, named, answering);
      }
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this JVM has no sun.misc.Signal", e);
    }
  }

  /** The launching script passes all signals on but {@code kill -9}, which is meant for this. */
  private static void followLauncher() {
    Long launcher = Long.getLong("grokgrid.launcher");
    if (launcher == null) {
      return;
    }
    Runnable follow =
        () -> {
          while (ProcessHandle.current().parent().filter(p -> launcher == p.pid()).isPresent()) {
            LockSupport.parkNanos(FOLLOW_NANOS);
          }
          Runtime.getRuntime().halt(KILLED);
        };
    Thread thread = new Thread(follow, "launcher");
    thread.setDaemon(true);
    thread.start();
  }

  /** As the first Ctrl-C, by another process's wish; nothing where this one ends already. */
  public static void cancel(Console console) {
    received(CANCELLED, console);
  }

  /** Whether this process was asked to end while runs trained. */
  public static synchronized boolean isAsked() {
    return saving;
  }

  private static void received(String signal, Console console) {
    synchronized (Interruption.class) {
      long now = System.nanoTime();
      boolean again = saving || ending;
      boolean isRepeated = signal.equals("SIGHUP") || signal.equals(CANCELLED);
      if (again && (isRepeated || now - last < SAME_NANOS)) {
        return;
      }
      last = now;
      if (ending) {
        Runtime.getRuntime().halt(ExitCode.INTERRUPTED);
      }
      if (training != null && !saving) {
        saving = true;
        training.save(console, word(signal));
        return;
      }
      ending = true;
    }
    console.end(ExitCode.INTERRUPTED, word(signal), saving ? IMPATIENT_MILLIS : GRACE_MILLIS);
  }

  private static String word(String signal) {
    return signal.equals(CANCELLED) ? "cancelled by grokgrid cancel" : "interrupted";
  }

  private void save(Console console, String word) {
    console.say(word + ": " + progress.onStopping() + "; once more to end at once");
    progress.stop();
    String late = progress.onLate(SAVING_MILLIS / 1000.0);
    clock.after(SAVING_MILLIS, () -> console.end(ExitCode.INTERRUPTED, late, GRACE_MILLIS));
  }

  @Override
  public void close() {
    synchronized (Interruption.class) {
      training = null;
      clock.close();
    }
  }
}
