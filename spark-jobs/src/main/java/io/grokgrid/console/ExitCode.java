package io.grokgrid.console;

/** What the process returns. */
public final class ExitCode {
  public static final int DONE = 0;

  /** Something outside the experiment failed, or the store is not whole. */
  public static final int BROKEN = 1;

  /** The command line, the configuration or the SQL is wrong. */
  public static final int REFUSED = 2;

  /** The sweep is complete, but a run of its grid failed or diverged. */
  public static final int FAILED_RUNS = 3;

  /** Runs in flight saved their state. */
  public static final int INTERRUPTED = 130;

  private ExitCode() {}
}
