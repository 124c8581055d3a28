package io.grokgrid.sql;

import io.grokgrid.base.Refused;
import io.grokgrid.tables.Asked;
import io.grokgrid.tables.NamedQuery;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.antlr.v4.runtime.CharStreams;
import org.antlr.v4.runtime.Token;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.catalyst.QueryPlanningTracker;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.parser.ParseException;
import org.apache.spark.sql.catalyst.parser.ParserInterface;
import org.apache.spark.sql.catalyst.parser.SqlBaseLexer;
import org.apache.spark.sql.catalyst.parser.UpperCaseCharStream;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.execution.SparkSqlParser;
import org.apache.spark.sql.execution.command.DescribeQueryCommand;
import org.apache.spark.sql.execution.command.ExplainCommand;
import org.apache.spark.sql.internal.SQLConf;
import org.jspecify.annotations.Nullable;
import scala.Option;

/** Reads SQL that a user wrote, and refuses what does anything but ask; nothing is carried out. */
public final class Questions {
  /** Spark's parser takes seconds for 1,000 and overflows its stack for more. */
  private static final int DEEPEST = 200;

  /** The first word of a line, behind comments, and what follows up to a comment. */
  private static final Pattern LINE =
      Pattern.compile(
          "(?:\\s|--[^\\n]*(?:\\n|$))*(\\w+)\\b([^;\\n]*?)\\s*(?:-- [^\\n]*)?(?:;|\\n|$)");

  private final ParserInterface parser;
  private final AllowedPlan allowed;

  private Questions(ParserInterface parser, AllowedPlan allowed) {
    this.parser = parser;
    this.allowed = allowed;
  }

  /** As the session would read them. */
  public static Questions of(SparkSession session) {
    return new Questions(
        session.sessionState().sqlParser(), new AllowedPlan(name -> isNamespace(session, name)));
  }

  private static boolean isNamespace(SparkSession session, String name) {
    return name.equalsIgnoreCase("global_temp")
        || session.conf().contains("spark.sql.catalog." + name)
        || session.catalog().databaseExists("`" + name.replace("`", "``") + "`");
  }

  /** How errors call a condition that is not told otherwise. */
  public static final String WHERE = "--where";

  /** As below, of a condition that stands at {@link #WHERE}. */
  public static void require(
      @Nullable String sql, @Nullable String where, Map<String, String> settings) {
    require(sql, where, WHERE, settings);
  }

  /**
   * Refuses what can be refused before a session is there.
   *
   * @param sql statements, if the question is not one that has a name
   * @param where a condition over columns, if there is one
   * @param option where the condition stands, such as {@link #WHERE}
   * @param settings of Spark, some of which say how SQL is read
   * @throws RefusedSql if the SQL is wrong or does not only ask
   */
  public static void require(
      @Nullable String sql, @Nullable String where, String option, Map<String, String> settings) {
    Questions questions = new Questions(new SparkSqlParser(), new AllowedPlan(name -> true));
    SQLConf conf = new SQLConf();
    SparkConf submitted = new SparkConf();
    settings.forEach(submitted::setIfMissing);
    for (var setting : submitted.getAll()) {
      conf.setConfString(setting._1, setting._2);
    }
    SQLConf.withExistingConf(
        conf,
        () -> {
          if (where != null) {
            questions.parseCondition(where, option);
          }
          return sql == null ? List.of() : questions.read(sql);
        });
  }

  /**
   * The plans of all statements but those that name a query, as parsed.
   *
   * @throws RefusedSql if the SQL is wrong or does not only ask
   */
  public List<LogicalPlan> read(String sql) {
    List<String> statements = statements(sql);
    if (statements.isEmpty()) {
      throw new RefusedSql("a query must hold a statement, was " + RefusedSql.cut(sql, 80));
    }
    List<LogicalPlan> plans = new ArrayList<>();
    for (int i = 0; i < statements.size(); i++) {
      try {
        if (named(statements.get(i)).isEmpty()) {
          plans.add(parse(statements.get(i)));
        }
      } catch (RefusedSql | Refused e) {
        SqlFaults.name(statements, i, e);
        throw e;
      }
    }
    return plans;
  }

  /**
   * The plan of a statement, analyzed by the session.
   *
   * @throws RefusedSql if what its names stand for does not only ask
   */
  public LogicalPlan analyzed(SparkSession session, LogicalPlan statement) {
    // These analyze what they describe only when they are carried out.
    if (statement instanceof ExplainCommand explain) {
      analyzed(session, explain.logicalPlan());
    } else if (statement instanceof DescribeQueryCommand describe) {
      analyzed(session, describe.plan());
    }
    return analyze(session, statement);
  }

  private LogicalPlan analyze(SparkSession session, LogicalPlan plan) {
    LogicalPlan analyzed =
        session
            .sessionState()
            .analyzer()
            .executeAndCheck(plan, new QueryPlanningTracker(Option.empty()));
    allowed.require(analyzed);
    return analyzed;
  }

  /**
   * The plan of one statement, as parsed.
   *
   * @throws RefusedSql if it is wrong or does not only ask
   */
  public LogicalPlan parse(String statement) {
    try {
      LogicalPlan plan = parser.parsePlan(statement);
      allowed.require(plan);
      return plan;
    } catch (ParseException e) {
      throw SqlFaults.syntax(e);
    }
  }

  private Expression parseCondition(String where, String option) {
    try {
      List<String> unused = statements(where); // counts brackets
      Expression condition = parser.parseExpression(where);
      allowed.require(condition);
      return condition;
    } catch (RefusedSql | ParseException e) {
      throw SqlFaults.where(option, where, e);
    }
  }

  /**
   * Refuses a condition over {@code rows} unless it is one and only asks.
   *
   * @param option where it stands, such as {@link #WHERE}
   * @throws RefusedSql if it is wrong, or does more
   */
  public void requireCondition(
      SparkSession session, LogicalPlan rows, String where, String option) {
    Expression condition = parseCondition(where, option);
    try {
      analyze(session, new Filter(condition, rows));
    } catch (Exception e) { // Spark does not declare its own
      throw String.valueOf(e.getMessage()).contains("TABLE_OR_VIEW_NOT_FOUND")
          ? new RefusedSql(
              option
                  + " must be a condition over the columns of a run alone, was "
                  + RefusedSql.cut(where, 80),
              e)
          : SqlFaults.where(option, where, e);
    }
  }

  /**
   * The query that a statement names, if it does.
   *
   * @throws io.grokgrid.base.Refused if what stands beside the name is not what the query takes
   */
  public static Optional<Asked> named(String statement) {
    return Asked.of(statement);
  }

  /**
   * The statements between semicolons, which Spark's lexer tells from those in texts and comments;
   * a named query ends with its line, too. Each stands where it stood, behind blanks, so that
   * errors name the right place. A script, which has semicolons within, is one statement.
   */
  public static List<String> statements(String sql) {
    return cuts(sql).stream().map(cut -> cut.statement(sql)).toList();
  }

  /** Whether nothing of {@code sql} waits for a semicolon. */
  public static boolean isEnded(String sql) {
    return cuts(sql).stream().allMatch(Cut::ended);
  }

  /** A statement's place, and whether what ends it was there. */
  private record Cut(int start, int end, boolean ended, int next) {
    /** Columns are counted in code points, as Spark does. */
    String statement(String sql) {
      String before = sql.substring(0, start);
      int line = before.lastIndexOf('\n') + 1;
      return "\n".repeat((int) before.chars().filter(c -> c == '\n').count())
          + " ".repeat(before.codePointCount(line, start))
          + sql.substring(start, end);
    }
  }

  private static List<Cut> cuts(String sql) {
    List<Cut> cuts = new ArrayList<>();
    for (int from = 0; from < sql.length(); ) {
      Cut cut = cut(sql, from);
      if (cut.start < cut.end) {
        cuts.add(cut);
      }
      from = cut.next;
    }
    return cuts;
  }

  private static Cut cut(String sql, int from) {
    Matcher line = LINE.matcher(sql).region(from, sql.length());
    return line.lookingAt() && NamedQuery.named(line.group(1)).isPresent()
        ? new Cut(line.start(1), line.end(2), true, line.end())
        : cutByTokens(sql, from);
  }

  private static Cut cutByTokens(String sql, int from) {
    String rest = sql.substring(from);
    SqlBaseLexer lexer = new SqlBaseLexer(new UpperCaseCharStream(CharStreams.fromString(rest)));
    lexer.removeErrorListeners();
    Token first = null;
    int depth = 0;
    boolean isOpen = false; // a text that does not end
    for (Token token = lexer.nextToken(); token.getType() != Token.EOF; token = lexer.nextToken()) {
      depth += token.getText().equals("(") ? 1 : token.getText().equals(")") ? -1 : 0;
      if (depth > DEEPEST) {
        throw new RefusedSql("SQL must have at most " + DEEPEST + " brackets inside each other");
      }
      if (token.getChannel() != Token.DEFAULT_CHANNEL) {
        continue;
      }
      isOpen |= token.getText().matches("['\"`]");
      boolean ends = token.getText().equals(";");
      if (first == null) {
        first = ends ? null : token;
      } else if (ends && !isOpen && !first.getText().equalsIgnoreCase("BEGIN")) {
        int end = from + rest.offsetByCodePoints(0, token.getStartIndex());
        return new Cut(
            from + rest.offsetByCodePoints(0, first.getStartIndex()), end, true, end + 1);
      }
    }
    int end = sql.length();
    int start = first == null ? end : from + rest.offsetByCodePoints(0, first.getStartIndex());
    return new Cut(start, end, false, end);
  }
}
