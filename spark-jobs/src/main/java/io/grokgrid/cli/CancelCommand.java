package io.grokgrid.cli;

import io.grokgrid.console.Console;
import io.grokgrid.console.ExitCode;
import io.grokgrid.console.Sign;
import io.grokgrid.options.Options;
import io.grokgrid.store.BrokenStore;
import io.grokgrid.store.Cancellation;
import io.grokgrid.store.Cancellation.State;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code cancel}. */
@Command(
    name = "cancel",
    header = "Ends the sweep under way on a store as Ctrl-C would, from any terminal or machine.",
    description = {
      "So also analyze --runs, llc CONF and whatever else holds the store. Runs in flight save their"
          + " state; the same command goes on from there. Waits until the store is given back; ends"
          + " with 0 also where nothing was under way. One that waits for the store (--wait) begins"
          + " then."
    },
    footer = {"", "Examples:", "  grokgrid cancel", "  grokgrid cancel --out s3a://bucket/out"})
final class CancelCommand implements Callable<Integer> {
  private static final long POLL_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Ten times what a holder takes to look. */
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final Console console;

  @Mixin private Options.Common common = new Options.Common();

  CancelCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    var hadoop = common.spark.sessions().hadoop();
    common.store().hasRuns(hadoop); // refuses what is no store
    Optional<Cancellation> asked = Cancellation.ask(common.store(), hadoop);
    if (asked.isEmpty()) {
      console.say("nothing is under way on the store " + common.out);
      return ExitCode.DONE;
    }
    console.say("asked " + asked.get().holder() + " to end");
    try (Sign sign = console.during("waiting for its end")) {
      await(asked.get());
    }
    console.say("the store " + common.out + " was given back");
    return ExitCode.DONE;
  }

  private void await(Cancellation asked) throws IOException {
    long start = System.nanoTime();
    State said = State.ASKED;
    for (State now = asked.state(); now != State.ENDED; now = asked.state()) {
      if (now == State.EXPIRED) {
        throw new BrokenStore(
            asked.holder() + " gives no sign of life: the next command takes the store");
      }
      if (now == State.SEEN && said == State.ASKED) {
        said = now;
        console.say("it ends now: what is in flight is saved");
      }
      if (now == State.ASKED && System.nanoTime() - start > PATIENCE_NANOS) {
        start = System.nanoTime();
        console.say(
            "no answer for 30s: it may be suspended, cut off from the store, or of an older version");
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }
}
