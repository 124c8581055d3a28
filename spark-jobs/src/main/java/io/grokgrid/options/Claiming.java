package io.grokgrid.options;

import io.grokgrid.console.Console;
import io.grokgrid.console.Interruption;
import io.grokgrid.store.BrokenStore;
import io.grokgrid.store.Claim;
import io.grokgrid.store.Replacements;
import io.grokgrid.store.Store;
import io.grokgrid.store.Unwritable;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.hadoop.conf.Configuration;

/**
 * Takes the store for a command that writes to it, or says who holds it.
 *
 * @param command what it is taken for
 * @param waits whether to wait while it is held, a day at most
 */
public record Claiming(
    Store store, Configuration hadoop, String command, boolean waits, Console console) {
  private static final long LONGEST_NANOS = Duration.ofDays(1).toNanos();

  /** A sweep that was killed a moment ago may be ending still. */
  private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(2);

  private static final long POLL_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final long REMINDER_NANOS = TimeUnit.MINUTES.toNanos(1);

  /**
   * Takes the store.
   *
   * @param lost called if another takes it although this process lives
   * @throws BrokenStore if it is held or cannot be written
   */
  public Claim take(Runnable lost) throws IOException {
    store.hasRuns(hadoop); // refuses what is no store
    store.requireFolders(hadoop);
    long start = System.nanoTime();
    long said = start - REMINDER_NANOS;
    while (true) {
      try {
        return finished(
            Claim.take(store, hadoop, command, lost, () -> Interruption.cancel(console)));
      } catch (Claim.Held held) {
        long now = System.nanoTime();
        String holder = "the store " + store.root() + " is held by " + held.getMessage();
        requirePatience(now - start, holder);
        if (waits && now - said >= REMINDER_NANOS) {
          said = now;
          console.say(holder + "; waiting, a day at most");
        }
        LockSupport.parkNanos(waits ? POLL_NANOS : GRACE_NANOS / 20);
      } catch (IOException e) {
        throw new BrokenStore(
            "the store " + store.root() + " cannot be written: " + Unwritable.reason(e));
      }
    }
  }

  /** With what a compact that was killed had begun to put in place. */
  private Claim finished(Claim claim) throws IOException {
    try {
      if (new Replacements(store, hadoop).finish()) {
        console.say("ended what a compact that was killed had begun");
      }
      return claim;
    } catch (IOException | RuntimeException e) {
      claim.close();
      throw e;
    }
  }

  private void requirePatience(long waited, String holder) {
    if (waited > LONGEST_NANOS || (!waits && waited >= GRACE_NANOS)) {
      throw new BrokenStore(
          holder + (waits ? "; waited for a day" : "; --wait waits until it is given back"));
    }
  }
}
