package io.grokgrid.jobs;

import io.grokgrid.tables.NamedQuery;
import io.grokgrid.tables.Store;
import io.grokgrid.tables.Views;
import java.io.IOException;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.parser.ParseException;
import org.apache.spark.sql.catalyst.plans.logical.Command;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.ParsedStatement;

/** Asks a named question, or any in Spark SQL, of the views over a store. */
public final class QueryJob {
  private final SparkSession session;
  private final Store store;
  private final Views.Restriction restriction;
  private final String query;

  /**
   * @param query a {@link NamedQuery}'s key, or SQL
   */
  public QueryJob(SparkSession session, Store store, Views.Restriction restriction, String query) {
    this.session = session;
    this.store = store;
    this.restriction = restriction;
    this.query = query;
  }

  /**
   * The answer, which is computed when it is read.
   *
   * @throws RefusedSql if the SQL is a statement that changes something
   */
  public Dataset<Row> run() throws IOException {
    Optional<NamedQuery> named = NamedQuery.named(query);
    if (named.isEmpty()) {
      requireQuestion();
    }
    Views views = Views.register(session, store, restriction);
    return session.sql(named.isPresent() ? named.get().sql(views.varying()) : query);
  }

  /** Spark carries out a statement as soon as it sees it, so this one is only parsed. */
  private void requireQuestion() {
    LogicalPlan plan;
    try {
      plan =
          ((org.apache.spark.sql.classic.SparkSession) session)
              .sessionState()
              .sqlParser()
              .parsePlan(query);
    } catch (ParseException e) {
      return; // to be said with the views in place
    }
    boolean asks = plan.getClass().getSimpleName().matches("(Show|Describe|Explain).*");
    if (!asks && (plan instanceof Command || plan instanceof ParsedStatement)) {
      throw new RefusedSql("a query must only ask, such as SELECT .. FROM runs, was " + query);
    }
  }
}
