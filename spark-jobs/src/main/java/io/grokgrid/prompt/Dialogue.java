package io.grokgrid.prompt;

import io.grokgrid.console.Console;
import io.grokgrid.console.Format;
import io.grokgrid.console.Table;
import io.grokgrid.jobs.QueryJob;
import io.grokgrid.options.Options;
import io.grokgrid.session.Sessions;
import io.grokgrid.session.SparkRows;
import io.grokgrid.sql.Questions;
import io.grokgrid.sql.RefusedSql;
import io.grokgrid.sql.SqlFaults;
import io.grokgrid.store.BrokenStore;
import io.grokgrid.store.Damage;
import io.grokgrid.store.ReplacedFiles;
import io.grokgrid.store.Views;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.TypeConversionException;

/**
 * Answers statements, each from what the store holds then, and obeys commands that begin with a
 * dot. Spark is started once, for the first statement that is one.
 */
public final class Dialogue implements AutoCloseable {
  /** What is said for {@code .help}. */
  static final String HELP =
      """
      A statement is SQL that ends with a semicolon, over as many lines as it takes, or the name of a query.
      Views: runs (a row a run), metrics, attention, measurements. Tab completes names, columns and keywords.
      .list             the queries that have a name
      .columns VIEW     the columns of a view
      .format FORMAT    how answers are printed from now on: table, csv or json
      .quit, Ctrl-D     ends; Ctrl-C ends the statement under way, or clears the line""";

  static final List<String> COMMANDS =
      List.of(".columns", ".exit", ".format", ".help", ".list", ".quit");

  /** How often statements are answered whose files are replaced meanwhile. */
  private static final int MOST_TRIES = 5;

  private static final long AGAIN_NANOS = 100_000_000;

  private final Options.Common common;
  private final Views.Restriction restriction;
  private final Console console;
  private final Set<Damage> said = new HashSet<>();
  private Format format;
  private volatile @Nullable SparkSession session;
  private volatile boolean answering;
  private volatile boolean cancelled;
  private @Nullable Thread cancelling;
  private boolean over;
  private int answered; // statements of a text
  private boolean printing;
  private int taken; // statements of lines, answers to which empty lines part

  /**
   * @param common the store, Spark's settings, and the format until another is asked for
   * @param restriction to the runs that all statements are about
   */
  public Dialogue(Options.Common common, Views.Restriction restriction, Console console) {
    this.common = common;
    this.restriction = restriction;
    this.console = console;
    format = common.format;
  }

  /** Whether somebody has asked to end. */
  public boolean isOver() {
    return over;
  }

  /** Whether this can be taken: nothing in it waits for more. */
  public static boolean isWhole(String text) {
    return isCommand(text) || Questions.isEnded(text);
  }

  private static boolean isCommand(String text) {
    return text.strip().matches("(?s)\\..*|(help|quit|exit)");
  }

  /**
   * Takes statements from lines until these end; the first that is wrong ends it.
   *
   * @return whether there was any
   */
  public boolean takeAll(BufferedReader lines) throws Exception {
    boolean any = false;
    StringBuilder text = new StringBuilder();
    int count = 0;
    for (String line = lines.readLine(); line != null && !over; line = lines.readLine()) {
      count++;
      text.append(line).append('\n');
      if (!text.toString().isBlank() && isWhole(text.toString())) {
        any |= takeEach(text.toString());
        text = new StringBuilder("\n".repeat(count)); // so that errors name the right line
      }
    }
    return takeEach(text.toString()) || any;
  }

  private boolean takeEach(String text) throws Exception {
    if (isCommand(text)) {
      take(text);
      return true;
    }
    List<String> statements = Questions.statements(text);
    for (String statement : statements) {
      taken++;
      try {
        take(statement);
      } catch (Exception e) {
        SqlFaults.name(taken, statement, e);
        throw e;
      }
    }
    return !statements.isEmpty();
  }

  /**
   * Answers statements, an empty line between answers, or obeys a command.
   *
   * @throws RefusedSql if one is wrong; then none is answered
   */
  public void take(String text) throws Exception {
    if (isCommand(text)) {
      obey(text.strip().replaceFirst("^\\.", "").replaceFirst(";$", "").split("\\s+"));
    } else if (!Questions.statements(text).isEmpty()) {
      answer(text);
    }
    console.out().flush();
  }

  private void obey(String[] words) {
    String command = words[0];
    if (command.equals("quit") || command.equals("exit")) {
      over = true;
    } else if (command.equals("help")) {
      console.out().println(HELP);
    } else if (command.equals("list")) {
      format.print(Names.table(), console.out(), console.colour());
    } else if (command.equals("columns") && words.length == 2) {
      format.print(Words.columns(words[1]), console.out(), console.colour());
    } else if (command.equals("format") && words.length == 2) {
      format = format(words[1]);
    } else {
      throw new RefusedSql(
          "a command must be one of %s, was .%s"
              .formatted(String.join(" ", COMMANDS), String.join(" ", words)));
    }
  }

  private static Format format(String name) {
    try {
      return new Options.FormatConverter().convert(name);
    } catch (TypeConversionException e) {
      throw new RefusedSql(".format " + e.getMessage(), e);
    }
  }

  private void answer(String text) throws Exception {
    cancelled = false;
    answering = true;
    answered = 0;
    printing = false;
    try {
      boolean whole = false;
      for (int tries = 1; !whole; tries++) {
        whole = isAnswered(text, tries < MOST_TRIES);
      }
    } catch (StackOverflowError e) {
      throw new RefusedSql("SQL must be nested less deeply", e);
    } catch (Exception e) { // Spark does not declare its own
      throw cancelled ? new RefusedSql("cancelled", e) : SqlFaults.of(e);
    } finally {
      endCancelling();
    }
  }

  /**
   * Answers those statements that were not answered yet.
   *
   * @param again whether to return where files are replaced while they are read
   * @return whether all are answered
   */
  private boolean isAnswered(String text, boolean again) throws Exception {
    try {
      QueryJob job = new QueryJob(session(text), common.store(), restriction, text);
      QueryJob.Answers answers = job.run();
      console.leftOut(answers.damages().stream().filter(said::add).toList());
      print(Questions.statements(text), answers.tables());
      return true;
    } catch (Exception e) { // Spark does not declare its own
      if (again && !printing && ReplacedFiles.isBehind(e)) {
        console.say("compact put files together while they were read; reading again");
        return false;
      }
      throw ReplacedFiles.isBehind(e) ? new BrokenStore(ReplacedFiles.ADVICE) : e;
    }
  }

  private void print(List<String> statements, List<Dataset<Row>> answers) {
    for (int i = answered; i < answers.size(); i++) {
      try {
        print(answers.get(i), taken > 1 || i > 0 ? "\n" : "");
        answered++;
      } catch (Exception e) { // Spark does not declare its own
        SqlFaults.name(statements, i, e);
        throw e;
      }
    }
  }

  private void print(Dataset<Row> answer, String separator) {
    Table table = SparkRows.table(answer);
    Iterator<List<@Nullable Object>> rows = untilCancelled(table.rows().iterator());
    boolean unused = rows.hasNext(); // before anything is printed: it may be cancelled
    Iterable<List<@Nullable Object>> all = () -> rows;
    if (format == Format.TABLE) { // which needs all of them before it prints the first
      List<List<@Nullable Object>> read = new ArrayList<>();
      rows.forEachRemaining(read::add);
      all = read;
    }
    printing = true;
    console.out().print(separator);
    format.print(new Table(table.columns(), all), console.out(), console.colour());
    printing = false;
  }

  private <T> Iterator<T> untilCancelled(Iterator<T> rows) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        if (cancelled) {
          throw new RefusedSql("cancelled");
        }
        return rows.hasNext();
      }

      @Override
      public T next() {
        return rows.next();
      }
    };
  }

  /** Starts Spark, unless the first question is no question. */
  private SparkSession session(@Nullable String first) throws IOException {
    SparkSession started = session;
    if (started == null) {
      Sessions sessions = common.spark.sessions();
      Questions.require(first, restriction.where(), sessions.settings());
      common.warnOfAnEmptyStore(console);
      started = sessions.open("query");
      session = started;
    }
    return started;
  }

  /** Starts Spark before there is a question. */
  public void begin() throws IOException {
    session(null);
  }

  /** Before the next statement, whose jobs are not meant. */
  private void endCancelling() throws InterruptedException {
    Thread thread;
    synchronized (this) {
      answering = false;
      thread = cancelling;
      cancelling = null;
    }
    if (thread != null) {
      thread.join();
    }
  }

  /** Ends the statement under way: its jobs, and those that it goes on to start. */
  synchronized void cancel() {
    SparkSession running = session;
    if (running == null || !answering || cancelled) {
      return;
    }
    cancelled = true;
    Runnable end =
        () -> {
          while (answering) {
            running.sparkContext().cancelAllJobs();
            LockSupport.parkNanos(AGAIN_NANOS);
          }
        };
    Thread thread = new Thread(end, "cancel");
    thread.setDaemon(true);
    cancelling = thread;
    thread.start();
  }

  @Override
  public void close() throws IOException {
    SparkSession started = session;
    if (started != null) {
      started.close();
    }
  }
}
