package io.grokgrid.cli;

import io.grokgrid.console.Console;
import io.grokgrid.experiment.Bench;
import io.grokgrid.run.RunSpec;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Sweeps of one run each, every one a whole {@code submit/grokgrid sweep} in processes of its own,
 * against the step that {@link Bench} measures right before and right after it.
 */
final class SweepBench {
  private final Console console;
  private final Bench bench;
  private final Bench.Subject subject;
  private final String launcher;
  private final String master;

  /**
   * What was measured.
   *
   * @param steps of each run
   * @param stepMs median over the processes, milliseconds
   * @param ratios of a run's steps a second, start included, to those of {@code bench}; ascending
   */
  record Ratios(int steps, double stepMs, List<Double> ratios) {
    double median() {
      return ratios.get(ratios.size() / 2);
    }
  }

  /**
   * @param launcher the script {@code submit/grokgrid}
   * @param master Spark's, of the sweeps
   */
  SweepBench(Console console, Bench bench, Bench.Subject subject, String launcher, String master) {
    this.console = console;
    this.bench = bench;
    this.subject = subject;
    this.launcher = launcher;
    this.master = master;
  }

  /**
   * Measures.
   *
   * @param seconds that each run trains, about
   * @throws IOException if a sweep fails
   */
  Ratios measure(int processes, double seconds) throws IOException, InterruptedException {
    RunSpec run = Bench.run(subject);
    Path folder = Files.createTempDirectory("grokgrid-bench-");
    Path conf = folder.resolve("bench.conf");
    Files.writeString(conf, "include \"presets/%s\"%n".formatted(subject.preset()));
    double before = bench.stepMs(run);
    int steps = (int) Math.max(1, seconds * 1e3 / before);
    List<Double> stepMs = new ArrayList<>();
    for (int seed = 1; seed <= processes; seed++) {
      console.say("sweep %d of %d: %d steps".formatted(seed, processes, steps));
      sweep(folder, conf, steps, seed);
      double after = bench.stepMs(run);
      stepMs.add((before + after) / 2);
      before = after;
    }
    List<Double> speeds = speeds(folder);
    if (speeds.size() != processes) {
      throw new IOException(
          "the sweeps must leave %d runs, left %d".formatted(processes, speeds.size()));
    }
    List<Double> ratios =
        IntStream.range(0, processes)
            .mapToObj(i -> speeds.get(i) * stepMs.get(i) / 1e3)
            .sorted()
            .toList();
    return new Ratios(steps, stepMs.stream().sorted().toList().get(processes / 2), ratios);
  }

  private void sweep(Path folder, Path conf, int steps, int seed)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("sweep", conf.toString()));
    for (String setting : subject.settings()) {
      command.addAll(List.of("--set", setting));
    }
    command.addAll(List.of("--set", "run.training.steps=" + steps));
    command.addAll(List.of("--set", "run.training.seed=" + seed));
    command.addAll(List.of("--master", master));
    run(folder, command);
  }

  /** Steps a second, in the order of seeds. */
  private List<Double> speeds(Path folder) throws IOException, InterruptedException {
    String sql = "SELECT steps_per_second FROM runs ORDER BY seed";
    return run(folder, List.of("query", sql, "--format", "csv"))
        .lines()
        .skip(1)
        .map(Double::valueOf)
        .toList();
  }

  /** Starts the launcher and gives what it prints. */
  private String run(Path folder, List<String> arguments) throws IOException, InterruptedException {
    File errors = folder.resolve("errors").toFile();
    List<String> command = new ArrayList<>(List.of(launcher));
    command.addAll(arguments);
    command.addAll(List.of("--out", folder.resolve("store").toString()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors);
    builder.environment().put("GROKGRID_BUILD", "never");
    Process process = builder.start();
    try {
      process.getOutputStream().close();
      String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IOException(
            "%s ended with %d: %s"
                .formatted(
                    arguments.get(0), process.exitValue(), Files.readString(errors.toPath())));
      }
      return printed;
    } finally {
      process.destroy();
    }
  }
}
