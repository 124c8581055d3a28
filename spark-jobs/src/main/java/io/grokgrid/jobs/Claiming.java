package io.grokgrid.jobs;

import io.grokgrid.console.Console;
import io.grokgrid.store.BrokenStore;
import io.grokgrid.store.Claim;
import io.grokgrid.store.Store;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.hadoop.conf.Configuration;

/** Takes the store for a command that writes to it, or says who holds it. */
public final class Claiming {
  private static final long LONGEST_NANOS = Duration.ofDays(1).toNanos();

  /** A sweep that was killed a moment ago may be ending still. */
  private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(2);

  private static final long POLL_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final long REMINDER_NANOS = TimeUnit.MINUTES.toNanos(1);

  private Claiming() {}

  /** The JDK's own message is the path alone. */
  private static String reason(IOException e) {
    return e instanceof AccessDeniedException
        ? "permission denied, " + e.getMessage()
        : String.valueOf(e.getMessage());
  }

  /**
   * Takes the store.
   *
   * @param command what it is taken for
   * @param lost called if another takes it although this process lives
   * @param wait whether to wait while it is held, a day at most
   * @throws BrokenStore if it is held or cannot be written
   */
  public static Claim take(
      Store store,
      Configuration hadoop,
      String command,
      Runnable lost,
      boolean wait,
      Console console)
      throws IOException {
    store.hasRuns(hadoop); // refuses what is no store
    store.requireFolders(hadoop);
    long start = System.nanoTime();
    long said = start - REMINDER_NANOS;
    while (true) {
      try {
        return Claim.take(store, hadoop, command, lost);
      } catch (Claim.Held held) {
        long now = System.nanoTime();
        String holder = "the store " + store.root() + " is held by " + held.getMessage();
        if (!wait && now - start < GRACE_NANOS) {
          LockSupport.parkNanos(GRACE_NANOS / 20);
          continue;
        }
        if (!wait || now - start > LONGEST_NANOS) {
          throw new BrokenStore(
              holder + (wait ? "; waited for a day" : "; --wait waits until it is given back"));
        }
        if (now - said >= REMINDER_NANOS) {
          said = now;
          console.say(holder + "; waiting, a day at most");
        }
        LockSupport.parkNanos(POLL_NANOS);
      } catch (IOException e) {
        throw new BrokenStore("the store " + store.root() + " cannot be written: " + reason(e));
      }
    }
  }
}
