package io.grokgrid.cli;

import io.grokgrid.base.Nearest;
import io.grokgrid.console.Console;
import io.grokgrid.console.ExitCode;
import io.grokgrid.options.Options;
import io.grokgrid.prompt.Dialogue;
import io.grokgrid.prompt.Names;
import io.grokgrid.prompt.Prompt;
import io.grokgrid.tables.Asked;
import io.grokgrid.tables.NamedQuery;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code query NAME}, {@code query "SELECT .."}, {@code query @FILE} and {@code query}. */
@Command(
    name = "query",
    header = "Asks a named question, or any in Spark SQL, of the store.",
    description = {
      "The views are runs (a row a run), metrics, attention and measurements (its arrays, a row an"
          + " entry, beside run_id and all columns of the run), and sweeps (sweep, run_id: which run"
          + " belongs to which).",
      "km_quantile(time, reached, q) is an aggregate: the smallest time at which the Kaplan-Meier"
          + " curve is at most 1 - q, null if it never is; km_low and km_high of the same are an"
          + " interval of 95 %%. median_low(x) and median_high(x) are aggregates, too: an interval of"
          + " 95 %% of the median, null of fewer than 6 values.",
      "paired_ratio(first, first_reached, second, second_reached) is an aggregate over pairs of"
          + " times: a struct of their ratio, its interval and a p-value, as the query effect has it;"
          + " SELECT inline(array(paired_ratio(..))) makes columns of it.",
      "wilson_low(successes, trials) and wilson_high(successes, trials) are an interval of 95 %% of a"
          + " share; sign_test(plus, minus) is the two-sided p-value of the sign test.",
      "Several statements, each ended by a semicolon, are answered one after the other, an empty"
          + " line between answers; a named query is a statement, too. What writes, runs a program or"
          + " changes settings is refused.",
      "Without an argument: a prompt, at which Tab completes and .help says more. Where standard"
          + " input is no terminal, its statements are answered as they come, up to the first wrong"
          + " one."
    },
    footer = {
      "",
      "Examples:",
      "  grokgrid query --list",
      "  grokgrid query grok_step_vs encoding",
      "  grokgrid query effect --axis encoding --sweep positional-encodings",
      "  grokgrid query phase_diagram --axes weight_decay,train_fraction",
      "  grokgrid query threshold --at 0.95",
      "  grokgrid query effect --axis weight_decay --at 0.95",
      "  grokgrid query grok_step_vs_p --where \"operation = 'add' AND p > 97\"",
      "  grokgrid query \"SELECT step, test_loss FROM metrics\" --format csv",
      "  grokgrid query failures --conf conf/quickstart.conf --set training.steps=30000",
      "  grokgrid query @questions.sql",
      "  echo 'census; SELECT count(*) FROM runs;' | grokgrid query"
    })
final class QueryCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private Options.Common common = new Options.Common();

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "NAME|SQL|@FILE",
      description =
          "A name of --list, SQL, or a file of it (- is standard input); a prompt without one.")
  private @Nullable String query;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "KEY",
      description = "Of grok_step_vs: the key that varies, such as weight_decay.")
  private @Nullable String key;

  @Option(
      names = "--axis",
      paramLabel = "KEY",
      description = "Of effect: the key of whose values pairs are compared.")
  private @Nullable String axis;

  @Option(
      names = "--axes",
      paramLabel = "A,B",
      description = "Of phase_diagram: the two keys to group by (default: all that vary).")
  private @Nullable String axes;

  @Option(
      names = "--at",
      paramLabel = "A",
      description =
          "Of threshold, and of effect in place of the grok step: the test accuracy to reach, above"
              + " 0 and at most 1.")
  private @Nullable String at;

  @Option(names = "--list", description = "Names the queries, and what they take.")
  private boolean list;

  @Mixin private Options.Which which = new Options.Which();

  @Spec
  @SuppressWarnings("NullAway.Init") // set before call
  private CommandSpec spec;

  QueryCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    if (list) {
      common.format.print(Names.table(), console.out(), console.colour());
      return ExitCode.DONE;
    }
    if (query == null) {
      return converse();
    }
    String asked = query.strip();
    if (SqlFile.isMeantBy(asked)) {
      asked = SqlFile.read(asked, System.in).strip();
    }
    if (asked.isEmpty()) {
      throw missing();
    }
    boolean isName = NamedQuery.named(asked).isPresent();
    if (!isName && asked.matches("\\w+(-[A-Za-z_]+)*")) {
      throw new ParameterException(spec.commandLine(), noQueryIsNamed(asked));
    }
    String arguments = arguments();
    if (!isName && !arguments.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "SQL must be one argument, in quotes, was followed by" + arguments);
    }
    asked += arguments;
    if (isName) {
      Asked.require(asked); // before Spark is there
    }
    try (Dialogue dialogue = dialogue(console)) {
      dialogue.take(asked);
    }
    return ExitCode.DONE;
  }

  /** What was given beside the name, as it stands behind it. */
  private String arguments() {
    return (key == null ? "" : " " + key)
        + (axis == null ? "" : " --axis " + axis)
        + (axes == null ? "" : " --axes " + axes)
        + (at == null ? "" : " --at " + at);
  }

  /** At a terminal a prompt, else what standard input asks. */
  private int converse() throws Exception {
    if (Console.isTyped()) {
      Prompt.hold(console, this::dialogue, Failures::report);
      return ExitCode.DONE;
    }
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try (Dialogue dialogue = dialogue(console)) {
      if (!dialogue.takeAll(lines)) {
        throw missing();
      }
    }
    return ExitCode.DONE;
  }

  private ParameterException missing() {
    return new ParameterException(spec.commandLine(), "a name or SQL is missing, see --list");
  }

  private Dialogue dialogue(Console to) {
    return new Dialogue(common, which.restriction(which.study()), to);
  }

  private static String noQueryIsNamed(String asked) {
    List<String> names = Arrays.stream(NamedQuery.values()).map(NamedQuery::key).toList();
    String meant = asked.toLowerCase(Locale.ROOT).replace('-', '_');
    return "no query is named %s%s, see --list"
        .formatted(
            asked,
            Nearest.to(meant, names).map(name -> " (did you mean %s?)".formatted(name)).orElse(""));
  }
}
