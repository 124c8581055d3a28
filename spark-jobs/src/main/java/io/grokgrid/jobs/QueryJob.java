package io.grokgrid.jobs;

import io.grokgrid.base.Nearest;
import io.grokgrid.sql.Questions;
import io.grokgrid.sql.RefusedSql;
import io.grokgrid.store.Damage;
import io.grokgrid.store.Store;
import io.grokgrid.store.StoredRuns;
import io.grokgrid.store.Views;
import io.grokgrid.tables.NamedQuery;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;

/** Asks a named question, or any in Spark SQL, of the views over a store. */
public final class QueryJob {
  /** A message names this many of the sweeps there are. */
  private static final int NAMED_SWEEPS = 5;

  private final SparkSession session;
  private final Store store;
  private final Views.Restriction restriction;
  private final String query;
  private List<Damage> damages = List.of();

  /**
   * @param query a {@link NamedQuery}'s key, or SQL: statements that end in semicolons
   */
  public QueryJob(SparkSession session, Store store, Views.Restriction restriction, String query) {
    this.session = session;
    this.store = store;
    this.restriction = restriction;
    this.query = query;
  }

  /** The answer to the first question, see {@link #answers}. */
  public Dataset<Row> run() throws IOException {
    return answers().get(0);
  }

  /**
   * The answer to each statement in turn, which is computed when it is read.
   *
   * @throws RefusedSql if a statement, or the restriction, does anything but ask, or asks of a
   *     sweep that is not there; none is answered then
   */
  public List<Dataset<Row>> answers() throws IOException {
    var classic = (org.apache.spark.sql.classic.SparkSession) session;
    Questions questions = Questions.of(classic);
    Optional<NamedQuery> named = NamedQuery.named(query);
    List<LogicalPlan> asked = named.isPresent() ? List.of() : questions.read(query);
    requireCondition(classic, questions);
    StoredRuns stored = StoredRuns.of(session, store);
    damages = stored.damages();
    requireSweep(stored.rows());
    Views views = Views.register(session, stored, restriction);
    if (named.isPresent()) {
      return List.of(session.sql(named.get().sql(views.varying())));
    }
    List<LogicalPlan> analyzed =
        asked.stream().map(plan -> questions.analyzed(classic, plan)).toList();
    List<Dataset<Row>> answers = new ArrayList<>();
    for (LogicalPlan plan : analyzed) {
      // The very plan that was looked at, not the text once more.
      answers.add(org.apache.spark.sql.classic.Dataset.ofRows(classic, plan));
    }
    return answers;
  }

  /** What of the store the answers leave out; known once they were asked for. */
  public List<Damage> damages() {
    return damages;
  }

  private void requireCondition(
      org.apache.spark.sql.classic.SparkSession classic, Questions questions) {
    String where = restriction.where();
    if (where != null) {
      var none =
          (org.apache.spark.sql.classic.Dataset<Row>)
              session.createDataFrame(List.of(), Store.COLUMNS);
      questions.requireCondition(classic, none.logicalPlan(), where);
    }
  }

  private void requireSweep(Dataset<Row> rows) {
    String sweep = restriction.sweep();
    if (sweep == null) {
      return;
    }
    List<String> sweeps =
        rows.select("sweep")
            .where("sweep IS NOT NULL")
            .distinct()
            .as(Encoders.STRING())
            .collectAsList();
    if (sweeps.contains(sweep)) {
      return;
    }
    List<String> nearest =
        sweeps.stream()
            .sorted(
                Comparator.comparingInt((String name) -> Nearest.distance(sweep, name))
                    .thenComparing(Comparator.naturalOrder()))
            .limit(NAMED_SWEEPS)
            .map(name -> RefusedSql.cut(name, 80))
            .toList();
    String there =
        nearest.isEmpty()
            ? "the store holds no runs yet"
            : "there is "
                + String.join(", ", nearest)
                + (sweeps.size() > NAMED_SWEEPS ? ", .. (%d in all)".formatted(sweeps.size()) : "");
    throw new RefusedSql(
        "--sweep must be a sweep of the store %s, was %s; %s"
            .formatted(store.root(), RefusedSql.cut(sweep, 80), there));
  }
}
