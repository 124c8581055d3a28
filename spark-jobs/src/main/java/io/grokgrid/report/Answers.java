package io.grokgrid.report;

import io.grokgrid.console.Console;
import io.grokgrid.console.Sign;
import io.grokgrid.keys.Key;
import io.grokgrid.page.Kind;
import io.grokgrid.page.PackedTable;
import io.grokgrid.session.SparkRows;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.FractionalType;
import org.apache.spark.sql.types.IntegralType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.StructField;
import org.jspecify.annotations.Nullable;

/** Asks questions, and packs their answers one by one. */
final class Answers {
  /** Takes the place of the id, where there is a row a recorded step. */
  private static final String RUN = "run";

  private static final String RUN_ID = "run_id";

  /** Exact everywhere, since rows of one table are found in another by them. */
  private static final Set<String> SETTINGS =
      Key.ALL.stream().map(Key::column).collect(Collectors.toUnmodifiableSet());

  private final SparkSession session;
  private final Invocation invocation;
  private final Console console;
  private final Map<Object, Integer> places = new HashMap<>();
  private final List<PackedTable> tables = new ArrayList<>();

  Answers(SparkSession session, Invocation invocation, Console console) {
    this.session = session;
    this.invocation = invocation;
    this.console = console;
  }

  /** Those with anything in them. */
  List<PackedTable> tables() {
    return tables;
  }

  /** The table of runs, whose ids come first. */
  void askRuns(Question question) {
    ask(
        question,
        UnaryOperator.identity(),
        row -> {
          places.put(row.get(0), places.size());
          return row;
        });
  }

  /** Rows that begin with the id of a run, which {@link #askRuns} has: its place there instead. */
  void askByPlace(Question question) {
    ask(
        question,
        kinds -> renamed(kinds),
        row -> {
          List<@Nullable Object> placed = new ArrayList<>(row);
          placed.set(0, places.get(row.get(0)));
          return placed;
        });
  }

  void ask(Question question) {
    ask(question, UnaryOperator.identity(), UnaryOperator.identity());
  }

  private void ask(
      Question question,
      UnaryOperator<Map<String, Kind>> columns,
      UnaryOperator<List<@Nullable Object>> rows) {
    try (Sign sign = console.during("reading " + question.name())) {
      Dataset<Row> answer = session.sql(question.sql());
      Map<String, Kind> kinds = columns.apply(kinds(answer, question.reals()));
      PackedTable table =
          new PackedTable(question.name(), question.shown(), invocation.query(question), kinds);
      int[] needed = needed(question, answer);
      boolean hasNeeded = needed.length == 0;
      for (List<@Nullable Object> row : SparkRows.table(answer).rows()) {
        hasNeeded |= IntStream.of(needed).mapToObj(row::get).anyMatch(Objects::nonNull);
        table.add(rows.apply(row));
      }
      if (hasNeeded && !table.isEmpty()) {
        tables.add(table);
      }
    }
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
