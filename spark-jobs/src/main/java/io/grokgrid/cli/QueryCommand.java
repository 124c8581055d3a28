package io.grokgrid.cli;

import io.grokgrid.base.Nearest;
import io.grokgrid.config.Study;
import io.grokgrid.console.Console;
import io.grokgrid.console.ExitCode;
import io.grokgrid.console.Table;
import io.grokgrid.jobs.QueryJob;
import io.grokgrid.options.Options;
import io.grokgrid.session.Sessions;
import io.grokgrid.session.SparkRows;
import io.grokgrid.sql.Questions;
import io.grokgrid.sql.RefusedSql;
import io.grokgrid.sql.SqlFaults;
import io.grokgrid.tables.Asked;
import io.grokgrid.tables.NamedQuery;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code query NAME}, {@code query "SELECT .."} and {@code query @FILE}. */
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
          + " times: a struct of their ratio, its interval and a p-value, as the query effect has it.",
      "wilson_low(successes, trials) and wilson_high(successes, trials) are an interval of 95 %% of a"
          + " share; sign_test(plus, minus) is the two-sided p-value of the sign test.",
      "Several statements, each ended by a semicolon, are answered one after the other. What writes,"
          + " runs a program or changes settings is refused."
    },
    footer = {
      "",
      "Examples:",
      "  grokgrid query --list",
      "  grokgrid query grok_step_vs encoding",
      "  grokgrid query effect --axis encoding --sweep positional-encodings",
      "  grokgrid query threshold --at 0.95",
      "  grokgrid query grok_step_vs_weight_decay --where \"operation = 'add' AND p > 97\"",
      "  grokgrid query \"SELECT step, avg(test_loss) FROM metrics GROUP BY step ORDER BY step\""
          + " --format csv",
      "  grokgrid query failures --conf conf/quickstart.conf --set training.steps=30000",
      "  grokgrid query @questions.sql"
    })
final class QueryCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private Options.Common common = new Options.Common();

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "NAME|SQL|@FILE",
      description = "A name of --list, SQL, or a file of it (- is standard input).")
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
      names = "--at",
      paramLabel = "A",
      description = "Of threshold: the test accuracy, above 0 and at most 1.")
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
      common.format.print(names(), console.out(), console.colour());
      return ExitCode.DONE;
    }
    String asked = query == null ? "" : query.strip();
    if (SqlFile.isMeantBy(asked)) {
      asked = SqlFile.read(asked, System.in).strip();
    }
    if (asked.isEmpty()) {
      throw new ParameterException(spec.commandLine(), "a name or SQL is missing, see --list");
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
    answer(asked, Asked.of(asked).isPresent(), which.study());
    return ExitCode.DONE;
  }

  /** What was given beside the name, as it stands behind it. */
  private String arguments() {
    return (key == null ? "" : " " + key)
        + (axis == null ? "" : " --axis " + axis)
        + (at == null ? "" : " --at " + at);
  }

  private static String noQueryIsNamed(String asked) {
    List<String> names = Arrays.stream(NamedQuery.values()).map(NamedQuery::key).toList();
    String meant = asked.toLowerCase(Locale.ROOT).replace('-', '_');
    return "no query is named %s%s, see --list"
        .formatted(
            asked,
            Nearest.to(meant, names).map(name -> " (did you mean %s?)".formatted(name)).orElse(""));
  }

  private void answer(String asked, boolean named, @Nullable Study study) throws Exception {
    Sessions sessions = common.spark.sessions();
    try {
      if (!named || which.where != null) {
        Questions.require(named ? null : asked, which.where, sessions.settings());
      }
      common.warnOfAnEmptyStore(console);
      try (SparkSession session = sessions.open("query")) {
        QueryJob job = new QueryJob(session, common.store(), which.restriction(study), asked);
        QueryJob.Answers answers = job.run();
        console.leftOut(answers.damages());
        print(answers.tables());
      }
    } catch (StackOverflowError e) {
      throw new RefusedSql("SQL must be nested less deeply", e);
    } catch (Exception e) {
      throw SqlFaults.of(e);
    }
  }

  /** An empty line between answers. */
  private void print(List<Dataset<Row>> answers) {
    String separator = "";
    for (Dataset<Row> answer : answers) {
      console.out().print(separator);
      common.format.print(SparkRows.table(answer), console.out(), console.colour());
      separator = "\n";
    }
  }

  private static Table names() {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (NamedQuery query : NamedQuery.values()) {
      rows.add(List.of(query.key(), query.argument(), query.description()));
    }
    return new Table(List.of("query", "takes", "answers"), rows);
  }
}
