package io.grokgrid.report;

import io.grokgrid.console.Console;
import io.grokgrid.console.Sign;
import io.grokgrid.keys.Key;
import io.grokgrid.page.Kind;
import io.grokgrid.page.PackedTable;
import io.grokgrid.session.SparkRows;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.FractionalType;
import org.apache.spark.sql.types.IntegralType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.StructField;
import org.jspecify.annotations.Nullable;

/**
 * Asks questions, some at once, and packs their answers: while Spark plans one, others are worked
 * on.
 */
final class Answers implements AutoCloseable {
  private static final int AT_ONCE = 3;

  /** Takes the place of the id, where there is a row a recorded step. */
  private static final String RUN = "run";

  private static final String RUN_ID = "run_id";

  /** Exact everywhere, since rows of one table are found in another by them. */
  private static final Set<String> SETTINGS =
      Key.ALL.stream().map(Key::column).collect(Collectors.toUnmodifiableSet());

  private final Dataset<Row> runs;
  private final Dataset<Row> runsWithoutArrays;
  private final Invocation invocation;
  private final Console console;
  private final ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
  private final List<Future<Optional<PackedTable>>> tables = new ArrayList<>();

  /**
   * @param runs the view {@code runs}
   * @param runsWithoutArrays what it is to questions that are not {@link Question#isOfArrays}
   */
  Answers(
      Dataset<Row> runs, Dataset<Row> runsWithoutArrays, Invocation invocation, Console console) {
    this.runs = runs;
    this.runsWithoutArrays = runsWithoutArrays;
    this.invocation = invocation;
    this.console = console;
  }

  /**
   * Those with anything in them, in the order in which they were asked for.
   *
   * @throws InterruptedIOException if the thread is interrupted
   */
  List<PackedTable> tables() throws InterruptedIOException {
    List<PackedTable> found = new ArrayList<>();
    for (Future<Optional<PackedTable>> table : tables) {
      try {
        table.get().ifPresent(found::add);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while questions were asked");
      } catch (ExecutionException e) {
        throw new IllegalStateException(e.getCause()); // Spark declares none of what it throws
      }
    }
    return found;
  }

  /** What was asked and not answered yet is given up. */
  @Override
  public void close() {
    threads.shutdownNow();
  }

  void ask(Question question) {
    tables.add(
        threads.submit(() -> table(question, UnaryOperator.identity(), UnaryOperator.identity())));
  }

  /**
   * Two tables of which each row begins with the id of a run.
   *
   * @param ofSteps where the place of the run in the other table takes that of the id
   */
  void ask(Question ofRuns, Question ofSteps) {
    Map<@Nullable Object, Integer> places = new HashMap<>();
    Future<Optional<PackedTable>> known =
        threads.submit(
            () ->
                table(
                    ofRuns,
                    UnaryOperator.identity(),
                    row -> {
                      places.put(row.get(0), places.size());
                      return row;
                    }));
    tables.add(known);
    tables.add(
        threads.submit(
            () -> {
              known.get();
              return table(
                  ofSteps,
                  Answers::renamed,
                  row -> {
                    List<@Nullable Object> placed = new ArrayList<>(row);
                    placed.set(0, places.get(row.get(0)));
                    return placed;
                  });
            }));
  }

  private Optional<PackedTable> table(
      Question question,
      UnaryOperator<Map<String, Kind>> columns,
      UnaryOperator<List<@Nullable Object>> rows) {
    try (Sign sign = console.during("reading " + question.name())) {
      Dataset<Row> answer = answer(question);
      Map<String, Kind> kinds = columns.apply(kinds(answer, question.reals()));
      PackedTable table =
          new PackedTable(question.name(), question.shown(), invocation.query(question), kinds);
      int[] needed = needed(question, answer);
      boolean hasNeeded = needed.length == 0;
      for (List<@Nullable Object> row : SparkRows.table(answer).rows()) {
        hasNeeded |= IntStream.of(needed).mapToObj(row::get).anyMatch(Objects::nonNull);
        table.add(rows.apply(row));
      }
      return hasNeeded && !table.isEmpty() ? Optional.of(table) : Optional.empty();
    }
  }

  /** What a view is to a question is settled here. */
  private synchronized Dataset<Row> answer(Question question) {
    (question.isOfArrays() ? runs : runsWithoutArrays).createOrReplaceTempView("runs");
    return OnePart.sorted(runs.sparkSession().sql(question.sql()));
  }

  private static int[] needed(Question question, Dataset<Row> answer) {
    return question.needs().stream().mapToInt(answer.schema()::fieldIndex).toArray();
  }

  private static Map<String, Kind> kinds(Dataset<Row> answer, Kind reals) {
    Map<String, Kind> kinds = new LinkedHashMap<>();
    for (StructField field : answer.schema().fields()) {
      boolean isSetting = SETTINGS.contains(field.name());
      // Seeds may be larger than what a browser's numbers hold exactly.
      boolean isSeed = isSetting && field.dataType() instanceof LongType;
      Kind ofReals = isSetting ? Kind.FLOAT64 : reals;
      kinds.put(field.name(), isSeed ? Kind.TEXT : kind(field.dataType(), ofReals));
    }
    return kinds;
  }

  private static Kind kind(DataType type, Kind reals) {
    if (type instanceof IntegralType || type instanceof BooleanType) {
      return Kind.INT;
    }
    return type instanceof FractionalType ? reals : Kind.TEXT;
  }

  private static Map<String, Kind> renamed(Map<String, Kind> kinds) {
    Map<String, Kind> renamed = new LinkedHashMap<>();
    kinds.forEach(
        (name, kind) ->
            renamed.put(name.equals(RUN_ID) ? RUN : name, name.equals(RUN_ID) ? Kind.INT : kind));
    return renamed;
  }
}
