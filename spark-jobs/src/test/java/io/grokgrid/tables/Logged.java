package io.grokgrid.tables;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.LoggerFactory;

/** What this project logs from now on; see {@code log4j2.properties}. */
public final class Logged {
  /** JVMs that test at the same time have a file each. */
  private static final Path FILE =
      Path.of("target/tests-%s.log".formatted(System.getProperty("test.fork", "0")));

  private final int before;

  public Logged() throws IOException {
    // The first logger of this JVM empties the file.
    LoggerFactory.getLogger(Logged.class).warn("from here on");
    before = Files.readAllLines(FILE).size();
  }

  public List<String> lines() throws IOException {
    List<String> lines = Files.readAllLines(FILE);
    return lines.subList(before, lines.size());
  }
}
