package io.grokgrid.jobs;

import io.grokgrid.base.Refused;
import io.grokgrid.sql.Questions;
import io.grokgrid.sql.RefusedSql;
import io.grokgrid.sql.SqlFaults;
import io.grokgrid.store.Damage;
import io.grokgrid.store.Store;
import io.grokgrid.store.StoredAnalyses;
import io.grokgrid.store.StoredRuns;
import io.grokgrid.store.SweepLists;
import io.grokgrid.store.Views;
import io.grokgrid.tables.Asked;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.classic.SparkSession;

/** Asks a named question, or any in Spark SQL, of the views over a store. */
public final class QueryJob {
  /** What analyses found is read only for what may ask of it; a name can be put together. */
  private static final Pattern MENTIONS_MEASUREMENTS =
      Pattern.compile("measurements|identifier", Pattern.CASE_INSENSITIVE);

  private static final Pattern MENTIONS_SWEEPS =
      Pattern.compile("\\bsweeps\\b|identifier", Pattern.CASE_INSENSITIVE);

  private final SparkSession session;
  private final Store store;
  private final Views.Restriction restriction;
  private final String query;

  /**
   * @param query statements that end in semicolons: named queries, see {@link Asked}, or SQL
   */
  public QueryJob(
      org.apache.spark.sql.SparkSession session,
      Store store,
      Views.Restriction restriction,
      String query) {
    this.session = (SparkSession) session; // the only one that has plans
    this.store = store;
    this.restriction = restriction;
    this.query = query;
  }

  /**
   * What was answered.
   *
   * @param tables the answer to each statement in turn, which is computed when it is read
   * @param damages what of the store they leave out
   */
  public record Answers(List<Dataset<Row>> tables, List<Damage> damages) {}

  /**
   * Answers every statement.
   *
   * @throws RefusedSql if a statement, or the restriction, does anything but ask, or asks of a
   *     sweep that is not there; none is answered then
   */
  public Answers run() throws IOException {
    Questions questions = Questions.of(session);
    List<String> statements = Questions.statements(query);
    Iterator<LogicalPlan> plans = questions.read(query).iterator();
    Restrictions.requireCondition(session, questions, restriction.where(), Questions.WHERE);
    StoredRuns stored = StoredRuns.of(session, store);
    List<Damage> damages = new ArrayList<>();
    Views.Restriction found = Restrictions.found(store, stored.rows(), restriction, damages);
    Views views = Views.register(session, stored, found);
    List<String> asked = texts(statements, views);
    if (asked.stream().anyMatch(sql -> MENTIONS_SWEEPS.matcher(sql).find())) {
      SweepLists lists = SweepLists.of(store, session.sparkContext().hadoopConfiguration());
      Views.registerSweeps(session, stored, lists);
      damages.addAll(lists.damages());
    }
    if (asked.stream().anyMatch(sql -> MENTIONS_MEASUREMENTS.matcher(sql).find())) {
      StoredAnalyses analyses = StoredAnalyses.of(session, store);
      views = Views.register(session, stored, analyses, found);
    }
    List<Dataset<Row>> tables = new ArrayList<>();
    for (int i = 0; i < asked.size(); i++) {
      try {
        tables.add(
            Questions.named(statements.get(i)).isPresent()
                ? session.sql(asked.get(i))
                : table(questions.analyzed(session, plans.next())));
      } catch (Exception e) { // Spark does not declare its own
        SqlFaults.name(statements, i, e);
        throw e;
      }
    }
    damages.addAll(views.damages());
    return new Answers(tables, damages.stream().distinct().toList());
  }

  /** The SQL of each statement, of those too that name a query. */
  private static List<String> texts(List<String> statements, Views views) {
    List<String> varying =
        statements.stream().anyMatch(one -> Questions.named(one).isPresent())
            ? views.varying()
            : List.of();
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < statements.size(); i++) {
      String one = statements.get(i);
      try {
        texts.add(Questions.named(one).map(named -> named.sql(varying)).orElse(one));
      } catch (Refused e) {
        SqlFaults.name(statements, i, e);
        throw e;
      }
    }
    return texts;
  }

  /** Of the very plan that was looked at, not of the text once more. */
  private Dataset<Row> table(LogicalPlan analyzed) {
    return org.apache.spark.sql.classic.Dataset.ofRows(session, analyzed);
  }
}
