package io.grokgrid.console;

import io.grokgrid.config.PlannedRun;
import io.grokgrid.experiment.Outcome;
import io.grokgrid.run.Cost;
import java.io.PrintStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the driver knows of a sweep under way, and how it shows that: one live line on a terminal,
 * else a line a minute.
 */
public final class Progress implements AutoCloseable {
  private static final Progress NOTHING =
      new Progress(List.of(), new PrintStream(PrintStream.nullOutputStream()), false);
  private static final int BAR = 16;

  /** Where lines cannot be written again, the first is to come before one begins to wonder. */
  private static final long FIRST_MILLIS = 5_000;

  /** Of the terminal, as the launching script found it. */
  private static final int COLUMNS = Integer.getInteger("grokgrid.columns", 80);

  private static volatile Progress current = NOTHING;

  private final Map<String, PlannedRun> runs = new HashMap<>();
  private final Map<String, Report> training = new HashMap<>();
  private final Set<String> seen = new HashSet<>();
  private final Map<String, String> ended = new HashMap<>();
  private final PrintStream out;
  private final boolean live;
  private final double totalCost;
  private final long start = System.nanoTime();
  private double costBefore;
  private volatile boolean stopping;
  private final Later clock = new Later("progress");

  /**
   * Of the runs that a sweep is about to train.
   *
   * @param live whether {@code out} is a terminal
   */
  public Progress(List<PlannedRun> pending, PrintStream out, boolean live) {
    this.out = out;
    this.live = live;
    pending.forEach(run -> runs.put(run.id(), run));
    totalCost = pending.stream().mapToDouble(run -> Cost.seconds(run.spec())).sum();
  }

  /** The sweep that this driver is about, if any. */
  public static Progress current() {
    return current;
  }

  /** Whether one is shown. */
  static boolean isShown() {
    return current != NOTHING;
  }

  /** Begins to show. */
  public Progress show() {
    stopping = NOTHING.stopping; // asked before there was anything to stop
    NOTHING.stopping = false;
    current = this;
    long period = live ? 500 : 60_000;
    clock.every(live ? 0 : FIRST_MILLIS, period, this::draw);
    return this;
  }

  /** Asks every run to save its state and end. */
  public void stop() {
    stopping = true;
  }

  public boolean isStopping() {
    return stopping;
  }

  /** Takes a report in. Returns whether the run is to go on; one that is about to begin may not. */
  public synchronized boolean accept(Report report) {
    if (report.outcome().isEmpty()) {
      if (stopping && !seen.contains(report.runId())) {
        return false;
      }
      if (seen.add(report.runId())) {
        costBefore += cost(report);
      }
      training.put(report.runId(), report);
    } else {
      training.remove(report.runId());
      ended.put(report.runId(), report.outcome());
    }
    return !stopping;
  }

  /** The runs that ended since the sweep began, failures included. */
  public synchronized Set<String> ended() {
    return Set.copyOf(ended.keySet());
  }

  private void draw() {
    String line = line((System.nanoTime() - start) * 1e-9);
    out.print(live ? Console.ERASE + fitting(line) : line + System.lineSeparator());
    out.flush();
  }

  /**
   * {@code [===== ] 5/24 runs: 4 grokked, 1 memorised; 2 training at 61 steps/s, ETA 3m 20s}.
   *
   * @param elapsed seconds since the sweep began
   */
  synchronized String line(double elapsed) {
    double done = done();
    double share = totalCost == 0 ? 1 : Math.min(1, done / totalCost);
    int filled = (int) Math.round(share * BAR);
    String bar = "=".repeat(filled) + " ".repeat(BAR - filled);
    boolean knowsRate = done > costBefore && share < 1;
    double left = (totalCost - done) * elapsed / (done - costBefore);
    return "[%s] %d/%d runs".formatted(bar, ended.size(), runs.size())
        + (ended.isEmpty() ? "" : ": " + outcomes())
        + (training.isEmpty() ? "" : "; " + rate())
        + (knowsRate ? ", ETA " + duration(left) : "")
        + (stopping ? "; stopping" : "");
  }

  /** Of {@link #totalCost}. */
  private double done() {
    return ended.keySet().stream().mapToDouble(this::wholeCost).sum()
        + training.values().stream().mapToDouble(this::cost).sum();
  }

  private double wholeCost(String runId) {
    PlannedRun run = runs.get(runId);
    return run == null ? 0 : Cost.seconds(run.spec());
  }

  private double cost(Report report) {
    PlannedRun run = runs.get(report.runId());
    return run == null
        ? 0
        : wholeCost(report.runId()) * report.step() / run.spec().training().steps();
  }

  private String rate() {
    double rate = training.values().stream().mapToDouble(Report::stepsPerSecond).sum();
    return training.size() + " training" + (rate > 0 ? " at %.0f steps/s".formatted(rate) : "");
  }

  /** A line that wraps could not be erased. */
  static String fitting(String line) {
    return line.length() < COLUMNS ? line : line.substring(0, COLUMNS - 1);
  }

  private String outcomes() {
    Map<Outcome, Integer> counts = new TreeMap<>();
    ended.values().forEach(o -> counts.merge(Outcome.valueOf(o), 1, Integer::sum));
    return String.join(
        ", ",
        counts.entrySet().stream().map(e -> e.getValue() + " " + e.getKey().column()).toList());
  }

  /** {@code 42s}, {@code 3m 20s}, {@code 5h 10m}. */
  public static String duration(double seconds) {
    Duration left = Duration.ofSeconds(Math.round(seconds));
    if (left.toHours() > 0) {
      return String.format(Locale.ROOT, "%dh %dm", left.toHours(), left.toMinutesPart());
    }
    return left.toMinutes() > 0
        ? String.format(Locale.ROOT, "%dm %ds", left.toMinutes(), left.toSecondsPart())
        : left.toSeconds() + "s";
  }

  /** Shows the last line and ends. */
  @Override
  public void close() {
    clock.close();
    current = NOTHING;
    out.println((live ? Console.ERASE : "") + line((System.nanoTime() - start) * 1e-9));
  }
}
