package io.grokgrid.jobs;

import java.util.Timer;
import java.util.TimerTask;
import org.apache.hadoop.service.launcher.IrqHandler;

/**
 * What ends a sweep early: Ctrl-C, a termination signal, its time budget. Each asks the runs in
 * flight to save their state and end; a second signal does not wait for them.
 */
final class Interruption implements AutoCloseable {
  private final Progress progress;
  private final Console console;
  private final Timer budget = new Timer("time budget", true);
  private boolean over;

  /**
   * Watches from now until closed.
   *
   * @param maxHours 0 is no limit
   */
  Interruption(Progress progress, Console console, double maxHours) {
    this.progress = progress;
    this.console = console;
    new IrqHandler(IrqHandler.CONTROL_C, signal -> interrupted()).bind();
    new IrqHandler(IrqHandler.SIGTERM, signal -> interrupted()).bind();
    if (maxHours > 0) {
      budget.schedule(
          new TimerTask() {
            @Override
            public void run() {
              progress.stop();
            }
          },
          Math.round(maxHours * 3.6e6));
    }
  }

  private synchronized void interrupted() {
    if (over || progress.isStopping()) {
      new Thread(() -> System.exit(ExitCode.INTERRUPTED), "exit").start();
      return;
    }
    progress.stop();
    console.say("interrupted: the runs in flight save their state; once more to end at once");
  }

  @Override
  public synchronized void close() {
    budget.cancel();
    over = true;
  }
}
