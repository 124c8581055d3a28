package io.grokgrid.report;

import io.grokgrid.page.Kind;
import io.grokgrid.tables.Asked;
import java.util.List;

/**
 * What a table of the report answers.
 *
 * @param name of the table
 * @param sql over the views
 * @param asked what stands behind {@code query} to get the same: the name of a query with what it
 *     takes, or the SQL
 * @param reals how numbers that are no integers are kept
 * @param needs columns in one of which some row must have a value, or the table is left out; none
 *     if any row is worth showing
 * @param isOfArrays whether it reads arrays of the view {@code runs}
 */
record Question(
    String name, String sql, String asked, Kind reals, List<String> needs, boolean isOfArrays) {
  /** Of SQL; exact. */
  static Question of(String name, String sql) {
    String whole = sql.strip();
    return new Question(name, whole, whole, Kind.FLOAT64, List.of(), false);
  }

  /** Of a named query; exact. */
  static Question of(String name, Asked asked, List<String> varying) {
    return new Question(
        name, asked.sql(varying).strip(), asked.text(), Kind.FLOAT64, List.of(), false);
  }

  /** To four significant digits. */
  Question rounded() {
    return new Question(name, sql, asked, Kind.SIG4, needs, isOfArrays);
  }

  Question needing(String... columns) {
    return new Question(name, sql, asked, reals, List.of(columns), isOfArrays);
  }

  Question ofArrays() {
    return new Question(name, sql, asked, reals, needs, true);
  }

  /** What to show of the SQL: none that only the named query can ask. */
  String shown() {
    return Asked.isForNamesAlone(sql) ? "" : sql;
  }

  boolean isNamed() {
    return !asked.equals(sql);
  }
}
