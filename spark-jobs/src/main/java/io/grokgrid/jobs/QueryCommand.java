package io.grokgrid.jobs;

import io.grokgrid.tables.NamedQuery;
import io.grokgrid.tables.Views;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code query NAME} and {@code query "SELECT .."}. */
@Command(
    name = "query",
    header = "Asks a named question, or any in Spark SQL, of the store.",
    description = {
      "The views are runs (a row a run), metrics, attention and measurements (its arrays, a row an"
          + " entry, beside run_id and all columns of the run).",
      "km_quantile(time, reached, q) is an aggregate: the smallest time at which the Kaplan-Meier"
          + " curve is at most 1 - q, null if it never is."
    },
    footer = {
      "",
      "Examples:",
      "  grokgrid query --list",
      "  grokgrid query grok_step_vs_weight_decay --where \"operation = 'add' AND p > 97\"",
      "  grokgrid query \"SELECT step, avg(test_loss) FROM metrics GROUP BY step ORDER BY step\""
          + " --format csv"
    })
final class QueryCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private Options.Common common = new Options.Common();

  @Parameters(arity = "0..1", paramLabel = "NAME|SQL", description = "A name of --list, or SQL.")
  private @Nullable String query;

  @Option(names = "--list", description = "Names the queries, a line each.")
  private boolean list;

  @Option(names = "--sweep", paramLabel = "NAME", description = "Only runs of this sweep.")
  private @Nullable String sweep;

  @Option(
      names = "--where",
      paramLabel = "SQL",
      description = "Only runs for which this condition over their columns holds.")
  private @Nullable String where;

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
    if (asked.isEmpty()) {
      throw new ParameterException(spec.commandLine(), "a name or SQL is missing, see --list");
    }
    if (asked.matches("\\w+") && NamedQuery.named(asked).isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "no query is named " + asked + ", see --list");
    }
    answer(asked);
    return ExitCode.DONE;
  }

  private void answer(String asked) throws Exception {
    Views.Restriction restriction = new Views.Restriction(sweep, where);
    common.warnOfAnEmptyStore(console);
    try (SparkSession session = common.spark.sessions().open("query")) {
      QueryJob job = new QueryJob(session, common.store(), restriction, asked);
      common.format.print(SparkRows.table(job.run()), console.out(), console.colour());
    } catch (RefusedSql e) {
      throw e;
    } catch (Exception e) {
      throw RefusedSql.of(e);
    }
  }

  private static Table names() {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (NamedQuery query : NamedQuery.values()) {
      rows.add(List.of(query.key(), query.description()));
    }
    return new Table(List.of("query", "answers"), rows);
  }
}
