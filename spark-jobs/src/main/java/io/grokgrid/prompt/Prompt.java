package io.grokgrid.prompt;

import io.grokgrid.console.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jline.reader.EOFError;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.ParsedLine;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/** A terminal at which statements are asked, with a history that outlives it. */
public final class Prompt {
  private static final String FIRST = "grokgrid> ";
  private static final String FURTHER = "        > ";

  /** The terminal gives a signal to this process and to the script, which passes it on. */
  private static final long ECHO_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private Prompt() {}

  /**
   * Asks until somebody has had enough.
   *
   * @param out where answers go
   * @param begin makes the dialogue; its messages go to the terminal, in the order of what happens
   * @param report says what went wrong, which ends nothing
   */
  public static void hold(
      Console out, Function<Console, Dialogue> begin, BiConsumer<Throwable, Console> report)
      throws IOException {
    try (Terminal terminal =
        TerminalBuilder.builder()
            .system(true)
            .nativeSignals(true)
            .signalHandler(Terminal.SignalHandler.SIG_IGN)
            .build()) {
      hold(terminal, history(), out, begin, report);
    }
  }

  /** The same at any terminal, with a file of history if there can be one. */
  static void hold(
      Terminal terminal,
      Optional<Path> history,
      Console out,
      Function<Console, Dialogue> begin,
      BiConsumer<Throwable, Console> report)
      throws IOException {
    PrintStream messages = new PrintStream(terminal.output(), true, StandardCharsets.UTF_8);
    Console console = new Console(out.out(), messages, out.colour(), out.log());
    try (Dialogue dialogue = begin.apply(console)) {
      dialogue.begin();
      console.say("a statement ends with a semicolon; .help says more");
      LineReader reader = reader(terminal);
      history.ifPresent(file -> reader.setVariable(LineReader.HISTORY_FILE, file));
      hold(dialogue, reader, failure -> report.accept(failure, console));
    }
  }

  private static void hold(Dialogue dialogue, LineReader reader, Consumer<Throwable> report) {
    while (!dialogue.isOver()) {
      try {
        take(dialogue, reader.readLine(FIRST), reader.getTerminal(), report);
      } catch (UserInterruptException e) {
        forgetInterruption();
        LockSupport.parkNanos(ECHO_NANOS);
      } catch (EndOfFileException e) {
        return;
      }
    }
  }

  /** The reader of lines interrupts this thread, which may be done by then. */
  @SuppressWarnings("ReturnValueIgnored")
  private static void forgetInterruption() {
    Thread.interrupted();
  }

  private static void take(
      Dialogue dialogue, String text, Terminal terminal, Consumer<Throwable> report) {
    terminal.handle(Terminal.Signal.INT, signal -> dialogue.cancel());
    forgetInterruption();
    try {
      dialogue.take(text);
    } catch (Exception | StackOverflowError e) {
      report.accept(e);
    } finally {
      terminal.handle(Terminal.Signal.INT, Terminal.SignalHandler.SIG_IGN);
    }
  }

  private static LineReader reader(Terminal terminal) {
    return LineReaderBuilder.builder()
        .terminal(terminal)
        .appName("grokgrid")
        .parser(new Statements())
        .completer(new Words())
        .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
        .option(LineReader.Option.CASE_INSENSITIVE, true)
        .variable(LineReader.SECONDARY_PROMPT_PATTERN, FURTHER)
        .build();
  }

  /** Where this user's programs keep what outlives them, if there is such a place. */
  private static Optional<Path> history() {
    String state = System.getenv("XDG_STATE_HOME");
    String home = System.getenv("HOME");
    try {
      Path base =
          state == null || state.isBlank()
              ? Path.of(home == null ? "" : home, ".local", "state")
              : Path.of(state);
      Path folder = Files.createDirectories(base.toAbsolutePath().resolve("grokgrid"));
      return Files.isWritable(folder) ? Optional.of(folder.resolve("history")) : Optional.empty();
    } catch (IOException | InvalidPathException e) {
      return Optional.empty();
    }
  }

  /** Lines that are taken together, and words as SQL has them. */
  private static final class Statements extends DefaultParser {
    Statements() {
      setQuoteChars(new char[0]);
      setEscapeChars(new char[0]);
    }

    @Override
    public boolean isDelimiterChar(CharSequence text, int at) {
      return Character.isWhitespace(text.charAt(at)) || "(),;=<>+*/".indexOf(text.charAt(at)) >= 0;
    }

    @Override
    public ParsedLine parse(String line, int cursor, ParseContext context) {
      if (context == ParseContext.ACCEPT_LINE && !line.isBlank() && !Dialogue.isWhole(line)) {
        throw new EOFError(-1, -1, "a semicolon is missing");
      }
      return super.parse(line, cursor, context);
    }
  }
}
