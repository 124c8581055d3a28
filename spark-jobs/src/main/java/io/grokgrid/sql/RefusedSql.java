package io.grokgrid.sql;

import io.grokgrid.base.Refused;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.AnalysisException;
import org.jspecify.annotations.Nullable;

/** SQL that is wrong, or does more than ask; the message says how, and where. */
public final class RefusedSql extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Some of Spark's messages repeat all that they are about. */
  private static final int LONGEST = 600;

  public RefusedSql(String message, Throwable cause) {
    super(message, cause);
  }

  public RefusedSql(String message) {
    super(message);
  }

  /** What Spark says of SQL that is wrong; of no class of Spark, which files of SQL do without. */
  public RefusedSql(Throwable wrong) {
    this(message(wrong), wrong);
  }

  /** What is wrong with the condition of {@code --where}. */
  static RefusedSql where(String condition, Exception wrong) {
    return new RefusedSql("--where " + cut(condition, 80) + ": " + message(wrong), wrong);
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
      if (cause instanceof Refused refused) {
        return new RefusedSql(
            String.valueOf(refused.getMessage()), failure); // by a function of ours
      }
      if (cause instanceof SparkThrowable known && isOfAFile(known)) {
        return failure;
      }
      if (cause instanceof SparkThrowable known && isOfTheSql(known)) {
        String reason = cause.getCause() == null ? "" : ": " + cause.getCause().getMessage();
        return new RefusedSql(cut(message(cause) + reason, LONGEST), failure);
      }
      if (isOfAnExpression(cause)) {
        String name = cause.getClass().getSimpleName();
        return new RefusedSql(
            "the SQL cannot be computed: " + name + ", " + message(cause), failure);
      }
    }
    return failure;
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
    return cut(message.strip().split("\\n(== |\\s*\\n)", 2)[0], LONGEST);
  }

  /** One line of at most {@code longest} characters, for a terminal. */
  public static String cut(@Nullable String text, int longest) {
    String line = String.valueOf(text).strip().replaceAll("\\s+", " ").replaceAll("\\p{C}", "?");
    return line.length() <= longest ? line : line.substring(0, longest - 3) + " ..";
  }
}
