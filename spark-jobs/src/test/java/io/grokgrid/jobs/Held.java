package io.grokgrid.jobs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;

/**
 * Holds processes at a call of their file system, so that a test can kill one just there: {@code
 * put PATH} as a file comes to its place, {@code open PATH}. They tell the test by files of a
 * folder, and go on when it takes one away.
 */
public final class Held {
  /** Of Hadoop's configuration. */
  private static final String FOLDER = "grokgrid.test.held.folder";

  private static final String CALL = "grokgrid.test.held.call";
  private static final String PASSED = "grokgrid.test.held.passed";

  /** While it is there, calls are held. */
  private static final String GATE = "gate";

  private static final AtomicInteger calls = new AtomicInteger();

  private final Path folder;

  /** Nothing is held until {@link #at} says what. */
  Held(Path folder) throws IOException {
    this.folder = Files.createDirectories(folder);
  }

  /**
   * Holds calls from now on.
   *
   * @param call a pattern
   * @param passed how many of them a process makes before it is held
   * @return what commands need for it
   */
  List<String> at(String call, int passed) throws IOException {
    Files.createFile(folder.resolve(GATE));
    List<String> options = new ArrayList<>();
    set(options, FOLDER, folder.toString());
    set(options, CALL, call);
    set(options, PASSED, Integer.toString(passed));
    set(options, "fs.file.impl", HeldLocal.class.getName());
    set(options, "fs.hdfs.impl", HeldHdfs.class.getName());
    set(options, "fs.s3a.impl", HeldS3.class.getName());
    return options;
  }

  private static void set(List<String> options, String name, String value) {
    options.addAll(List.of("--spark-conf", "spark.hadoop." + name + "=" + value));
  }

  /** A folder with the classes that a process needs to be held, and no others. */
  List<String> classes() throws IOException, URISyntaxException {
    Path all = Path.of(Held.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Path own = folder.resolve("classes");
    for (Class<?> each : List.of(Held.class, HeldLocal.class, HeldHdfs.class, HeldS3.class)) {
      String begin = each.getSimpleName();
      Path from = all.resolve(each.getPackageName().replace('.', '/'));
      try (Stream<Path> files = Files.list(from)) {
        for (Path file : files.toList()) {
          if (file.getFileName().toString().matches(begin + "(\\$.*)?\\.class")) {
            Path to = own.resolve(all.relativize(file).toString());
            Files.createDirectories(to.getParent());
            Files.copy(file, to);
          }
        }
      }
    }
    return List.of(own.toString());
  }

  /** Waits until a process is held and gives its number. */
  long await(Grokgrid.Started command) throws IOException, InterruptedException {
    while (true) {
      OptionalLong held = held();
      if (held.isPresent()) {
        return held.getAsLong();
      }
      if (command.exit().waitFor(20, TimeUnit.MILLISECONDS)) {
        throw new AssertionError("nothing was held: " + command.stdout() + command.stderr());
      }
    }
  }

  private OptionalLong held() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("held-"))
          .mapToLong(name -> Long.parseLong(name.substring("held-".length())))
          .findFirst();
    }
  }

  /** Lets all go on. */
  void release() throws IOException {
    Files.delete(folder.resolve(GATE));
  }

  /** Of a file system: such a call is about to be made. */
  static void call(Configuration hadoop, String call) {
    String folder = hadoop.get(FOLDER);
    if (folder == null || !call.matches(hadoop.get(CALL, "")) || !isClosed(folder)) {
      return;
    }
    if (calls.getAndIncrement() < hadoop.getInt(PASSED, 0)) {
      return;
    }
    try {
      Files.writeString(Path.of(folder, "held-" + ProcessHandle.current().pid()), call);
      while (isClosed(folder)) {
        Thread.sleep(20); // for as long as the test holds it, which is another process
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean isClosed(String folder) {
    return Files.exists(Path.of(folder, GATE));
  }
}
