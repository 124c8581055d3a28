package io.grokgrid.sql;

import io.grokgrid.base.Refused;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.catalyst.parser.ParseException;

/** Makes of what Spark threw a refusal of the SQL, where that is at fault. */
public final class SqlFaults {
  /** Some of Spark's messages repeat all that they are about. */
  private static final int LONGEST = 600;

  /** Enough to know a statement by. */
  private static final int FIRST_WORDS = 40;

  private SqlFaults() {}

  /** SQL that cannot be parsed. */
  static RefusedSql syntax(ParseException wrong) {
    return new RefusedSql(message(wrong), wrong);
  }

  /** What is wrong with the condition of an option, such as {@code --where}. */
  static RefusedSql where(String option, String condition, Exception wrong) {
    return new RefusedSql(
        option + " " + RefusedSql.cut(condition, 80) + ": " + message(wrong), wrong);
  }

  /**
   * What to throw for {@code failure} of a query that a user wrote: a refusal if the SQL is at
   * fault, else the failure itself.
   */
  public static Exception of(Exception failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof RefusedSql refused) {
        return refused;
      }
      if (cause instanceof SparkThrowable known && isOfAFile(known)) {
        return failure;
      }
      String fault = fault(cause);
      if (!fault.isEmpty()) {
        return new RefusedSql(fault, failure);
      }
    }
    return failure;
  }

  /**
   * Says which of several statements is at fault.
   *
   * @throws RefusedSql unless there is but one, or something else is at fault
   */
  public static void name(List<String> statements, int index, Exception failure) {
    if (statements.size() > 1) {
      name(index + 1, statements.get(index), failure);
    }
  }

  /**
   * The same of a statement that comes after others.
   *
   * @param number from 1
   * @throws RefusedSql unless something else is at fault
   */
  public static void name(int number, String statement, Exception failure) {
    if (of(failure) instanceof RefusedSql refused) {
      String which =
          "statement %d (%s): ".formatted(number, RefusedSql.cut(statement, FIRST_WORDS));
      throw new RefusedSql(which + refused.getMessage(), failure);
    }
  }

  /** How a cause says that the SQL is wrong, or nothing. */
  private static String fault(Throwable cause) {
    if (cause instanceof Refused) {
      return String.valueOf(cause.getMessage()); // by a function of ours
    }
    if (cause instanceof SparkThrowable known && isOfTheSql(known)) {
      String reason = cause.getCause() == null ? "" : ": " + cause.getCause().getMessage();
      return RefusedSql.cut(message(cause) + reason, LONGEST);
    }
    String name = cause.getClass().getSimpleName();
    return isOfAnExpression(cause)
        ? "the SQL cannot be computed: " + name + ", " + message(cause)
        : "";
  }

  /** Whether what failed is a value that an expression was given: Java's own words for it. */
  private static boolean isOfAnExpression(Throwable failure) {
    return failure instanceof RuntimeException
        && !(failure instanceof SparkThrowable)
        && !(failure instanceof IllegalStateException)
        && !(failure instanceof UncheckedIOException)
        && List.of(failure.getStackTrace()).stream()
            .anyMatch(at -> at.getClassName().contains(".catalyst.expressions."));
  }

  /** A file that cannot be read is nobody's SQL, although generated code reads it. */
  private static boolean isOfAFile(SparkThrowable known) {
    return String.valueOf(known.getCondition()).startsWith("FAILED_READ_FILE");
  }

  /**
   * SQLSTATE classes: 07 parameters, 0A feature not supported, 21 cardinality, 22 data (such as a
   * division by zero), 23 keys, 38 and 39 functions, 42 syntax and names, 46 settings, 54 too
   * complex, P0 raised by the SQL itself; 56038 a feature that is off. Some of the analyzer's older
   * errors have none.
   */
  private static boolean isOfTheSql(SparkThrowable known) {
    String state = known.getSqlState();
    if (String.valueOf(((Throwable) known).getMessage())
        .contains("Found the unresolved operator")) {
      return true; // said by Spark of a lambda where there can be none
    }
    return state == null
        ? known instanceof AnalysisException
        : state.matches("(07|0A|21|22|23|38|39|42|46|54|56038|58030|P0).*");
  }

  /** Without the SQL itself and plans, which Spark puts below. */
  private static String message(Throwable cause) {
    String message =
        cause instanceof AnalysisException analysis
            ? analysis.getSimpleMessage()
            : String.valueOf(cause.getMessage());
    return RefusedSql.cut(message.strip().split("\\n(== |\\s*\\n)", 2)[0], LONGEST);
  }
}
