package io.grokgrid.jobs;

import io.grokgrid.tables.NamedQuery;
import io.grokgrid.tables.Store;
import io.grokgrid.tables.Views;
import java.io.IOException;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

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

  /** The answer, which is computed when it is read. */
  public Dataset<Row> run() throws IOException {
    Views views = Views.register(session, store, restriction);
    Optional<NamedQuery> named = NamedQuery.named(query);
    return session.sql(named.isPresent() ? named.get().sql(views.varying()) : query);
  }
}
