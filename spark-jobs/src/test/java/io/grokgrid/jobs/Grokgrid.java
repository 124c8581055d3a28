package io.grokgrid.jobs;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Starts {@code submit/grokgrid} as a user does: a process, arguments, two streams, an exit code.
 */
final class Grokgrid {
  private static final long LIMIT_MINUTES = 10;
  private static final Path SCRIPT = repository().resolve("submit/grokgrid");

  private static boolean isArchiveMade;

  private Grokgrid() {}

  /** What a finished command left. */
  record Result(int exitCode, String stdout, String stderr) {
    /** The last line of standard output, where results that are one line stand. */
    String lastLine() {
      List<String> lines = stdout.lines().toList();
      return lines.isEmpty() ? "" : lines.get(lines.size() - 1);
    }
  }

  /** Runs a command to its end. */
  static Result run(List<String> arguments, Map<String, String> environment, Path workingDirectory)
      throws IOException, InterruptedException {
    try (Started started = start(arguments, environment, workingDirectory)) {
      return started.await();
    }
  }

  /** Runs a command to its end in {@code workingDirectory}, with the environment of the tests. */
  static Result run(Path workingDirectory, String... arguments)
      throws IOException, InterruptedException {
    return run(List.of(arguments), Map.of(), workingDirectory);
  }

  /** Starts a command and returns at once. Its streams are read from the start. */
  static Started start(
      List<String> arguments, Map<String, String> environment, Path workingDirectory)
      throws IOException {
    makeArchive();
    return start(SCRIPT, arguments, environment, workingDirectory);
  }

  /** Starts another program of the user's likewise, such as one of {@code submit/examples}. */
  static Started start(
      Path program, List<String> arguments, Map<String, String> environment, Path workingDirectory)
      throws IOException {
    // A shell starts its background jobs deaf to Ctrl-C, and their children inherit that.
    List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT,HUP"));
    command.add(program.toString());
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).directory(workingDirectory.toFile());
    // The jar was made by this very build; a build inside a build would replace it.
    builder.environment().put("GROKGRID_BUILD", "never");
    builder.environment().remove("SPARK_HOME");
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    return new Started(process);
  }

  /** The root of the repository, from wherever Maven or an editor starts the tests. */
  static Path repository() {
    for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      if (Files.isExecutable(folder.resolve("submit/grokgrid"))) {
        return folder;
      }
    }
    throw new IllegalStateException("no submit/grokgrid above the working directory");
  }

  /**
   * Has the archive of Spark's classes made, as a user's first command does; commands that take the
   * build as it is only use it, and start in half the time.
   */
  private static synchronized void makeArchive() throws IOException {
    if (isArchiveMade) {
      return;
    }
    isArchiveMade = true;
    List<String> command = List.of("status", "--out", "/nowhere");
    // Nothing is newer than this build.
    try (Started first = start(SCRIPT, command, Map.of("GROKGRID_BUILD", ""), Path.of("/"))) {
      Result result = first.await();
      if (result.exitCode() != 0) {
        throw new IllegalStateException("the first command: " + result);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while the first command ran");
    }
  }

  /** A command that may still be running. Closing it kills what is left of it. */
  static final class Started implements AutoCloseable {
    private final Process process;
    private final Stream stdout;
    private final Stream stderr;

    private Started(Process process) {
      this.process = process;
      this.stdout = new Stream(process.getInputStream(), "stdout of grokgrid");
      this.stderr = new Stream(process.getErrorStream(), "stderr of grokgrid");
    }

    /** The number of the script, which passes signals on to the JVM that runs the command. */
    long pid() {
      return process.pid();
    }

    /** The process, to wait for its end. */
    Process exit() {
      return process;
    }

    boolean isAlive() {
      return process.isAlive();
    }

    /** Standard output so far. */
    String stdout() {
      return stdout.text();
    }

    /** Standard error so far. */
    String stderr() {
      return stderr.text();
    }

    /** Nobody reads standard error any more, as when a terminal is closed. */
    void closeStderr() throws IOException {
      stderr.close();
    }

    /** Waits for the end. */
    Result await() throws InterruptedException {
      if (!process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)) {
        kill();
        throw new AssertionError(
            "no end after " + LIMIT_MINUTES + " minutes; stderr:\n" + stderr());
      }
      stdout.join();
      stderr.join();
      return new Result(process.exitValue(), stdout(), stderr());
    }

    /** Ctrl-C: SIGINT to the command. */
    void interrupt() throws IOException, InterruptedException {
      signal("INT", process.pid());
    }

    /** {@code kill -9} of the command and of every process that it started, and waits for it. */
    void kill() {
      List<ProcessHandle> children = process.descendants().toList();
      process.destroyForcibly();
      children.forEach(ProcessHandle::destroyForcibly);
      process.onExit().join();
    }

    @Override
    public void close() {
      kill();
    }
  }

  /** Sends a signal to a process. */
  static void signal(String name, long pid) throws IOException, InterruptedException {
    int exit =
        new ProcessBuilder("kill", "-" + name, Long.toString(pid)).inheritIO().start().waitFor();
    if (exit != 0) {
      throw new IllegalStateException("no process " + pid);
    }
  }

  /** Reads a stream to its end in a thread of its own, so that no pipe fills up. */
  private static final class Stream {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final InputStream in;
    private final Thread reader;
    private volatile boolean closed;

    Stream(InputStream in, String name) {
      this.in = in;
      reader = new Thread(this::copy, name);
      reader.setDaemon(true);
      reader.start();
    }

    private void copy() {
      try (in) {
        in.transferTo(bytes);
      } catch (IOException e) {
        if (!closed) {
          throw new UncheckedIOException(e);
        }
      }
    }

    void close() throws IOException {
      closed = true;
      in.close();
    }

    String text() {
      return bytes.toString(StandardCharsets.UTF_8);
    }

    void join() throws InterruptedException {
      reader.join();
    }
  }
}
