package io.grokgrid.cli;

import io.grokgrid.compact.CompactCommand;
import io.grokgrid.console.Console;
import io.grokgrid.console.ExitCode;
import io.grokgrid.console.Interruption;
import io.grokgrid.inspect.CompareCommand;
import io.grokgrid.inspect.ShowCommand;
import io.grokgrid.learned.AnalyzeCommand;
import io.grokgrid.learned.LlcCommand;
import io.grokgrid.night.NightlyCommand;
import io.grokgrid.options.ConfConverter;
import io.grokgrid.report.ReportCommand;
import io.grokgrid.tables.Versions;
import io.grokgrid.transfer.CopyCommand;
import io.grokgrid.transfer.DropCommand;
import io.grokgrid.transfer.MergeCommand;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;

/** The command line. Nothing of Spark is loaded before a command has read all that it is given. */
@Command(
    name = "grokgrid",
    header = "Grids of grokking networks, trained on Apache Spark, kept in Parquet.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    footer = {
      "",
      "grokgrid COMMAND --help says more about one.",
      "Exit codes: 0 done; 1 infrastructure failed; 2 the command line, the configuration or the"
          + " SQL is wrong; 3 the sweep is complete but a run failed or diverged; 130 interrupted."
    })
public final class Main implements Runnable {
  /** How often a command reads a store again whose files were replaced while it read them. */
  private static final int MOST_TRIES = 5;

  /** No exit code of a process. */
  private static final int AGAIN = -1;

  private final CommandLine commands;
  private final Console console;
  private int tries = 1;

  /** What {@code --version} prints. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"grokgrid " + Versions.builtCode()};
    }
  }

  public Main(Console console) {
    this.console = console;
    commands =
        new CommandLine(this)
            .addSubcommand(new PlanCommand(console))
            .addSubcommand(new SweepCommand(console))
            .addSubcommand(new StatusCommand(console))
            .addSubcommand(new CancelCommand(console))
            .addSubcommand(new QueryCommand(console))
            .addSubcommand(new ReportCommand(console))
            .addSubcommand(new ShowCommand(console))
            .addSubcommand(new CompareCommand(console))
            .addSubcommand(new AnalyzeCommand(console))
            .addSubcommand(new LlcCommand(console))
            .addSubcommand(new VerifyCommand(console))
            .addSubcommand(new DropCommand(console))
            .addSubcommand(new CompactCommand(console))
            .addSubcommand(new CopyCommand(console))
            .addSubcommand(new MergeCommand(console))
            .addSubcommand(
                new NightlyCommand(
                    console, (to, arguments) -> new Main(to).run(arguments.toArray(String[]::new))))
            .addSubcommand(new ClusterCommand(console))
            .addSubcommand(new BenchCommand(console))
            .registerConverter(Path.class, new ConfConverter())
            .setUsageHelpAutoWidth(true)
            // Arguments say what they say; query reads a file of SQL itself.
            .setExpandAtFiles(false)
            .setUsageHelpLongOptionsMaxWidth(28)
            .setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8))
            .setColorScheme(CommandLine.Help.defaultColorScheme(ansi(console)))
            .setParameterExceptionHandler((e, args) -> refused(e))
            .setExecutionExceptionHandler((e, command, parsed) -> failed(e));
  }

  /** Ends the process itself only where something went wrong: on YARN, that kills the driver. */
  public static void main(String[] args) {
    Interruption.watch();
    int code = new Main(Console.ofProcess()).run(args);
    if (code != ExitCode.DONE) {
      System.exit(code);
    }
  }

  /**
   * Does what {@code args} ask for.
   *
   * @return an {@link ExitCode}
   */
  public int run(String... args) {
    try {
      int code = commands.execute(args);
      while (code == AGAIN) {
        code = commands.execute(args);
      }
      return code;
    } catch (Throwable e) {
      return Failures.report(e, console);
    } finally {
      console.out().flush();
    }
  }

  /** Without a command. */
  @Override
  public void run() {
    commands.usage(console.err());
    throw new ParameterException(commands, "a command is missing");
  }

  /** A command prints when it has read all; so one that could not has printed nothing. */
  private int failed(Exception e) {
    if (tries < MOST_TRIES && Failures.isOfReplacedFiles(e)) {
      tries++;
      console.say("compact put files together while they were read; reading again");
      return AGAIN;
    }
    return Failures.report(e, console);
  }

  private int refused(ParameterException e) {
    String command = e.getCommandLine().getCommandSpec().qualifiedName();
    console.say(e.getMessage() + "; see " + command + " --help");
    return ExitCode.REFUSED;
  }

  private static Ansi ansi(Console console) {
    return console.colour() ? Ansi.ON : Ansi.OFF;
  }
}
