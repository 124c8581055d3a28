package io.grokgrid.jobs;

import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.AnalysisException;

/** SQL that is wrong; the message says how, and where. */
public final class RefusedSql extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private RefusedSql(String message, Throwable cause) {
    super(message, cause);
  }

  RefusedSql(String message) {
    super(message);
  }

  /**
   * What to throw for {@code failure} of a query that a user wrote: a refusal if the SQL is at
   * fault, else the failure itself.
   */
  static Exception of(Exception failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SparkThrowable known && isOfTheSql(known.getSqlState())) {
        return new RefusedSql(message(cause), failure);
      }
    }
    return failure;
  }

  /**
   * SQLSTATE classes: 0A feature not supported, 21 cardinality, 22 data (such as a division by
   * zero), 42 syntax and names, 54 too complex.
   */
  private static boolean isOfTheSql(@org.jspecify.annotations.Nullable String state) {
    return state != null && state.matches("(0A|21|22|42|54).*");
  }

  private static String message(Throwable cause) {
    String message =
        cause instanceof AnalysisException analysis
            ? analysis.getSimpleMessage()
            : String.valueOf(cause.getMessage());
    return message.strip();
  }
}
