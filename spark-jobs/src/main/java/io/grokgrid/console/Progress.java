package io.grokgrid.console;

import io.grokgrid.config.PlannedRun;
import io.grokgrid.experiment.Outcome;
import io.grokgrid.run.Cost;
import io.grokgrid.step.TrainingSpec;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.DoubleSupplier;

/**
 * What the driver knows of a sweep, or of analyses, under way, and how it shows that: one live line
 * on a terminal, else a line a minute.
 */
public final class Progress implements AutoCloseable {
  private static final Progress NOTHING =
      new Progress(List.of(), new PrintStream(PrintStream.nullOutputStream()), false);

  private static final Words TRAINING =
      new Words(
          "runs",
          "training",
          "steps",
          "the runs in flight save their state",
          "no end of saving after %s; the same command goes on from the states before");
  private static final Words ANALYSING =
      new Words(
          "checkpoints",
          "under way",
          "parts",
          "the checkpoints in flight are finished",
          "no end of the checkpoints in flight after %s; the same command does what is missing");
  private static final Words SAMPLING =
      new Words(
          "checkpoints",
          "under way",
          "draws",
          "the checkpoints in flight are given up",
          "no end of the checkpoints in flight after %s; the same command does what is missing");

  private static final String GENERALISED = "generalised";

  private static final int BAR = 16;

  /** Where lines cannot be written again, the first is to come before one begins to wonder. */
  private static final long FIRST_MILLIS = 5_000;

  private static final int COLUMNS = Console.columns();

  private static volatile Progress current = NOTHING;

  private final Words words;
  private final Map<String, Piece> pieces;
  private final Map<String, Report> active = new HashMap<>();
  private final Set<String> seen = new HashSet<>();
  private final Map<String, String> ended = new HashMap<>();
  private final PrintStream out;
  private final boolean live;
  private final double totalCost;
  private final DoubleSupplier seconds;
  private final Remaining remaining;
  private volatile boolean stopping;
  private final Later clock = new Later("progress");

  /**
   * What is called how.
   *
   * @param parts what is counted of one
   * @param stopping what happens to those in flight when they are told to stop
   * @param late what is said when that takes too long, with %s for how long
   */
  private record Words(String things, String active, String parts, String stopping, String late) {}

  /**
   * @param seconds since it began
   */
  private Progress(
      Words words,
      Map<String, Piece> pieces,
      PrintStream out,
      boolean live,
      DoubleSupplier seconds) {
    this.words = words;
    this.pieces = pieces;
    this.out = out;
    this.live = live;
    this.seconds = seconds;
    totalCost = pieces.values().stream().mapToDouble(Piece::seconds).sum();
    remaining = new Remaining(pieces);
  }

  private static DoubleSupplier sinceNow() {
    long start = System.nanoTime();
    return () -> (System.nanoTime() - start) * 1e-9;
  }

  /**
   * Of the runs that a sweep is about to train.
   *
   * @param live whether {@code out} is a terminal
   */
  public Progress(List<PlannedRun> pending, PrintStream out, boolean live) {
    this(pending, out, live, sinceNow());
  }

  /** By a clock that gives seconds since it began. */
  Progress(List<PlannedRun> pending, PrintStream out, boolean live, DoubleSupplier seconds) {
    this(TRAINING, pieces(pending), out, live, seconds);
  }

  private static Map<String, Piece> pieces(List<PlannedRun> pending) {
    Map<String, Piece> pieces = new HashMap<>();
    pending.forEach(
        run -> {
          TrainingSpec training = run.spec().training();
          boolean mayStop = training.stopAfterGrok() >= 0;
          pieces.put(run.id(), new Piece(Cost.seconds(run.spec()), training.steps(), mayStop));
        });
    return pieces;
  }

  /**
   * Of checkpoints that are about to be analysed.
   *
   * @param seconds about how long each takes, by the id of its reports
   * @param live whether {@code out} is a terminal
   */
  public static Progress ofCheckpoints(Map<String, Double> seconds, PrintStream out, boolean live) {
    return new Progress(ANALYSING, pieces(seconds, 1), out, live, sinceNow());
  }

  /**
   * Of checkpoints around which chains are about to be drawn.
   *
   * @param seconds as above
   * @param draws that each takes
   * @param live whether {@code out} is a terminal
   */
  public static Progress ofSamples(
      Map<String, Double> seconds, int draws, PrintStream out, boolean live) {
    return new Progress(SAMPLING, pieces(seconds, draws), out, live, sinceNow());
  }

  private static Map<String, Piece> pieces(Map<String, Double> seconds, int parts) {
    Map<String, Piece> pieces = new HashMap<>();
    seconds.forEach((id, each) -> pieces.put(id, new Piece(each, parts, false)));
    return pieces;
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
    synchronized (Progress.class) {
      stopping = NOTHING.stopping; // asked before there was anything to stop
      NOTHING.stopping = false;
      current = this;
    }
    long period = live ? 500 : 60_000;
    clock.every(live ? 0 : FIRST_MILLIS, period, this::draw);
    return this;
  }

  /** Stops what is shown, or, where that is nothing yet, what is shown next. */
  public static synchronized void stopCurrent() {
    current.stop();
  }

  /** Asks every run to save its state and end. */
  public void stop() {
    stopping = true;
  }

  public boolean isStopping() {
    return stopping;
  }

  /** What happens to those in flight when they are told to stop. */
  String onStopping() {
    return words.stopping;
  }

  /** What is said when that has taken so many seconds, and is waited for no longer. */
  String onLate(double seconds) {
    return words.late.formatted(duration(seconds));
  }

  /** Takes a report in. Returns whether the run is to go on; one that is about to begin may not. */
  public synchronized boolean accept(Report report) {
    if (report.outcome().isEmpty()) {
      if (stopping && !seen.contains(report.runId())) {
        return false;
      }
      seen.add(report.runId());
      active.put(report.runId(), report);
    } else {
      active.remove(report.runId());
      ended.put(report.runId(), word(report.outcome()));
    }
    remaining.accept(report, seconds.getAsDouble());
    return !stopping;
  }

  /** The runs that ended since the sweep began, failures included. */
  public synchronized Set<String> ended() {
    return Set.copyOf(ended.keySet());
  }

  /** Whichever way a run reached the threshold, it generalised. */
  private static String word(String outcome) {
    boolean reached =
        outcome.equals(Outcome.GROKKED.name()) || outcome.equals(Outcome.COMPREHENDED.name());
    return reached ? GENERALISED : outcome.toLowerCase(Locale.ROOT);
  }

  private void draw() {
    String line = line();
    out.print(live ? Console.ERASE + fitting(line) : line + System.lineSeparator());
    out.flush();
  }

  /**
   * {@code [===== ] 5/24 runs: 4 generalised, 1 memorised; 2 training at 61 steps/s, ETA 3m 20s}.
   */
  synchronized String line() {
    double share = totalCost == 0 ? 1 : Math.min(1, done() / totalCost);
    int filled = (int) Math.round(share * BAR);
    String bar = "=".repeat(filled) + " ".repeat(BAR - filled);
    OptionalDouble left =
        share < 1 ? remaining.seconds(seconds.getAsDouble()) : OptionalDouble.empty();
    return "[%s] %d/%d %s".formatted(bar, ended.size(), pieces.size(), words.things)
        + (ended.isEmpty() ? "" : ": " + outcomes())
        + (active.isEmpty() ? "" : "; " + rate())
        + (left.isPresent() ? ", ETA " + duration(left.getAsDouble()) : "")
        + (stopping ? "; stopping" : "");
  }

  /** Of {@link #totalCost}. */
  private double done() {
    return ended.keySet().stream().mapToDouble(this::wholeCost).sum()
        + active.values().stream().mapToDouble(this::cost).sum();
  }

  private double wholeCost(String runId) {
    Piece piece = pieces.get(runId);
    return piece == null ? 0 : piece.seconds();
  }

  private double cost(Report report) {
    Piece piece = pieces.get(report.runId());
    return piece == null ? 0 : piece.seconds() * piece.share(report);
  }

  private String rate() {
    double rate = active.values().stream().mapToDouble(Report::stepsPerSecond).sum();
    return active.size()
        + " "
        + words.active
        + (rate > 0 ? " at %.0f %s/s".formatted(rate, words.parts) : "");
  }

  /** A line that wraps could not be erased. */
  static String fitting(String line) {
    return line.length() < COLUMNS ? line : line.substring(0, COLUMNS - 1);
  }

  private String outcomes() {
    Map<String, Integer> counts =
        new TreeMap<>(
            Comparator.comparingInt(Progress::rank).thenComparing(Comparator.naturalOrder()));
    ended.values().forEach(outcome -> counts.merge(outcome, 1, Integer::sum));
    return String.join(
        ", ", counts.entrySet().stream().map(e -> e.getValue() + " " + e.getKey()).toList());
  }

  /** Those of runs in their order, behind others. */
  private static int rank(String outcome) {
    return Arrays.stream(Outcome.values()).map(each -> word(each.name())).toList().indexOf(outcome);
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
    out.println((live ? Console.ERASE : "") + line());
  }
}
