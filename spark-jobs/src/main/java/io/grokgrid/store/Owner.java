package io.grokgrid.store;

import io.grokgrid.tables.Provenance;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;

/**
 * Who holds a store.
 *
 * @param host name of the machine
 * @param place which start of which machine, and which container there, a process number is of
 * @param pid the process's number
 * @param started when the process was, by a clock that nobody sets: of Linux the time since the
 *     machine's start, as if that had been in 1970
 * @param since when it took the store
 * @param command what it does
 * @param token of this very claim
 */
record Owner(
    String host,
    String place,
    long pid,
    Instant started,
    Instant since,
    String command,
    String token) {
  static Owner of(String command) {
    return new Owner(
        Provenance.localHost(),
        localPlace(),
        ProcessHandle.current().pid(),
        started(ProcessHandle.current()),
        Instant.now().truncatedTo(ChronoUnit.SECONDS),
        command,
        UUID.randomUUID().toString());
  }

  /** Whether its process can be looked for here. */
  boolean isOfThisMachine() {
    return place.equals(localPlace());
  }

  /** Whether the process is there, of those on this machine. */
  boolean isAlive() {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .filter(
            process -> started(process).equals(started) || startedByClock(process).equals(started))
        .filter(process -> !isZombie())
        .isPresent();
  }

  /**
   * Killed, but not yet waited for by its parent, which may never do so: Linux keeps its number.
   */
  private boolean isZombie() {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      return stat.substring(stat.lastIndexOf(')') + 1).strip().startsWith("Z");
    } catch (IOException e) {
      return false;
    }
  }

  private static Instant started(ProcessHandle process) {
    try {
      // Its field 22 in hundredths of a second; the second, in brackets, may hold anything.
      String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
      return Instant.ofEpochMilli(10 * Long.parseLong(fields[19]));
    } catch (IOException e) {
      return startedByClock(process);
    }
  }

  /** As claims of earlier versions have it. It moves whenever the machine's clock is set. */
  private static Instant startedByClock(ProcessHandle process) {
    return process.info().startInstant().orElse(Instant.EPOCH);
  }

  @Override
  public String toString() {
    return "%s (process %d on %s) since %s".formatted(command, pid, host, since);
  }

  String text() {
    Properties fields = new Properties();
    fields.setProperty("host", host);
    fields.setProperty("place", place);
    fields.setProperty("pid", Long.toString(pid));
    fields.setProperty("started", started.toString());
    fields.setProperty("since", since.toString());
    fields.setProperty("command", command);
    fields.setProperty("token", token);
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try {
      fields.store(text, "who writes to this store; a dead owner's claim is broken by the next");
    } catch (IOException e) {
      throw new IllegalStateException("an array takes everything", e);
    }
    return text.toString(StandardCharsets.ISO_8859_1);
  }

  /** Nothing where the text is not that of an owner: it may be half-written. */
  static Optional<Owner> read(String text) {
    try {
      Properties fields = new Properties();
      fields.load(new StringReader(text));
      return Optional.of(
          new Owner(
              field(fields, "host"),
              field(fields, "place"),
              Long.parseLong(field(fields, "pid")),
              Instant.parse(field(fields, "started")),
              Instant.parse(field(fields, "since")),
              field(fields, "command"),
              field(fields, "token")));
    } catch (IOException | IllegalArgumentException | DateTimeParseException e) {
      return Optional.empty();
    }
  }

  private static String field(Properties fields, String name) {
    String value = fields.getProperty(name);
    if (value == null) {
      throw new IllegalArgumentException(name + " is missing");
    }
    return value;
  }

  /** On Linux the start of the machine and the container's process numbers, else the host. */
  private static String localPlace() {
    try {
      String boot = Files.readString(Path.of("/proc/sys/kernel/random/boot_id"));
      Path numbers = Files.readSymbolicLink(Path.of("/proc/self/ns/pid"));
      return boot.strip() + " " + numbers;
    } catch (IOException e) {
      return Provenance.localHost();
    }
  }
}
