package io.grokgrid.cli;

import io.grokgrid.base.Refused;
import io.grokgrid.console.Console;
import io.grokgrid.console.ExitCode;
import io.grokgrid.hocon.InvalidConfiguration;
import io.grokgrid.sql.RefusedSql;
import io.grokgrid.store.BrokenStore;
import io.grokgrid.store.ReplacedFiles;
import io.grokgrid.store.Unwritable;
import java.util.Optional;
import org.apache.spark.SparkThrowable;
import org.slf4j.LoggerFactory;

/** The one place that turns what was thrown into a message and an exit code. */
final class Failures {
  private Failures() {}

  /** Whether it is worth trying again. Of a refusal it is not, and Spark may not be there yet. */
  static boolean isOfReplacedFiles(Throwable failure) {
    boolean isRefusal =
        failure instanceof InvalidConfiguration
            || failure instanceof Refused
            || failure instanceof RefusedSql
            || failure instanceof BrokenStore;
    return !isRefusal && ReplacedFiles.isBehind(failure);
  }

  /** Says on {@code console} what went wrong. */
  static int report(Throwable failure, Console console) {
    if (failure instanceof InvalidConfiguration invalid) {
      // Each begins with its place, where editors look for it.
      invalid.problems().forEach(console.err()::println);
      return ExitCode.REFUSED;
    }
    if (failure instanceof Refused refused) {
      refused.problems().forEach(problem -> console.say(problem.toString()));
      return ExitCode.REFUSED;
    }
    if (failure instanceof RefusedSql || failure instanceof BrokenStore) {
      console.say(String.valueOf(failure.getMessage()));
      return failure instanceof RefusedSql ? ExitCode.REFUSED : ExitCode.BROKEN;
    }
    if (isOfReplacedFiles(failure)) {
      console.say(ReplacedFiles.ADVICE);
      return ExitCode.BROKEN;
    }
    Optional<String> client = MissingClient.of(failure);
    if (client.isPresent()) {
      LoggerFactory.getLogger(Failures.class).error("stopped by", failure);
      console.say(client.get());
      return ExitCode.BROKEN;
    }
    Optional<String> unwritable = Unwritable.behind(failure);
    if (unwritable.isPresent()) {
      LoggerFactory.getLogger(Failures.class).error("stopped by", failure);
      console.say(unwritable.get() + "; what was saved is kept, the same command goes on");
      return ExitCode.BROKEN;
    }
    unreadable(failure)
        .ifPresentOrElse(
            file -> cannotRead(file, failure, console), () -> broken(failure, console));
    return ExitCode.BROKEN;
  }

  private static void cannotRead(String file, Throwable failure, Console console) {
    LoggerFactory.getLogger(Failures.class).error("stopped by", failure);
    boolean ofAStore = file.matches(".*/(runs|analyses)/submission=.*");
    String mend = ofAStore ? "; verify says what else, verify --repair takes it out" : "";
    console.say(file + " cannot be read" + mend);
  }

  /** The file that Spark says it cannot read. */
  private static Optional<String> unreadable(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SparkThrowable known
          && String.valueOf(known.getCondition()).startsWith("FAILED_READ_FILE")) {
        return Optional.ofNullable(known.getMessageParameters().get("path"));
      }
    }
    return Optional.empty();
  }

  private static void broken(Throwable failure, Console console) {
    String log = console.log();
    if (log == null) {
      console.say(line(failure));
      failure.printStackTrace(console.err());
    } else {
      LoggerFactory.getLogger(Failures.class).error("stopped by", failure);
      console.say(line(failure) + " (details in " + log + ")");
    }
  }

  /** The first line of the message, which may go on with Spark's plans and stack traces. */
  private static String line(Throwable failure) {
    String message = failure.getMessage();
    String name = failure.getClass().getSimpleName();
    return message == null || message.isBlank()
        ? name
        : name + ": " + message.strip().lines().findFirst().orElse(name);
  }
}
